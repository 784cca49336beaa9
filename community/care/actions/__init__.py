"""What people do in care, a verb each."""
