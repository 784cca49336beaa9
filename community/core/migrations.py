"""Bringing a database to the present shape."""

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def config(database_url: str = "") -> Config:
    """Alembic's configuration, made here: there is no alembic.ini."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    settings.attributes["database_url"] = database_url
    return settings


def migrate(database_url: str, *, to: str = "head") -> None:
    """Run the migrations that are missing."""
    command.upgrade(config(database_url), to)


@lru_cache(maxsize=1)
def head_revision() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory.from_config(config()).get_current_head()
