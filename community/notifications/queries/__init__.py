"""Queries of notifications, preferences and deliveries."""
