"""Pure rules about messages."""
