"""Inactivity: detect that a member is less active than usual, if they asked for it."""
