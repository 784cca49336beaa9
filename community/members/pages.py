"""Pages of members: sign-in, joining, account, sessions, rules."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request

from community.core.time_zones import time_zones
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import (
    clear_session_cookie,
    csrf_exempt,
    current_actor,
    is_kept_here,
    read_context,
    safe_redirect_path,
    services,
    unit_of_work,
)
from community.members import access
from community.members.actions import accounts, invitations, password_changes
from community.members.actions import sign_in as sign_in_actions
from community.members.api.responses import caller, invited_address, join, with_cookies, with_device_cookie
from community.members.queries import profile as profile_queries
from community.members.rules.consent_texts import CURRENT
from community.members.schemas.invitations import AcceptSchema
from community.members.schemas.people import ChangeProfileSchema
from community.members.schemas.sessions import ChangePasswordSchema, EmailSchema, PasswordSchema, SignInSchema

pages = Blueprint("members", __name__)


@pages.get("/sign-in")
def sign_in_form() -> PageResponse:
    """Show the sign-in page."""
    if current_actor() is not None:
        return redirect(safe_redirect_path(request.args.get("next")))
    return render_template("members/sign_in.html", form=Form(), next=request.args.get("next", ""))


@pages.post("/sign-in")
@csrf_exempt
def sign_in() -> PageResponse:
    """Sign in and redirect."""
    form = Form(SignInSchema())
    onward = form.values.pop("next", "")

    def try_credentials(**fields: str) -> sign_in_actions.SignedIn | sign_in_actions.Suspended:
        try:
            return sign_in_actions.sign_in(services().store, **fields, caller=caller())
        except sign_in_actions.Suspended as refusal:
            return refusal

    passed = form.attempt(try_credentials)
    if isinstance(form.result, sign_in_actions.Suspended):  # that page says why, until when, and how to appeal
        return redirect(form.result.path, code=303)
    if passed:
        return with_cookies(_redirect(safe_redirect_path(onward)), form.result)
    return render_template("members/sign_in.html", form=form, next=onward), form.status


@pages.post("/sign-out")
def sign_out() -> PageResponse:
    """Sign out, and clear what the browser stored."""
    if current_actor() is not None:
        with unit_of_work() as uow:
            sign_in_actions.sign_out(uow)
    response = _redirect("/sign-in")
    clear_session_cookie(response)
    return response


@pages.get("/forgotten")
def forgotten_form() -> PageResponse:
    """Show the form that asks for a reset link."""
    return render_template("members/forgot_password.html", form=Form(), sent=False)


@pages.post("/forgotten")
@csrf_exempt
def forgotten() -> PageResponse:
    """Queue the mail, if the address is a member's. The page says the same either way."""
    form = Form(EmailSchema())
    sent = form.attempt(partial(password_changes.request_reset, services().store), caller=caller())
    return render_template("members/forgot_password.html", form=form, sent=sent), form.status


@pages.get("/reset/<token>")
def reset_form(token: str) -> PageResponse:
    """Show the form for a new password."""
    return render_template("members/reset_password.html", form=Form(), token=token)


@pages.post("/reset/<token>")
@csrf_exempt
def reset(token: str) -> PageResponse:
    """Set the new password."""
    form = Form(PasswordSchema())
    if form.attempt(partial(password_changes.reset_password, services().store), token=token, caller=caller()):
        flash("Your password is changed. Sign in with the new one.")
        return with_device_cookie(make_response(redirect("/sign-in")), form.result)
    return render_template("members/reset_password.html", form=form, token=token), form.status


@pages.get("/join/<token>")
def join_form(token: str) -> PageResponse:
    """Show the form of an invitation. This changes nothing."""
    with read_context() as ctx:
        invitation = access.open_invitation(ctx, token)
    if invitation is None:
        return render_template("members/invitation_expired.html"), 410
    return _join_page(Form(), token, email=invitation.email)


@pages.post("/join/<token>")
@csrf_exempt
def join_in(token: str) -> PageResponse:
    """Accept an invitation."""
    form = Form(AcceptSchema())
    values = {name: form.value(name) for name in ("handle", "password", "time_zone")}
    values["token"] = token
    values["consents"] = [
        {"text_version": text.text_version, "accepted": text.text_version in form.values} for text in CURRENT
    ]
    try:
        invited_address(token)
        with unit_of_work() as uow:
            opened = invitations.open_invitation(uow, token=token)
    except invitations.InvitationEnded:
        return render_template("members/invitation_expired.html"), 410
    if form.attempt(lambda **fields: join(fields), values=values):
        return with_cookies(_redirect("/"), form.result)
    if form.status == 410:
        return render_template("members/invitation_expired.html"), 410
    return _join_page(form, token, email=opened.email)


def _join_page(form: Form, token: str, *, email: str) -> PageResponse:
    page = render_template(
        "members/join.html",
        form=form,
        token=token,
        texts=CURRENT,
        email=email,
        time_zones=time_zones(),
        time_zone=form.value("time_zone") or services().settings.time_zone,
    )
    return page, form.status


@pages.get("/rules")
def rules_page() -> str:
    """Show the texts that every member agreed to."""
    return render_template("members/rules.html", texts=CURRENT)


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


@pages.post("/account/blocks/<uuid:member_id>/end")
def unblock(member_id: UUID) -> PageResponse:
    """Unblock a member."""
    with unit_of_work() as uow:
        accounts.unblock(uow, member_id=member_id)
    flash("You see each other again.")
    return redirect("/account")


@pages.post("/members/<uuid:member_id>/block")
def block(member_id: UUID) -> PageResponse:
    """Start to block a member."""
    with unit_of_work() as uow:
        accounts.block(uow, member_id=member_id)
    flash("You no longer see each other here. They are not told.")
    return redirect(safe_redirect_path(request.form.get("next")))


def _account(profile_form: Form, password_form: Form) -> PageResponse:
    with read_context() as ctx:
        profile = profile_queries.my_profile(ctx)
        context: dict[str, Any] = {
            "profile": profile,
            "sessions": profile_queries.my_sessions(ctx),
            "blocks": profile_queries.my_blocks(ctx),
            "kept_here": is_kept_here(),
        }
    status = max(profile_form.status, password_form.status)
    page = render_template(
        "members/account.html",
        profile_form=profile_form,
        password_form=password_form,
        time_zones=time_zones(),
        **context,
    )
    return page, status


def _redirect(path: str) -> Response:
    response: Response = make_response(redirect(path, code=303))
    return response
