"""Coming in: by invitation only, once, within a week."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.core.errors import Forbidden
from community.core.events import Event
from community.core.outbox.store import OutboxEvent
from community.core.unit_of_work import Role, UnitOfWorkFactory
from community.members import access
from community.members.actions import invitations
from community.members.actions.handles import HandleTaken
from community.members.events import MemberInvited, MemberJoined
from community.members.models import Consent, Invitation, Member
from community.members.queries import invitations as invitations_queries
from tests.conftest import Act
from tests.factories import Cast
from tests.support.accounts import ACCEPTED, SECRET, join_body, token_in


def invite(act: Act, cast: Cast, email: str = "juniper@example.org") -> invitations.Invited:
    return act(cast.ada, invitations.invite, email=email, role=Role.ALUMNUS, secret=SECRET)


def accept(act: Act, token: str, handle: str = "Juniper") -> Member:
    return act(
        None,
        invitations.accept_invitation,
        token=token,
        handle=handle,
        password_hash="x",
        time_zone="America/Denver",
        consents={item["text_version"]: True for item in ACCEPTED},
    )


def test_juniper_joins_by_the_link_in_her_invitation(cast: Cast, act: Act, recorded: Callable[[], list[Event]]) -> None:
    made = invite(act, cast)
    juniper = accept(act, made.token)

    assert (juniper.email, juniper.role) == ("juniper@example.org", Role.ALUMNUS)
    assert recorded() == [
        MemberInvited(invitation_id=made.invitation.id, link_version=1),
        MemberJoined(member_id=juniper.id),
    ]


def test_a_link_works_once(cast: Cast, act: Act) -> None:  # S1
    made = invite(act, cast)
    accept(act, made.token)

    with pytest.raises(invitations.InvitationEnded):
        accept(act, made.token, "Linden")


def test_a_link_works_for_seven_days(cast: Cast, act: Act) -> None:  # S1
    made = invite(act, cast)
    act.later(days=7, seconds=-1)
    assert act.read(None, access.open_invitation, token=made.token)

    act.later(seconds=1)
    with pytest.raises(invitations.InvitationEnded):
        accept(act, made.token)
    assert act.read(cast.ada, invitations_queries.invitations, cursor=None, limit=5).items[0].state == "expired"


def test_inviting_again_renews_the_link_and_ends_the_old_one(cast: Cast, act: Act) -> None:
    first = invite(act, cast)
    second = invite(act, cast, "Juniper@Example.org ")

    assert second.invitation.id == first.invitation.id
    with pytest.raises(invitations.InvitationEnded):
        accept(act, first.token)
    accept(act, second.token)


def test_resending_ends_the_old_link_and_begins_another_week(cast: Cast, act: Act) -> None:
    first = invite(act, cast)
    act.later(days=8)
    again = act(cast.ada, invitations.resend_invitation, invitation_id=first.invitation.id, secret=SECRET)

    assert again.invitation.expires_at == act.now + timedelta(days=7)
    assert act.read(None, access.open_invitation, token=first.token) is None
    accept(act, again.token)


def test_a_revoked_link_is_dead_and_the_address_can_be_invited_anew(cast: Cast, act: Act) -> None:
    first = invite(act, cast)
    act(cast.ada, invitations.revoke_invitation, invitation_id=first.invitation.id)
    with pytest.raises(invitations.InvitationEnded):
        accept(act, first.token)
    with pytest.raises(invitations.InvitationEnded):
        act(cast.ada, invitations.resend_invitation, invitation_id=first.invitation.id, secret=SECRET)

    assert accept(act, invite(act, cast).token).handle == "Juniper"


def test_an_accepted_invitation_cannot_be_revoked_or_sent_again(cast: Cast, act: Act) -> None:
    made = invite(act, cast)
    accept(act, made.token)
    with pytest.raises(invitations.InvitationEnded):
        act(cast.ada, invitations.revoke_invitation, invitation_id=made.invitation.id)
    with pytest.raises(invitations.InvitationEnded):
        act(cast.ada, invitations.resend_invitation, invitation_id=made.invitation.id, secret=SECRET)


def test_members_are_not_invited_again(cast: Cast, act: Act) -> None:
    with pytest.raises(invitations.AlreadyMember):
        invite(act, cast, "BEN@example.org")


def test_states_are_told_as_they_come(cast: Cast, act: Act) -> None:
    def state() -> str:
        return str(act.read(cast.ada, invitations_queries.invitations, cursor=None, limit=5).items[0].state)

    made = invite(act, cast)
    assert state() == "created"
    act(None, invitations.open_invitation, token=made.token)
    assert state() == "opened"
    accept(act, made.token)
    assert state() == "accepted"


def test_only_an_admin_invites_an_admin(cast: Cast, act: Act) -> None:
    with pytest.raises(Forbidden):
        act(cast.ada, invitations.invite, email="x@example.org", role=Role.ADMIN, secret=SECRET)
    act(cast.root, invitations.invite, email="x@example.org", role=Role.ADMIN, secret=SECRET)


def test_two_people_on_one_link_make_one_account(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:  # S1
    made = invite(act, cast)
    outcomes = at_once(lambda number: accept(Act(store, act.clock), made.token, f"Juniper {number}"), times=2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["InvitationEnded", "Member"]
    with store.read_context() as ctx:
        assert ctx.session.scalar(select(func.count()).where(Member.email == "juniper@example.org")) == 1


def test_two_coordinators_inviting_one_address_make_one_invitation(
    cast: Cast, act: Act, store: UnitOfWorkFactory
) -> None:
    outcomes = at_once(lambda _: invite(Act(store, act.clock), cast), times=4)

    assert {type(outcome).__name__ for outcome in outcomes} == {"Invited"}
    with store.read_context() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Invitation)) == 1


def test_two_people_cannot_take_one_handle(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    tokens = [invite(act, cast, f"{number}@example.org").token for number in range(2)]
    outcomes = at_once(lambda number: accept(Act(store, act.clock), tokens[number], "Same"), times=2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["HandleTaken", "Member"]


def test_handles_that_look_alike_are_one(cast: Cast, act: Act) -> None:
    with pytest.raises(HandleTaken):
        accept(act, invite(act, cast).token, "ｂ e n")


def test_bens_consent_is_kept_with_the_hash_of_the_text(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    juniper = accept(act, invite(act, cast).token)
    with store.read_context() as ctx:
        kept = ctx.session.scalars(select(Consent).where(Consent.member_id == juniper.id)).all()
    assert {consent.text_version for consent in kept} == {item["text_version"] for item in ACCEPTED}
    assert all(len(consent.text_hash) == 64 for consent in kept)


def test_the_database_holds_no_usable_link(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:  # S1
    made = invite(act, cast)
    with store.read_context() as ctx:
        row = ctx.session.scalars(select(Invitation)).one()
        events = ctx.session.scalars(select(OutboxEvent)).all()
    dump = str([vars(row), *[vars(event) for event in events]])
    assert made.token not in dump


@pytest.mark.parametrize("token", ["", "nothing", "0" * 64, "x" * 200, "../../etc/passwd", "ünïcödé", "\ud800", "%00"])
def test_dov_cannot_join_without_an_invitation(client: FlaskClient, token: str) -> None:  # S1
    answer = client.post("/api/v1/invitations/accept", json=join_body(token))
    assert answer.status_code in (410, 422)


def test_used_expired_and_unknown_links_are_answered_alike(client: FlaskClient, cast: Cast, api: Any) -> None:  # S1
    ada = api(cast.ada)
    used = token_in(ada.post("/invitations", {"email": "used@example.org"}).json["url"])
    assert client.post("/api/v1/invitations/accept", json=join_body(used)).status_code == 201
    made = ada.post("/invitations", {"email": "gone@example.org"}).json
    assert ada.delete(f"/invitations/{made['id']}").status_code == 204

    answers = [
        client.post("/api/v1/invitations/accept", json=join_body(token, handle="Linden"))
        for token in (used, token_in(made["url"]), "0" * 64)
    ]
    assert {answer.status_code for answer in answers} == {410}
    assert len({answer.data for answer in answers}) == 1


def test_joining_signs_in(client: FlaskClient, cast: Cast, api: Any) -> None:
    made = api(cast.root).post("/invitations", {"email": "juniper@example.org", "role": "coordinator"})
    assert (made.status_code, made.json["state"]) == (201, "created")
    joined = client.post("/api/v1/invitations/accept", json=join_body(token_in(made.json["url"])))

    assert joined.status_code == 201
    assert joined.json["member"]["handle"] == "Juniper"
    assert joined.json["member"]["role"] == "coordinator"
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {joined.json['token']}"})
    assert me.json["time_zone"] == "America/Denver"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "admin"}, "role"),  # S14
        ({"email": "other@example.org"}, "email"),
        ({"handle": "x"}, "handle"),
        ({"handle": "a@b"}, "handle"),
        ({"handle": "ﷺ" * 30}, "handle"),
        ({"handle": "Wren\x00"}, "handle"),
        ({"handle": "Wr\u202een"}, "handle"),
        ({"handle": 7}, "handle"),
        ({"handle": ["Wren"]}, "handle"),
        ({"password": "short"}, "password"),
        ({"password": "lone half \ud800 of a pair, long"}, "password"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"consents": []}, "consents"),
        ({"consents": "yes"}, "consents"),
        ({"consents": [{"text_version": "rules-2", "accepted": True}]}, "consents"),
        ({"consents": [*ACCEPTED, {"text_version": "other-1", "accepted": True}]}, "consents"),
        ({"consents": [{**item, "accepted": False} for item in ACCEPTED]}, "consents"),
        ({"token": None}, "token"),
    ],
)
def test_a_wrong_field_is_named_and_the_invitation_stays_valid(
    client: FlaskClient, cast: Cast, api: Any, changes: dict[str, Any], field: str
) -> None:
    token = token_in(api(cast.ada).post("/invitations", {"email": "juniper@example.org"}).json["url"])
    refused = client.post("/api/v1/invitations/accept", json=join_body(token, **changes))

    assert refused.status_code == 422
    assert any(name.split(".")[0] == field for name in refused.json["errors"])
    assert client.post("/api/v1/invitations/accept", json=join_body(token)).status_code == 201


@pytest.mark.parametrize(
    "address",
    [
        "",
        "wren",
        "wren@",
        "@example.org",
        "wren@example",
        "wren@example..org",
        "wren@example.org\nBcc: x@y.org",
        "wren@example.org\r\nX: y",
        '"a b"@example.org',
        "wren@exam\x00ple.org",
        "a" * 300 + "@example.org",
        "wren@exa\u2028mple.org",
        "wren,fox@example.org",
        "wren@-example.org",
        "ẅren@example.org",
        7,
        None,
        [],
    ],
)
def test_only_plain_addresses_are_invited(cast: Cast, api: Any, address: Any) -> None:  # S19
    assert api(cast.ada).post("/invitations", {"email": address}).status_code == 422


def at_once(work: Callable[[int], Any], *, times: int) -> list[Any]:
    """What each of several concurrent calls gave or raised."""
    outcomes: list[Any] = [None] * times
    start = threading.Barrier(times)

    def run(number: int) -> None:
        start.wait()
        try:
            outcomes[number] = work(number)
        except Exception as error:  # the outcome is the subject
            outcomes[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
