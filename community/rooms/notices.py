"""Who hears what of rooms."""
