"""Notifications of meetups, occurrences and seats."""
