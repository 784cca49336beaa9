"""Pure rules about when a notification may go out."""
