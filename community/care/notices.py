"""Who hears what of care, in words that tell nothing on a lock screen."""
