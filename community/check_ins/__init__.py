"""Check-ins: how a member is, with whom they share it, and when they are asked."""
