"""Inactivity: notice when a member has gone quiet, if they asked for it."""
