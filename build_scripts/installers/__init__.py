"""What turns the packaged program into something that a person installs."""
