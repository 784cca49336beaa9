"""Channels that carry a delivery: in-app, email and Web Push."""
