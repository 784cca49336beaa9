"""Tables of rooms."""
