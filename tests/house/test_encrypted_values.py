"""A sealed value that does not open costs its own words, never the page that they stand on."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from community.core.crypto.cipher import CANNOT_BE_SHOWN, FieldCipher, is_encrypted
from community.core.db import Base
from community.milestones.models import Milestone
from tests.house.permissions import ROLES, TABLE, Row, assert_each, by_feature
from tests.house.restorable_app import SECRET, RestorableApp


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> RestorableApp:
    """One of everything, and no sealed value in it opens."""
    site = RestorableApp(tmp_path_factory.mktemp("sealed"), migrated_sqlite)
    broken = 0
    with site._database.engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings().all():
                lost = {name: value[:-6] + "AAAA==" for name, value in row.items() if is_sealed_text(value)}
                if lost:
                    keys = [column == row[column.name] for column in table.primary_key]
                    connection.execute(update(table).where(*keys).values(**lost))
                    broken += len(lost)
    assert broken > 8
    return site


def is_sealed_text(value: object) -> bool:
    return isinstance(value, str) and is_encrypted(value)


@pytest.mark.parametrize("rows", by_feature([row for row in TABLE if row.method == "GET"]))
def test_ben_and_ada_still_see_the_page(site: RestorableApp, rows: list[Row]) -> None:
    """A19k: whatever does not open, the answer is what it was."""

    def check(row: Row) -> None:
        expected = dict(zip(ROLES, row.answers.split(), strict=True))
        for role in ("own", "coordinator", "admin"):
            assert str(site.request(row, role).status_code) == expected[role]

    assert_each(rows, check)


def test_ben_is_told_which_words_are_lost(site: RestorableApp, capsys: pytest.CaptureFixture[str]) -> None:
    """A19k: the page says so in their place, and the log names the row."""
    shown = site.app.test_client()
    shown.set_cookie("session", site.world.tokens["own"], domain="localhost")
    assert CANNOT_BE_SHOWN in shown.get("/milestones").text
    assert f"milestones:{site.world.objects['milestone_id']}:details" in capsys.readouterr().out


def test_a_value_that_decrypts_is_shown_as_it_is() -> None:
    cipher, row = FieldCipher(SECRET), Milestone(id=UUID(int=1))
    cipher.encrypt_column(row, Milestone.details, "Tea.")
    sealed = row.details
    assert cipher.show_column(row, Milestone.details) == "Tea."
    for bad in (sealed[:-4], sealed.replace("v2", "v9"), "v2.nokey.AAAA", "v1.", "", sealed + "ü"):
        row.details = bad
        assert cipher.show_column(row, Milestone.details) == CANNOT_BE_SHOWN
    elsewhere = Milestone(id=UUID(int=2), details=sealed)
    assert cipher.show_column(elsewhere, Milestone.details) == CANNOT_BE_SHOWN
    cipher.encrypt_column(row, Milestone.details, "{")
    assert cipher.show_column_as(row, Milestone.details, dict, default={}) == {}
