"""Pages of the actor's account: profile, password, devices, blocks."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request

from community.core.time_zones import time_zones
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import (
    current_actor,
    is_kept_here,
    read_context,
    safe_redirect_path,
    services,
    unit_of_work,
)
from community.members.actions import accounts, password_changes
from community.members.actions import sign_in as sign_in_actions
from community.members.pages import pages
from community.members.queries import profile as profile_queries
from community.members.queries import second_factors
from community.members.rules.passwords import MIN_LENGTH
from community.members.schemas.people import ChangeProfileSchema
from community.members.schemas.sessions import ChangePasswordSchema


@pages.get("/account")
def account() -> PageResponse:
    """Show the actor's profile, password form, sessions and blocks."""
    return _account(Form(), Form())


@pages.post("/account/profile")
def change_profile() -> PageResponse:
    """Change the actor's handle or time zone."""
    form = Form(ChangeProfileSchema())
    if form.submit(accounts.change_profile):
        flash("Saved.")
        return redirect("/account")
    return _account(form, Form(values={}))


@pages.post("/account/password")
def change_password() -> PageResponse:
    """Change the actor's password. Other sessions end."""
    form = Form(ChangePasswordSchema())
    actor = current_actor()
    if actor is not None and form.attempt(
        partial(password_changes.change_password, services().store, actor), service=services().settings.name
    ):
        flash("Your password is changed. Other devices are signed out.")
        return redirect("/account")
    return _account(Form(values={}), form)


@pages.post("/account/sessions/<uuid:session_id>/end")
def end_session(session_id: UUID) -> PageResponse:
    """End another session of the actor."""
    with unit_of_work() as uow:
        sign_in_actions.end_session(uow, session_id=session_id)
    flash("That device is signed out.")
    return redirect("/account")


@pages.post("/account/sessions/end-others")
def end_other_sessions() -> PageResponse:
    """Sign out everywhere else."""
    with unit_of_work() as uow:
        sign_in_actions.end_other_sessions(uow)
    flash("You're signed out everywhere else.")
    return redirect("/account")


@pages.post("/account/blocks/<uuid:member_id>/end")
def unblock(member_id: UUID) -> PageResponse:
    """Unblock a member."""
    with unit_of_work() as uow:
        accounts.unblock(uow, member_id=member_id)
    flash("You can see each other again.")
    return redirect("/account")


@pages.post("/members/<uuid:member_id>/block")
def block(member_id: UUID) -> PageResponse:
    """Start to block a member."""
    with unit_of_work() as uow:
        accounts.block(uow, member_id=member_id)
    flash("Blocked. You won't see each other anywhere here. We don't tell them.")
    return redirect(safe_redirect_path(request.form.get("next")))


def _account(profile_form: Form, password_form: Form) -> PageResponse:
    with read_context() as ctx:
        profile = profile_queries.my_profile(ctx)
        context: dict[str, Any] = {
            "profile": profile,
            "sessions": profile_queries.my_sessions(ctx),
            "blocks": profile_queries.my_blocks(ctx),
            "factors": second_factors.my_second_factors(ctx),
            "kept_here": is_kept_here(),
        }
    status = max(profile_form.status, password_form.status)
    page = render_template(
        "members/account.html",
        profile_form=profile_form,
        password_form=password_form,
        time_zones=time_zones(),
        min_length=MIN_LENGTH,
        **context,
    )
    return page, status
