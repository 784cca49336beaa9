"""Commands of notifications."""

import click

from community.core.settings import Settings
from community.features import load_subscribers, open_store
from community.notifications.delivery.bounces import process_bounces


def bounces(settings: Settings, *, source: str) -> int:
    """Process returned mail from a maildir, or one mail from standard input (`-`), and print counts by result."""
    load_subscribers()  # a complaint switches a kind off, unless the kind says that it is for security
    store = open_store(settings)
    try:
        done = process_bounces(store, settings, source=source)
    except FileNotFoundError as error:
        click.echo(f"There is no maildir at {error.filename}.", err=True)
        return 1
    finally:
        store.database.dispose()
    click.echo(", ".join(f"{count} {word}" for word, count in sorted(done.items())) or "nothing new")
    return 0
