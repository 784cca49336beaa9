"""Conversations: coordinators write to a member in a room that every coordinator may answer in."""
