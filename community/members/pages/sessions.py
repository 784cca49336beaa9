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
    read_context,
    safe_redirect_path,
    services,
    unit_of_work,
)
from community.core.web.template_context import local_time
from community.members.actions import password_changes, pending_sign_ins
from community.members.actions import sign_in as sign_in_actions
from community.members.actions.second_factors import FactorAsked
from community.members.actions.sign_in_throttle import TooManyTries
from community.members.api.responses import caller, with_cookies, with_device_cookie
from community.members.pages import pages
from community.members.queries import second_factors
from community.members.rules.passwords import MIN_LENGTH
from community.members.schemas.second_factors import FinishSignInSchema
from community.members.schemas.sessions import EmailSchema, PasswordSchema, SignInSchema

TWO_STEP = "/account/two-step"
RECOVERY = second_factors.RECOVERY


@pages.get("/sign-in")
def sign_in_form() -> PageResponse:
    """Show the sign-in page."""
    if current_actor() is not None:
        return redirect(safe_redirect_path(request.args.get("next")))
    return _sign_in_page(Form(), onward=request.args.get("next", ""))


@pages.post("/sign-in")
@csrf_exempt
def sign_in() -> PageResponse:
    """Sign in and redirect, or ask for the second step."""
    return _sign_in()


@pages.get("/two-step-link/<token>")
def two_step_link_form(token: str) -> PageResponse:
    """Show the sign-in page of an admin's link, which lets its member turn on two-step sign-in."""
    return _sign_in_page(Form(), onward=TWO_STEP, link=token)


@pages.post("/two-step-link/<token>")
@csrf_exempt
def two_step_link(token: str) -> PageResponse:
    """Sign in by an admin's link, and go on to turn on two-step sign-in."""
    return _sign_in(link=token)


@pages.post("/sign-in/code")
@csrf_exempt
def sign_in_code() -> PageResponse:
    """Finish a sign-in with a code of the member's app or a recovery code, and redirect."""
    form = Form(FinishSignInSchema())
    onward, kind = form.values.pop("next", ""), form.values.pop("kind", "")

    def try_code(**fields: str) -> sign_in_actions.SignedIn:
        try:
            return pending_sign_ins.finish_with_code(services().store, **fields, caller=caller())
        except TooManyTries as refusal:  # a link by e-mail wouldn't help here
            raise _with_clock(TooManyTries(retry_after=refusal.retry_after or 0)) from refusal

    is_finished = form.attempt(try_code)
    if kind == RECOVERY and "code" in form.errors:
        form.errors["code"] = ["That code doesn't work. Check each letter, or use another one."]
    if is_finished:
        if kind == RECOVERY:
            _say_how_many_are_left(form.result)
        return with_cookies(make_response(redirect(safe_redirect_path(onward), code=303)), form.result)
    return _code_page(form, pending=str(form.value("pending")), onward=onward, kind=kind)


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


def _sign_in(link: str = "") -> PageResponse:
    form = Form(SignInSchema())
    onward = form.values.pop("next", "")
    if link:
        onward, form.values["link"] = TWO_STEP, link

    def try_credentials(**fields: str) -> object:
        try:
            return sign_in_actions.sign_in(services().store, **fields, caller=caller())
        except sign_in_actions.Suspended as refusal:
            return refusal
        except TooManyTries as refusal:
            raise _with_clock(refusal) from refusal

    if not form.attempt(try_credentials):
        return _sign_in_page(form, onward=onward, link=link)
    if isinstance(form.result, sign_in_actions.Suspended):  # that page says why, until when, and how to appeal
        return redirect(form.result.path, code=303)
    if isinstance(form.result, FactorAsked):
        return _code_page(Form(values={}), pending=form.result.pending, onward=onward)
    if link and not form.result.actor.may_enroll_factor:
        flash("That link no longer works. A link works once, for 24 hours. Ask an admin for a new one.")
    return with_cookies(make_response(redirect(safe_redirect_path(onward), code=303)), form.result)


def _sign_in_page(form: Form, *, onward: str, link: str = "") -> PageResponse:
    page = render_template("members/sign_in.html", form=form, next=onward, link=link)
    return page, form.status, form.headers


def _code_page(form: Form, *, pending: str, onward: str, kind: str = "") -> PageResponse:
    """Ask for the second step, or to sign in again when the first has ended."""
    with read_context() as ctx:
        kinds = second_factors.kinds_of_pending(ctx, pending)
    if not kinds:
        return _sign_in_page(form, onward=onward)
    page = render_template(
        "members/sign_in_code.html",
        form=form,
        no_form=Form(),
        pending=pending,
        kinds=kinds,
        kind=kind,
        next=onward,
    )
    return page, form.status, form.headers


def _say_how_many_are_left(signed_in: sign_in_actions.SignedIn) -> None:
    with services().store.read_context(signed_in.actor) as ctx:
        left = second_factors.my_second_factors(ctx).recovery_codes_left
    flash(f"That recovery code is used up. Codes left: {left}.")


def _with_clock(refusal: TooManyTries) -> TooManyTries:
    refusal.detail = refusal.text_with_clock(_clock_after(refusal.retry_after or 0))
    return refusal


def _clock_after(seconds: float) -> str:
    """Return a clock time from now, in the community's zone.

    Never in the member's own: another zone would tell that the address is a member's.
    """
    zone = services().settings.time_zone
    return f"{local_time(services().clock() + timedelta(seconds=seconds), zone)}, {zone_city(zone)} time"
