"""What rooms do when something happened elsewhere."""
