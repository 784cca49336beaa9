"""What is done in rooms, a verb each."""
