"""Actions of members and hosts on meetups."""
