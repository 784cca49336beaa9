"""What members choose about notifications: kinds, channels, quiet hours and mutes."""
