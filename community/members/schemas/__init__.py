"""Schemas of members' endpoints."""
