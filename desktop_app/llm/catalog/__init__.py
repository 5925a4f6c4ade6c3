"""What is known of models as data: windows, prices, abilities, and until when they answer."""
