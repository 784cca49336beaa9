"""The `community` command.

Imports nothing heavy: gevent has to patch the standard library before anything else is imported in `community web`.
"""

import os
import sys
from typing import TYPE_CHECKING
from uuid import UUID

import click

from community.core.environment import PRIVATE_UMASK
from community.core.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from community.core.unit_of_work import UnitOfWorkFactory


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _open_store() -> "UnitOfWorkFactory":
    from community.features import open_store

    return open_store(_settings())


def _open_subscribed_store(settings: Settings) -> "UnitOfWorkFactory":
    """Return the store with every notification kind and event handler loaded."""
    from community.features import load_subscribers, open_store

    load_subscribers()
    return open_store(settings)


@click.group()
def main() -> None:
    """Afterward, a community of people who finished a program together."""
    os.umask(PRIVATE_UMASK)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Default: PORT or 8000.")
@click.option("--web", type=click.IntRange(1, 64), default=1, show_default=True, help="Web processes.")
@click.option("--workers", type=click.IntRange(0, 64), default=1, show_default=True, help="Notification workers.")
@click.option("--sign-ins", is_flag=True, help="When ready, print how to sign in to the demo.")
def serve(host: str, port: int | None, web: int, workers: int, sign_ins: bool) -> None:
    """Run everything on one machine: web, workers, and Valkey when REDIS_URL is unset."""
    from community.processes.supervisor import serve as run

    sys.exit(run(_settings(), host=host, port=port, web=web, workers=workers, sign_ins=sign_ins))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Default: PORT or 8000.")
def web(host: str, port: int | None) -> None:
    """Run one web process."""
    from community.processes.web import run

    run(_settings(), host=host, port=port)


@main.command()
def worker() -> None:
    """Run one notification worker."""
    from community.processes.start_worker import main as run

    sys.exit(run(_settings()))


@main.command()
def migrate() -> None:
    """Upgrade the database to the current schema."""
    from community.core.migrations import migrate as run

    run(_settings().database_url)


@main.command()
@click.option("--members", type=click.IntRange(4, 50_000), default=None, help="Just this many members, no content.")
@click.option("--rooms", type=click.IntRange(1, 200), default=4, show_default=True, help="Only with --members.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--tokens", type=click.Path(dir_okay=False), default=None, help="Write email,member_id,token here.")
@click.option("--if-empty", is_flag=True, help="Do nothing if there are members already.")
@click.option("--quiet", is_flag=True)
def demo(members: int | None, rooms: int, seed: int, tokens: str | None, if_empty: bool, quiet: bool) -> None:
    """Load a demo community: two weeks of talk, meetups and pairs, or a bare one with --members."""
    from community.demo.loading import load

    sys.exit(load(_settings(), members=members, rooms=rooms, seed=seed, tokens=tokens, if_empty=if_empty, quiet=quiet))


@main.command()
@click.argument("email")
@click.option("--role", type=click.Choice(["alumnus", "coordinator", "admin"]), default="alumnus", show_default=True)
def invite(email: str, role: str) -> None:
    """Print an invitation link. On an empty database it invites the first admin."""
    from community.members.commands import invite as run

    settings = _settings()
    sys.exit(run(_open_subscribed_store(settings), settings, email=email, role=role))


@main.group()
def factor() -> None:
    """Manage the second factors of members."""


@factor.command("reset")
@click.argument("email")
def reset_factors(email: str) -> None:
    """Remove a member's second factors, and print a link to set them up again within 24 hours. It is audited."""
    from community.members.commands import reset_factors as run

    settings = _settings()
    sys.exit(run(_open_subscribed_store(settings), settings, email=email))


@main.command()
@click.option("--mail", metavar="ADDRESS", default=None, help="Send a test e-mail to this address.")
@click.option("--metrics-token", is_flag=True, help="Only print the token for reading /metrics remotely.")
def doctor(mail: str | None, metrics_token: bool) -> None:
    """Check this installation, and say how to fix what's wrong."""
    if metrics_token:
        from community.core.web.health import metrics_token as token_of

        click.echo(token_of(_settings()))
        return
    from community.doctor.runner import doctor as run

    sys.exit(run(mail=mail))


@main.command()
def reencrypt() -> None:
    """Re-encrypt values of older keys with the newest of FIELD_KEYS. Safe while the service runs."""
    from community.reencrypt_command import reencrypt_all as run

    sys.exit(run(_settings()))


@main.group()
def audit() -> None:
    """Verify the log of staff activity."""


@audit.command()
@click.option("--head", metavar="PLACE:HASH", default=None, help="A saved head that must still be in the log.")
def verify(head: str | None) -> None:
    """Check the whole log, and name the first invalid entry."""
    from community.core.audit_commands import verify_audit

    sys.exit(verify_audit(_settings(), head=head))


@main.group()
def events() -> None:
    """List, replay or discard failed events."""


@events.command("list")
def list_events() -> None:
    """Print the state of the outbox, and failed events with their reasons. Exit code 1 if there are any."""
    from community.console.commands import show

    sys.exit(show(_open_store()))


@events.command()
@click.argument("event_id", type=click.UUID, required=False)
@click.option("--all", "every", is_flag=True, help="All failed events.")
def replay(event_id: UUID | None, every: bool) -> None:
    """Try a failed event again, or all of them."""
    from community.console.commands import replay as run

    if (event_id is None) != every:
        raise click.UsageError("name one event, or use --all")
    sys.exit(run(_open_store(), event_id=event_id))


@events.command()
@click.argument("event_id", type=click.UUID)
def discard(event_id: UUID) -> None:
    """Dismiss a failed event."""
    from community.console.commands import discard as run

    sys.exit(run(_open_store(), event_id=event_id))


@main.command()
@click.argument("source", default="-", metavar="[MAILDIR]")
def bounces(source: str) -> None:
    """Process bounced e-mails from a maildir, or one from standard input."""
    from community.notifications.commands import bounces as run

    settings = _settings()
    sys.exit(run(_open_subscribed_store(settings), settings, source=source))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
def match(file: str) -> None:
    """Solve one matching instance and print it as JSON."""
    from community.buddies.commands import match as run

    sys.exit(run(file))


if __name__ == "__main__":
    main()
