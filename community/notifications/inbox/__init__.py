"""Create notifications and their deliveries from events."""
