"""What members, coordinators and the clock do about buddies."""
