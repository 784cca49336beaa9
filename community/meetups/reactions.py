"""What meetups do when something happened elsewhere."""
