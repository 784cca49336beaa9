"""Commands of notifications."""

import click

from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.notifications.delivery.bounces import process_bounces


def bounces(store: UnitOfWorkFactory, settings: Settings, *, source: str) -> int:
    """Process returned mail from a maildir, or one mail from standard input (`-`), and print counts by result.

    Needs the kinds loaded: a complaint turns a kind off unless it is one for security.
    """
    try:
        done = process_bounces(store, settings, source=source)
    except FileNotFoundError as error:
        click.echo(f"There is no maildir at {error.filename}.", err=True)
        return 1
    finally:
        store.database.dispose()
    click.echo(", ".join(f"{count} {word}" for word, count in sorted(done.items())) or "nothing new")
    return 0
