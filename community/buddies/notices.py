"""Who hears what of buddies."""
