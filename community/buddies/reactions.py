"""What buddies do when something happened elsewhere."""
