"""The coordinators' screens."""

from community.console.pages import events, invitations, lists, members, shifts, today
from community.console.pages.doors import page_facts, pages

__all__ = ["events", "invitations", "lists", "members", "page_facts", "pages", "shifts", "today"]
