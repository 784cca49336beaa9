"""What care shows, as frozen views."""
