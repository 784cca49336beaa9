"""Actions on check-ins and their schedule."""
