"""Tables of buddies."""
