"""Actions of coordinators: staff tasks and dead letters."""
