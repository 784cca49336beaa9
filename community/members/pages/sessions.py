"""Pages of signing in and out, and of forgotten passwords."""

from datetime import timedelta
from functools import partial

from flask import Response, flash, make_response, redirect, render_template, request

from community.core.time_zones import zone_city
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import (
    clear_session_cookie,
    csrf_exempt,
    current_actor,
    safe_redirect_path,
    services,
    unit_of_work,
)
from community.core.web.template_context import local_time
from community.members.actions import password_changes
from community.members.actions import sign_in as sign_in_actions
from community.members.actions.second_factors import FactorAsked
from community.members.actions.sign_in_throttle import TooManyTries
from community.members.api.responses import caller, with_cookies, with_device_cookie
from community.members.pages import pages
from community.members.rules.passwords import MIN_LENGTH
from community.members.schemas.sessions import EmailSchema, PasswordSchema, SignInSchema


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

    def try_credentials(**fields: str) -> sign_in_actions.SignedIn | FactorAsked | sign_in_actions.Suspended:
        try:
            return sign_in_actions.sign_in(services().store, **fields, caller=caller())
        except sign_in_actions.Suspended as refusal:
            return refusal
        except TooManyTries as refusal:
            refusal.detail = refusal.text_with_clock(_clock_after(refusal.retry_after or 0))
            raise

    passed = form.attempt(try_credentials)
    if isinstance(form.result, sign_in_actions.Suspended):  # that page says why, until when, and how to appeal
        return redirect(form.result.path, code=303)
    if passed and isinstance(form.result, FactorAsked):
        return render_template("members/sign_in_code.html", form=Form(values={}), asked=form.result, next=onward)
    if passed:
        return with_cookies(make_response(redirect(safe_redirect_path(onward), code=303)), form.result)
    return render_template("members/sign_in.html", form=form, next=onward), form.status, form.headers


@pages.post("/sign-out")
def sign_out() -> PageResponse:
    """Sign out, and clear what the browser stored."""
    if current_actor() is not None:
        with unit_of_work() as uow:
            sign_in_actions.sign_out(uow)
    response: Response = make_response(redirect("/sign-in", code=303))
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
    return render_template("members/forgot_password.html", form=form, sent=sent), form.status, form.headers


@pages.get("/reset/<token>")
def reset_form(token: str) -> PageResponse:
    """Show the form for a new password."""
    return render_template("members/reset_password.html", form=Form(), token=token, min_length=MIN_LENGTH)


@pages.post("/reset/<token>")
@csrf_exempt
def reset(token: str) -> PageResponse:
    """Set the new password."""
    form = Form(PasswordSchema())
    if form.attempt(partial(password_changes.reset_password, services().store), token=token, caller=caller()):
        flash("Your password is changed. Please sign in with the new one.")
        return with_device_cookie(make_response(redirect("/sign-in")), form.result)
    page = render_template("members/reset_password.html", form=form, token=token, min_length=MIN_LENGTH)
    return page, form.status, form.headers


def _clock_after(seconds: float) -> str:
    """Return a clock time from now, in the community's zone.

    Never in the member's own: another zone would tell that the address is a member's.
    """
    zone = services().settings.time_zone
    return f"{local_time(services().clock() + timedelta(seconds=seconds), zone)}, {zone_city(zone)} time"
