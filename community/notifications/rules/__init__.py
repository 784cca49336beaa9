"""Pure rules about when a notification may be sent."""
