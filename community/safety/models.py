"""Tables of safety."""
