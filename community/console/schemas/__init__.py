"""Shapes of staff tasks and of off-boarding."""
