"""Pages of joining, and of the texts that members agree to."""

from typing import Any

from flask import make_response, redirect, render_template

from community.core.time_zones import time_zones
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import csrf_exempt, current_actor, read_context, services, unit_of_work
from community.members.actions import invitations
from community.members.api.responses import invited_address, join_by_form, with_cookies
from community.members.pages import pages
from community.members.queries import invitations as invitation_queries
from community.members.queries import profile as profile_queries
from community.members.rules.consent_texts import CURRENT, ConsentText, former_texts
from community.members.rules.passwords import MIN_LENGTH


@pages.get("/join/<token>")
def join_form(token: str) -> PageResponse:
    """Show the form of an invitation. This changes nothing."""
    return _join_page(Form(), token)


@pages.post("/join/<token>")
@csrf_exempt
def join_in(token: str) -> PageResponse:
    """Accept an invitation. A refusal names everything that is wrong at once."""
    form = Form()
    values: dict[str, Any] = {name: form.value(name) for name in ("handle", "password", "time_zone")}
    values["token"] = token
    values["consents"] = [
        {"text_version": text.text_version, "accepted": text.text_version in form.values} for text in CURRENT
    ]
    try:
        invited_address(token)
        with unit_of_work() as uow:
            invitations.open_invitation(uow, token=token)
    except invitations.InvitationEnded:
        return _ended_page()
    if form.attempt(lambda: join_by_form(values)):
        return with_cookies(make_response(redirect("/", code=303)), form.result)
    return _join_page(form, token)


@pages.get("/rules")
def rules_page() -> str:
    """Show the texts that every member agrees to, and the earlier ones that this member agreed to."""
    former: tuple[ConsentText, ...] = ()
    if current_actor() is not None:
        with read_context() as ctx:
            former = former_texts(profile_queries.my_profile(ctx).consents)
    return render_template("members/rules.html", texts=CURRENT, former=former)


def _join_page(form: Form, token: str) -> PageResponse:
    with read_context() as ctx:
        invitation = invitation_queries.shown_invitation(ctx, token)
    if invitation is None or form.status == 410:
        return _ended_page()
    page = render_template(
        "members/join.html",
        form=form,
        token=token,
        texts=CURRENT,
        invitation=invitation,
        time_zones=time_zones(),
        time_zone=form.value("time_zone") or services().settings.time_zone,
        min_length=MIN_LENGTH,
    )
    return page, form.status, form.headers


def _ended_page() -> PageResponse:
    return render_template("members/invitation_expired.html"), 410
