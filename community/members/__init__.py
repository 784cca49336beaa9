"""Who people are here: members, how they come in, their sessions, and whom they are kept apart from."""
