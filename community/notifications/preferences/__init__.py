"""Members' preferences of kinds, channels, quiet hours and mutes."""
