"""Encrypt values and database columns, and rotate the keys."""
