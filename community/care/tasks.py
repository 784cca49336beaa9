"""What coordinators have to do about care."""
