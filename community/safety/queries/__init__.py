"""Reads about cases, sanctions, appeals and the audit log."""
