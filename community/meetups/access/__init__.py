"""Load meetups, occurrences, RSVPs and people with permission and lock."""
