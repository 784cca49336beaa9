"""The migrations make what the models say, and go up, down and up again, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect

from community.core.db import Base, PlainJson
from community.core.migrations import config, migrate
from community.features import load_models
from tests.support.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    server: Postgres = request.getfixturevalue("postgres")
    return str(server.create_database("migrations"))


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    """A plain way to look at it."""
    engine = create_engine(address)
    yield engine
    engine.dispose()


def test_migrations_equal_models_up_down_and_up(address: str, engine: Engine) -> None:
    migrate(address)
    assert differences(engine) == []
    shape = described(engine)

    command.downgrade(config(address), "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}

    migrate(address)
    assert differences(engine) == []
    assert described(engine) == shape


def test_each_step_down_and_up_alone_changes_nothing(address: str, engine: Engine) -> None:
    migrate(address)
    shape = described(engine)
    for _ in range(len(list((Path(__file__).parents[2] / "migrations" / "versions").glob("*.py")))):
        command.downgrade(config(address), "-1")
    migrate(address)
    assert described(engine) == shape


def differences(engine: Engine) -> list[Any]:
    """What the models say otherwise than the database."""
    load_models()
    with engine.connect() as connection:
        opts = {"compare_type": same_type, "include_name": is_of_the_models}
        context = MigrationContext.configure(connection, opts=opts)
        return compare_metadata(context, Base.metadata)


def is_of_the_models(name: str | None, kind: str, _parents: Any) -> bool:
    """The index of words is made by hand, by database."""
    return kind != "table" or not str(name).startswith("message_words")


def same_type(_context: Any, _column: Any, _metadata_column: Any, _inspected: Any, metadata_type: Any) -> bool | None:
    """JSON differs by database on purpose."""
    return False if isinstance(metadata_type, PlainJson) else None


def described(engine: Engine) -> dict[str, Any]:
    """Tables with their columns, keys, checks and indexes."""
    ctx = inspect(engine)
    return {
        table: {
            "columns": [(column["name"], str(column["type"]), column["nullable"]) for column in ctx.get_columns(table)],
            "checks": sorted(str(check["name"]) for check in ctx.get_check_constraints(table)),
            "uniques": sorted(str(unique["name"]) for unique in ctx.get_unique_constraints(table)),
            "indexes": sorted(str(index["name"]) for index in ctx.get_indexes(table)),
            "foreign": sorted(str(key["name"]) for key in ctx.get_foreign_keys(table)),
        }
        for table in ctx.get_table_names()
        if table != "alembic_version"
    }
