"""Queries of check-ins."""
