"""Colours, sizes, fonts, icons and the style sheet made from them."""
