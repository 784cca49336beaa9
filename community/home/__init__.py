"""The member's home page."""
