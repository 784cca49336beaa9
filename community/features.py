"""The features by name, and what of each stands apart from doors: tables, and who listens to events.

Workers and commands start from here; they need no web framework, whose import is a fifth of their start.
"""

from importlib import import_module

from community.core.bell import Bell
from community.core.clock import Clock, machine_now
from community.core.db import Database
from community.core.settings import Settings
from community.core.unit_of_work import Store

# Features, in the order their doors appear in the API document.
FEATURES = ("members", "rooms", "meetups", "buddies", "care", "notifications", "safety")
MODELS = ("core.outbox", "core.audit", "core.quotas", *(f"{feature}.models" for feature in FEATURES), "console.models")
SUBSCRIBERS = (
    *(f"{feature}.notices" for feature in FEATURES),
    "rooms.reactions",
    "meetups.reactions",
    "buddies.reactions",
    "care.reactions",
    "care.welcoming",
    "notifications.tasks",
    "safety.reactions",
    "safety.tasks",
    "meetups.tasks",
    "buddies.tasks",
    "care.tasks",
    "safety.keeping",
)


def load_models() -> None:
    """Import every table, so that the metadata is whole."""
    for name in MODELS:
        import_module(f"community.{name}")


def load_subscribers() -> None:
    """Import everything that listens to events."""
    load_models()
    for name in SUBSCRIBERS:
        import_module(f"community.{name}")


def open_store(settings: Settings, *, clock: Clock = machine_now) -> Store:
    """The database and the bell of these settings, and the clock that they are used with."""
    database, bell = Database(settings.database_url), Bell(settings.redis_url)
    return Store(database, bell, secrets=settings.sealing_secrets, clock=clock)
