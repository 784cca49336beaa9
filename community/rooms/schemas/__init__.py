"""Shapes of the requests and responses of rooms."""
