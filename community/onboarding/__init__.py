"""Onboarding: a newcomer's first seven days, with a greeter and a companion at their first meetup."""
