"""The command `community doctor`: runs every check and says how to fix what is wrong."""

import os
from collections.abc import Iterator

import click

from community.core.settings import Settings, SettingsError, load_settings
from community.doctor.check_result import Line
from community.doctor.database import check_stored
from community.doctor.files import check_files
from community.doctor.keys import check_push_key, check_secret
from community.doctor.services import check_mail, check_redis, check_sending


def doctor(*, mail: str | None) -> int:
    """Print a line for each check. Send a mail to the address `mail`, if given. Return 0, or 1 when a check fails."""
    has_failed = False
    for line in _examined(mail):
        has_failed = has_failed or line.verdict == "FAIL"
        click.echo(line)
    return 1 if has_failed else 0


def _examined(mail: str | None) -> Iterator[Line]:
    try:
        settings = load_settings()
    except SettingsError as error:
        yield from (Line("FAIL", "settings", problem) for problem in error.problems)
        yield Line("warn", "the rest", "not checked", "fix the settings first; .env.example lists them all")
        return
    yield check_settings(settings)
    yield from check_stored(settings)
    yield check_redis(settings)
    yield check_mail(settings)
    if mail:
        yield check_sending(settings, mail)
    yield check_secret(settings)
    yield check_push_key(settings)
    yield check_files(settings)


def check_settings(settings: Settings) -> Line:
    """Check that the data directory can be written to. The settings themselves were read before."""
    if not os.access(settings.data_dir, os.W_OK | os.X_OK):
        return Line("FAIL", "settings", f"{settings.data_dir} isn't writable", "make this account its owner")
    return Line("ok", "settings", f"{settings.env}, {settings.public_url}, data in {settings.data_dir}")
