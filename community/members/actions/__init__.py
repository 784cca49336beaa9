"""What is done with members and by them, a verb each."""
