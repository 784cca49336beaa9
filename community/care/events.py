"""What happens in care, and what its time has come for (`…_due`). Ids only: never an answer, a number or a word."""
