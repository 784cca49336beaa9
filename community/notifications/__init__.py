"""Notifications: the inbox, preferences, and deliveries by mail and push."""
