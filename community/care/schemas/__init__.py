"""What goes in and out of care's doors."""
