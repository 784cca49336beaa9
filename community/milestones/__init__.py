"""Milestones and lapses: what members keep to, for themselves or shared with a buddy."""
