"""Creation of notifications and their deliveries from events."""
