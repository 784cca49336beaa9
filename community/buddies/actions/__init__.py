"""Actions of members, coordinators and scheduled jobs on buddies."""
