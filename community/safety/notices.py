"""Who hears what of safety."""
