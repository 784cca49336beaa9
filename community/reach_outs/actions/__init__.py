"""Actions on reach-outs."""
