"""What care does when something happened elsewhere, and what it does by the clock."""
