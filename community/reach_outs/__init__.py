"""Reach-outs: a request for help that goes from step to step until a responder is there."""
