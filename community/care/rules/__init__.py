"""What follows from numbers, times and choices, without a database or a clock."""
