"""Pure rules about meetups: capacity, recurrence and their text."""
