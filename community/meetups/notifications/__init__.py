"""Notifications of meetups, occurrences and seats, in words that tell a passer-by nothing."""
