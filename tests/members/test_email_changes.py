"""A change of address: the new one confirms it, the old one can stop it, and nothing tells whose address is taken."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.audit_log import AuditEntry
from community.core.errors import NotFound, RateLimited, ValidationFailed
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions import email_changes
from community.members.actions.email_changes import AddressChanged, EmailLinkEnded
from community.members.models import Member
from community.members.models.email_changes import EmailChange
from community.members.queries.people import address_of
from community.members.rules.email_changes import confirm_token, stop_token
from tests.conftest import Act
from tests.factories import Cast
from tests.pages import page_text, post_form
from tests.support.accounts import SECRET

NEW = "benjamin@example.org"


def ask(act: Act, actor: Actor, email: str = NEW) -> tuple[str, str]:
    """Ask for another address, and return the tokens that the two mails carry."""
    act(actor, email_changes.request_change, email=email, secret=SECRET)
    return tokens(act)


def tokens(act: Act) -> tuple[str, str]:
    """The tokens of the newest change."""
    waits = (EmailChange.stopped_at.is_(None), EmailChange.confirmed_at.is_(None), EmailChange.expires_at > act.now)
    change = act.read(None, lambda ctx: ctx.session.scalars(select(EmailChange).where(*waits)).one())
    return confirm_token(SECRET, change.id), stop_token(SECRET, change.id)


def email_of(act: Act, actor: Actor) -> str:
    return act.read(None, lambda ctx: ctx.session.get_one(Member, actor.id).email)


def test_bens_address_changes_when_the_new_one_says_yes_and_not_before(
    cast: Cast, act: Act, page: Any, api: Any, client: FlaskClient, store: UnitOfWorkFactory
) -> None:
    """Twice at once changes it once; other sessions end; an entry stays in the audit log."""
    ben, phone = page(cast.ben), api(cast.ben)
    assert post_form(ben, "/account/email", {"email": "Benjamin@Example.org"}).status_code == 303
    assert f"sent a link to {NEW}" in page_text(ben, "/account/email")
    confirm, _ = tokens(act)
    assert "Use this e-mail?" in client.get(f"/email-change/{confirm}").text
    assert email_of(act, cast.ben) == "ben@example.org", "opening the link changes nothing"
    assert "Your e-mail is changed" in client.post(f"/email-change/{confirm}").text
    assert email_of(act, cast.ben) == NEW
    assert phone.get("/me").status_code == 401
    assert client.post(f"/email-change/{confirm}").status_code == 410
    with store.read_context() as ctx:
        entry = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "email.changed")).one()
        assert (entry.member_id, "example" in str(entry.facts)) == (cast.ben.id, False)
        kept = ctx.session.scalars(select(EmailChange)).one()
        assert confirm not in (kept.confirm_hash, kept.stop_hash)


def test_the_old_address_stops_it_and_signs_everybody_out(cast: Cast, act: Act, api: Any, client: FlaskClient) -> None:
    phone = api(cast.ben)
    confirm, stop = ask(act, cast.ben)
    assert "Was this not you?" in client.get(f"/email-change-stop/{stop}").text
    assert phone.get("/me").status_code == 200
    assert "Choose a new password" in client.post(f"/email-change-stop/{stop}").text
    assert phone.get("/me").status_code == 401
    assert client.put(f"/api/v1/email-changes/{confirm}").status_code == 410
    assert email_of(act, cast.ben) == "ben@example.org"
    confirm, stop = ask(act, cast.ben)
    act(None, email_changes.confirm_change, token=confirm)
    with pytest.raises(AddressChanged):
        act(None, email_changes.stop_change, token=stop)


def test_a_taken_address_gets_the_same_answer_and_no_mail(cast: Cast, act: Act, api: Any) -> None:
    """S6: nobody learns here who has an account."""
    ben = api(cast.ben)
    free = ben.post("/me/email", {"email": NEW})
    taken = ben.post("/me/email", {"email": "cleo@example.org"})
    assert (free.status_code, free.get_json()) == (taken.status_code, taken.get_json())
    with act.store.read_context() as ctx:
        change = ctx.session.scalars(select(EmailChange).where(EmailChange.new_email == "cleo@example.org")).one()
        assert address_of(ctx.session, change.id) is None
        assert address_of(ctx.session, change.notice_id) == "ben@example.org"
    with pytest.raises(EmailLinkEnded):
        act(None, email_changes.confirm_change, token=confirm_token(SECRET, change.id))
    with pytest.raises(ValidationFailed):
        ask(act, cast.ben, "ben@example.org")


def test_a_link_lasts_a_day_and_three_requests_are_enough(cast: Cast, act: Act) -> None:
    first, _ = ask(act, cast.ben)
    second, _ = ask(act, cast.ben, "other@example.org")
    with pytest.raises(EmailLinkEnded):  # the later request ended it
        act(None, email_changes.confirm_change, token=first)
    act.later(hours=24)
    with pytest.raises(EmailLinkEnded):
        act(None, email_changes.confirm_change, token=second)
    for number in range(3):
        ask(act, cast.ben, f"ben{number}@example.org")
    with pytest.raises(RateLimited):
        ask(act, cast.ben, "ben9@example.org")
    for one in (cast.cleo, cast.dov, cast.ada):
        act(one, email_changes.request_change, email=NEW, secret=SECRET)
    act(cast.root, email_changes.request_change, email=NEW, secret=SECRET)
    with act.store.read_context() as ctx:
        query = select(EmailChange).where(EmailChange.new_email == NEW, EmailChange.expires_at > ctx.now)
        assert len(ctx.session.scalars(query).all()) == 3, "one address gets three mails a day at most"


def test_ada_starts_it_for_ben_and_he_still_confirms_it(cast: Cast, act: Act, page: Any) -> None:
    ada, address = page(cast.ada), f"/console/members/{cast.ben.id}"
    assert post_form(ada, f"{address}/email", {"email": "nonsense"}).status_code == 422
    assert post_form(ada, f"{address}/email", {"email": NEW}).status_code == 303
    assert email_of(act, cast.ben) == "ben@example.org"
    confirm, _ = tokens(act)
    act(None, email_changes.confirm_change, token=confirm)
    assert email_of(act, cast.ben) == NEW
    with pytest.raises(NotFound):  # a role above hers
        act(cast.ada, email_changes.start_change, member_id=cast.root.id, email="root2@example.org", secret=SECRET)


def test_both_mails_are_neutral_and_carry_their_own_link(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    """S24: no word of what this place is, and each address gets its own link."""
    from community.core.kind_registries import links
    from community.core.outbox.notification_kinds import kind_of

    confirm, stop = ask(act, cast.ben)
    with store.read_context() as ctx:
        change = ctx.session.scalars(select(EmailChange)).one()
        paths = {
            kind: links.path_for(ctx.session, kind=kind, secret=SECRET, recipient_id=recipient, subject=change.id)
            for kind, recipient in (("email_change.requested", change.notice_id), ("email_change.confirm", change.id))
        }
    assert paths == {
        "email_change.requested": f"/email-change-stop/{stop}",
        "email_change.confirm": f"/email-change/{confirm}",
    }
    for name in (*paths, "email.changed"):
        kind = kind_of(name)
        assert kind.is_security
        words = f"{kind.subject} {kind.mail_text} {kind.action}".lower()
        assert not re.search(r"coordinator|recovery|alumn|treatment|sober|program", words)
