"""Who hears what of meetups."""
