"""Afterward: a community for people who finished a program together."""
