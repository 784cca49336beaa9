"""Rules of console."""
