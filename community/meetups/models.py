"""Tables of meetups."""
