"""Migration of a database to the current schema. Alembic and the tables are loaded only when a migration is due."""

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from community.core.sqlite_probe import file_of, revision_in

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def config(database_url: str = "") -> "Config":
    """Return Alembic's configuration, made here: there is no alembic.ini."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    settings.attributes["database_url"] = database_url
    return settings


def migrate(database_url: str, *, to: str = "head") -> None:
    """Run the migrations that are missing."""
    if to == "head" and present_revision(database_url) == head_revision():
        return
    from alembic import command

    command.upgrade(config(database_url), to)


def present_revision(database_url: str) -> str | None:
    """Return the revision that a database is at; None when it is empty."""
    file = file_of(database_url)
    if file is not None:
        return revision_in(file)
    from alembic.migration import MigrationContext

    from community.core.db import Database

    database = Database(database_url, pool_size=1)
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        database.dispose()


def head_revision() -> str:
    """Return the newest revision."""
    [newest] = revisions().keys() - revisions().values()
    return newest


@lru_cache(maxsize=1)
def revisions() -> dict[str, str | None]:
    """Return every revision and its predecessor (None for the first), as the files say it."""
    said = re.compile(r'^(revision|down_revision) = (?:"(.+)"|None)$', re.MULTILINE)
    files = [dict(said.findall(path.read_text())) for path in (FOLDER / "versions").glob("*.py")]
    return {file["revision"]: file["down_revision"] or None for file in files}
