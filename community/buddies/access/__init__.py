"""Load buddy rows with permission and lock."""
