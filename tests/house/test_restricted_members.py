"""The matrix for members who are muted, banned from a room, or a former buddy."""

import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from community.buddies.models.pairings import Pairing
from community.buddies.models.suggestions import Suggestion
from community.buddies.rules import in_order
from community.core.crypto.cipher import new_token
from community.core.unit_of_work import Actor
from community.members.actions import sanctions
from community.public_endpoints import DEVELOPMENT_ENDPOINTS, PUBLIC_ENDPOINTS
from community.rooms.models import RoomMembership
from tests.factories import make_member
from tests.house.permissions import ROLES, TABLE, Row, assert_each, by_feature
from tests.house.restorable_app import RestorableApp

RESTRICTED = ("muted", "banned", "ex_buddy")
PUBLIC = {**PUBLIC_ENDPOINTS, **DEVELOPMENT_ENDPOINTS}
CLOSED = [row for row in TABLE if f"{row.method} {row.rule}" not in PUBLIC]
V1 = "/api/v1"
OPEN_ROOM = "{open_room_id}"
SAID = {"client_msg_id": "standing", "body": "The kettle is on."}
# What the restricted are refused although an unrestricted alumnus in the room is not: (who, row, answer).
REFUSED = (
    ("muted", Row("POST", f"{V1}/rooms/<uuid:room_id>/messages", "", f"{V1}/rooms/{OPEN_ROOM}/messages", SAID), "403"),
    ("banned", Row("POST", f"{V1}/rooms/<uuid:room_id>/messages", "", f"{V1}/rooms/{OPEN_ROOM}/messages", SAID), "404"),
    ("banned", Row("GET", f"{V1}/rooms/<uuid:room_id>/messages", "", f"{V1}/rooms/{OPEN_ROOM}/messages"), "404"),
    ("banned", Row("PUT", f"{V1}/rooms/<uuid:room_id>/membership", "", f"{V1}/rooms/{OPEN_ROOM}/membership"), "404"),
    ("banned", Row("GET", f"{V1}/rooms/<uuid:room_id>/people", "", f"{V1}/rooms/{OPEN_ROOM}/people"), "404"),
    ("banned", Row("GET", "/messages/<uuid:message_id>", "", "/messages/{open_message_id}"), "404"),
    ("ex_buddy", Row("GET", f"{V1}/rooms/<uuid:room_id>/messages", "", f"{V1}/rooms/{{room_id}}/messages"), "404"),
    (
        "ex_buddy",
        Row("GET", f"{V1}/pairings/<uuid:pairing_id>/phones", "", f"{V1}/pairings/{{pairing_id}}/phones"),
        "404",
    ),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> RestorableApp:
    """One of everything, and one member for each standing."""
    site = RestorableApp(tmp_path_factory.mktemp("standing"), migrated_sqlite)
    world, store = site.world, site._store
    cast = world.cast
    with store.unit_of_work(now=world.now) as uow:
        people = {name: make_member(uow, name.capitalize().replace("_", " ")) for name in RESTRICTED}
    _impose(site, people["muted"], "mute")
    with store.unit_of_work(now=world.now) as uow:
        for name in ("muted", "banned", "ex_buddy"):
            room_id = UUID(world.objects["open_room_id"])
            uow.session.add(RoomMembership(room_id=room_id, member_id=people[name].id, joined_at=world.now))
    _impose(site, people["banned"], "room_ban", room_id=UUID(world.objects["open_room_id"]))
    with store.unit_of_work(now=world.now) as uow:
        first, second = in_order(cast.ben.id, people["ex_buddy"].id)
        two = {"a_id": first, "b_id": second, "score": 1, "reasons": [], "created_at": world.now}
        settled = Suggestion(**two, state="matched", expires_at=world.now, settled_at=world.now)
        uow.session.add(settled)
        uow.session.flush()
        ended = Pairing(
            suggestion_id=settled.id,
            a_id=first,
            b_id=second,
            room_id=UUID(world.objects["room_id"]),
            state="ended",
            started_at=world.now - timedelta(days=30),
            ended_at=world.now,
            ended_by=cast.ben.id,
            end_reason="mismatch",
        )
        uow.session.add(ended)
        for name, actor in people.items():  # after all that ends sessions: what counts is who they are now
            world.tokens[name] = new_token()
            uow.session.add(world._session(actor, world.tokens[name]))
    site._database.dispose()
    shutil.copy(site._file, site._snapshot)
    return site


def _impose(site: RestorableApp, actor: Actor, kind: str, room_id: UUID | None = None) -> None:
    with site._store.unit_of_work(site.world.cast.ada, now=site.world.now) as uow:
        sanctions.impose(
            uow,
            member_id=actor.id,
            kind=kind,
            reason="Threats in a room.",
            room_id=room_id,
            until=site.world.now + timedelta(days=7),
        )


@pytest.mark.parametrize("rows", by_feature(CLOSED))
def test_a_restriction_opens_nothing(site: RestorableApp, rows: list[Row]) -> None:
    """What another alumnus is refused, the muted, the banned and a former buddy are refused, too."""

    def check(row: Row) -> None:
        expected = dict(zip(ROLES, row.answers.split(), strict=True))["other"]
        if expected not in ("403", "404"):
            return
        for role in ("muted", "banned"):  # a former buddy is a column of test_permission_columns
            if row.method != "GET":
                site.restore()
            assert str(site.request(row, role).status_code) in ("403", "404"), role

    assert_each(rows, check)


@pytest.mark.parametrize(("role", "row", "answer"), REFUSED, ids=str)
def test_a_restriction_closes_what_it_says(site: RestorableApp, role: str, row: Row, answer: str) -> None:
    """The muted may not write, the banned do not see the room, a former buddy sees nothing of the two."""
    site.restore()
    assert str(site.request(row, role).status_code) == answer
    site.restore()
    control = "own" if role == "ex_buddy" else "other"
    assert site.request(row, control).status_code < 300
