"""The link of a measure in a mail is for who cannot sign in, and for as long as they cannot."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.actions import sanctions
from community.members.models import Sanction
from community.members.rules.accounts import sanction_token
from community.safety.notifications.sanctions import sanction_link
from tests.conftest import Act
from tests.factories import Cast
from tests.support.accounts import SECRET

WHY = "Threats in a room."
KINDS: dict[str, dict[str, Any]] = {"suspension": {}, "warning": {}, "mute": {"until": timedelta(days=3)}}


def impose(act: Act, cast: Cast, kind: str) -> Sanction:
    until = {name: act.now + span for name, span in KINDS[kind].items()}
    measure = {"member_id": cast.ben.id, "kind": kind, "reason": WHY, **until}
    return act(cast.ada, sanctions.impose, **measure)


def address_of(settings: Settings, made: Sanction) -> str:
    return f"/measures/{made.id}/{sanction_token(settings.secret_key, made.id)}"


@pytest.mark.parametrize("kind", ["warning", "mute"])
def test_a_member_who_can_sign_in_reads_it_signed_in(
    act: Act, cast: Cast, client: FlaskClient, settings: Settings, kind: str
) -> None:
    """A19c: the links of warnings and mutes opened reason and appeal for ever."""
    made = impose(act, cast, kind)
    assert client.get(address_of(settings, made)).status_code == 404
    assert client.post(address_of(settings, made), data={"words": "I disagree."}).status_code == 404
    with act.store.read_context() as ctx:
        assert sanction_link(ctx.session, SECRET, cast.ben.id, made.id) == f"/measures/{made.id}"


@pytest.mark.parametrize("end", ["lifted_at", "ends_at"])
def test_the_link_ends_with_the_suspension(
    act: Act, cast: Cast, client: FlaskClient, settings: Settings, store: UnitOfWorkFactory, end: str
) -> None:
    """A19c: the link still opened after the suspension was lifted or over."""
    made = impose(act, cast, "suspension")
    address = address_of(settings, made)
    assert WHY in client.get(address).text

    with store.unit_of_work() as uow:
        setattr(uow.session.get_one(Sanction, made.id), end, uow.now)
    gone, never = client.get(address), client.get(f"/measures/{cast.ben.id}/{'0' * 64}")
    assert (gone.status_code, gone.data) == (404, never.data)
    assert client.post(address, data={"words": "I disagree."}).status_code == 404
