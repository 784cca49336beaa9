"""The columns of the permission matrix beside the six: invited, buddy, host, moderator, auditor, removed and so on."""

import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from community.buddies.models.pairings import Pairing
from community.buddies.models.suggestions import Suggestion
from community.buddies.rules import in_order
from community.core.crypto.cipher import new_token
from community.core.permissions import Role
from community.meetups.models import MeetupHost
from community.members.actions import sanctions
from community.members.models import Member
from community.rooms.models import RoomMembership
from tests.factories import make_member
from tests.house.permissions import COLUMNS, PUBLIC, ROLES, TABLE, Row, assert_each, by_feature
from tests.house.restorable_app import RestorableApp

MORE = [column for column in COLUMNS if column not in ROLES]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> RestorableApp:
    """One of everything, and one person for each column. An invited person tries the token of their invitation."""
    site = RestorableApp(tmp_path_factory.mktemp("columns"), migrated_sqlite)
    world, store = site.world, site._store
    roles = {"moderator": Role.MODERATOR, "auditor": Role.AUDITOR}
    with store.unit_of_work(now=world.now) as uow:
        names = [name for name in MORE if name not in ("invited", "buddy")]
        people = {
            name: make_member(uow, name.title().replace("_", " "), roles.get(name, Role.ALUMNUS)) for name in names
        }
        people["buddy"] = world.eve
        uow.session.add(MeetupHost(meetup_id=UUID(world.objects["meetup_id"]), member_id=people["host"].id))
        first, second = in_order(world.cast.ben.id, people["ex_buddy"].id)
        two = {"a_id": first, "b_id": second, "score": 1, "reasons": [], "created_at": world.now}
        settled = Suggestion(**two, state="matched", expires_at=world.now, settled_at=world.now)
        uow.session.add(settled)
        uow.session.flush()
        ended = Pairing(suggestion_id=settled.id, a_id=first, b_id=second, room_id=UUID(world.objects["room_id"]))
        ended.state, ended.end_reason, ended.ended_by = "ended", "mismatch", world.cast.ben.id
        ended.started_at, ended.ended_at = world.now - timedelta(days=30), world.now
        uow.session.add(ended)
        for name in ("buddy", "ex_buddy", "host", "moderator"):  # in the rooms that Cleo is in
            for room in ("open_room_id", "other_room_id"):
                inside = RoomMembership(room_id=UUID(world.objects[room]), member_id=people[name].id)
                inside.joined_at = world.now
                uow.session.add(inside)
        uow.session.get_one(Member, people["removed"].id).state = "deactivated"
    with store.unit_of_work(world.cast.ada, now=world.now) as uow:
        sanctions.impose(uow, member_id=people["suspended"].id, kind="suspension", reason="Threats in a room.")
    with store.unit_of_work(now=world.now) as uow:
        for name, actor in people.items():  # after all that ends sessions: what counts is who they are now
            world.tokens[name] = new_token()
            uow.session.add(world._session(actor, world.tokens[name]))
    world.tokens["invited"] = world.objects["invitation_token"]
    site._database.dispose()
    shutil.copy(site._file, site._snapshot)
    return site


@pytest.mark.parametrize("rows", by_feature(TABLE))
def test_everyone_else_gets_their_answer_too(site: RestorableApp, rows: list[Row]) -> None:
    """S13, A9: the columns beside the six, as `Row.answer_of` says. Closed accounts get a stranger's bytes."""

    def check(row: Row) -> None:
        wanted = {column: row.answer_of(column) for column in MORE}
        got = {}
        for column in MORE:
            if row.method != "GET":
                site.restore()
            answer = site.request(row, column)
            got[column] = str(answer.status_code)
            if column in ("suspended", "removed") and f"{row.method} {row.rule}" not in PUBLIC:
                stranger = site.response(row, "out")
                assert answer.data == stranger.data
                assert answer.headers.get("Location") == stranger.headers.get("Location")
        differs = {column: f"{wanted[column]} is {got[column]}" for column in MORE if got[column] != wanted[column]}
        assert not differs, differs

    assert_each(rows, check)
