"""The model selector: the pill in the header and the list behind it."""
