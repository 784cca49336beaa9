"""Access to reach-outs and their responders, with permission and lock."""
