"""Command that verifies the audit log's chain."""

import click

from community.core.audit_chain import START
from community.core.audit_keys import AuditKeys
from community.core.audit_verification import verify
from community.core.settings import Settings


def verify_audit(settings: Settings, *, head: str | None) -> int:
    """Print whether the chain is valid, with its head. Returns 0, 1 for an invalid row, or 2 for a malformed `head`."""
    from community.core.db import Database

    known = _head_of(head)
    if head and known is None:
        click.echo("community audit verify: write the head as PLACE:HASH, as this command prints it", err=True)
        return 2
    database = Database(settings.database_url)
    try:
        with database.read_session() as session:
            verdict = verify(session, AuditKeys(*settings.encryption_secrets), known=known)
    finally:
        database.dispose()
    if verdict.broken_at is not None:
        click.echo(f"Row {verdict.broken_at}: {verdict.why}. The {verdict.entries} entries before it are valid.")
        return 1
    click.echo(f"{verdict.entries} entries are valid, {verdict.unsealed} not signed yet.")
    if verdict.keyless:
        is_vouched = verdict.entries > verdict.keyless
        by = f"entry {verdict.keyless + 1} vouches" if is_vouched else "the next entry of a worker will vouch"
        click.echo(f"The first {verdict.keyless} are older than the keys; {by} for them.")
    click.echo(f"Head {verdict.entries}:{verdict.head}")
    return 0


def _head_of(text: str | None) -> tuple[int, str] | None:
    place, _, digest = (text or "").partition(":")
    return (int(place), digest) if place.isdigit() and len(digest) == len(START) else None
