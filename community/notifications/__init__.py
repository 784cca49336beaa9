"""Notifications: who was told what, by which medium."""
