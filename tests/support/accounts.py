"""Invitations, joining and signing in for tests of membership."""

from functools import cache
from typing import Any

from flask.testing import FlaskClient

from community.core.crypto.cipher import hash_password
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.models import Member
from community.members.rules.consent_texts import CURRENT

SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"
PASSWORD = "seven lamps over the orchard"
OTHER_PASSWORD = "a kettle beside the window"
ACCEPTED = [{"text_version": text.text_version, "accepted": True} for text in CURRENT]


def join_body(link: str, **changes: Any) -> dict[str, Any]:
    """Return the body of a request to join."""
    return {
        "token": link,
        "handle": "Juniper",
        "password": PASSWORD,
        "time_zone": "America/Denver",
        "consents": ACCEPTED,
        **changes,
    }


def token_in(url: str) -> str:
    """The token of a link."""
    return url.rsplit("/", 1)[1]


def give_password(store: UnitOfWorkFactory, actor: Actor, password: str = PASSWORD) -> str:
    """Let a member of the cast sign in; returns their address."""
    hashed = _hashed(password)
    with store.unit_of_work() as uow:
        member = uow.session.get_one(Member, actor.id)
        member.password_hash = hashed
        return member.email


@cache
def _hashed(password: str) -> str:
    return hash_password(password)


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **options: Any) -> Any:
    """Sign in through the API."""
    return client.post("/api/v1/session", json={"email": email, "password": password}, **options)
