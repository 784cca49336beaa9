"""Queries of the member's own pages: the start page, and the page about themselves."""
