"""Check-ins that lead somewhere, a hand that is always reached, and milestones that a bad day cannot take away."""
