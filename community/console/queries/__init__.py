"""Reads of coordinators: the to-do list, lists of invitees, and what a colleague who leaves has on their hands."""
