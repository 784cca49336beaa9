"""Chat rooms: who is in them, what was said, what is unread."""
