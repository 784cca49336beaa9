"""Queries of reach-outs."""
