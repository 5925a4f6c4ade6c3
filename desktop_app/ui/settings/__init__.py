"""The settings window: pages of rows made from the declarations, keys, what the doctor finds."""
