"""Load care rows with permission."""
