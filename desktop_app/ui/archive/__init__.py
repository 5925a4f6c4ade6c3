"""Export and import of conversations, as a person asks for them."""
