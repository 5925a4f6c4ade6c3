"""The goal editor: the document that the person and the coach write together."""
