"""What members say of how they are, whom they reached for, and what they are proud of."""
