"""Files and links that the program is started with."""
