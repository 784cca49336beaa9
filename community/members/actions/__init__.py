"""Actions by members and on members."""
