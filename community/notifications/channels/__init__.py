"""Channels that carry a delivery to the outside: e-mail and Web Push."""
