"""What an installation stands on, looked at."""
