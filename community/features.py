"""The list of features, their tables and their event subscribers.

Workers and commands start from here. They need no web framework, whose import is a fifth of their start.
"""

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType

from community.core.clock import Clock, machine_now
from community.core.db import Database
from community.core.pubsub import PubSub
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory

# Features, in the order in which their endpoints appear in the API document.
FEATURES = (
    "members",
    "rooms",
    "meetups",
    "buddies",
    "check_ins",
    "reach_outs",
    "onboarding",
    "conversations",
    "shifts",
    "milestones",
    "inactivity",
    "planned_support",
    "notifications",
    "safety",
)
# Layers whose import subscribes to events.
SUBSCRIBING_LAYERS = ("notifications", "handlers", "staff_tasks")
MODELS = ("core.outbox.store", "core.audit_log", "core.quotas", "console.models")


def load_models() -> None:
    """Import every table into the metadata."""
    for name in MODELS:
        import_module(f"community.{name}")
    import_layers(FEATURES, "models")


def load_subscribers() -> None:
    """Import every module that subscribes to events."""
    load_models()
    import_module("community.core.audit_chain")
    for layer in SUBSCRIBING_LAYERS:
        import_layers(FEATURES, layer)


def import_layers(features: Iterable[str], layer: str) -> list[ModuleType]:
    """Import a layer of each feature that has it, with all modules of a package. Returns them in the given order."""
    found = []
    for feature in features:
        name = f"community.{feature}.{layer}"
        if find_spec(name) is not None:
            module = import_module(name)
            for inner in iter_modules(getattr(module, "__path__", ())):
                import_module(f"{name}.{inner.name}")
            found.append(module)
    return found


def open_store(settings: Settings, *, clock: Clock = machine_now) -> UnitOfWorkFactory:
    """Return the units of work on the database and Redis of these settings."""
    database, pubsub = Database(settings.database_url), PubSub(settings.redis_url)
    return UnitOfWorkFactory(database, pubsub, secrets=settings.encryption_secrets, clock=clock)
