"""Actions of members and coordinators in rooms."""
