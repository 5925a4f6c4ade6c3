"""Money on screen: the meter, what a chat cost, the estimate, warnings, and the usage view."""
