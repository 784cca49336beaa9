"""What members and coordinators do about what frightens somebody, a verb each."""
