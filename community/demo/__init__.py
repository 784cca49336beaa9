"""A reproducible community to try things with."""
