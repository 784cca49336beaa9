"""Page of two-step sign-in: set up an app that shows codes, get recovery codes, and turn it off.

Staff without a second factor are sent here from every other page where they need one.
"""

from flask import flash, redirect, render_template
from markupsafe import Markup

from community.core.errors import Unauthenticated
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import current_actor, services, unit_of_work
from community.members.actions import second_factors
from community.members.pages import pages
from community.members.queries import second_factors as queries
from community.members.rules.second_factors import RECOVERY_CODE_COUNT, may_set_up
from community.members.schemas.second_factors import CodeSchema

TWO_STEP = "/account/two-step"


@pages.get(TWO_STEP)
def two_step() -> PageResponse:
    """Show whether two-step sign-in is on, and the next step."""
    return _two_step(Form())


@pages.post(f"{TWO_STEP}/start")
def start_two_step() -> PageResponse:
    """Make a new secret and show it as a QR code."""
    form = Form()
    if form.submit(second_factors.start_totp, service=services().settings.name, is_required=_is_required()):
        return redirect(TWO_STEP, code=303)
    return _two_step(form)


@pages.post(f"{TWO_STEP}/confirm")
def confirm_two_step() -> PageResponse:
    """Turn it on with the first right code, and show the recovery codes."""
    form = Form(CodeSchema())
    if form.submit(second_factors.confirm_totp, secret=services().settings.secret_key, is_required=_is_required()):
        return render_template("members/recovery_codes.html", codes=form.result, is_new=True)
    return _two_step(form)


@pages.post(f"{TWO_STEP}/codes")
def renew_recovery_codes() -> PageResponse:
    """Replace the recovery codes, and show the new ones."""
    form = Form()
    if form.submit(second_factors.renew_recovery_codes, secret=services().settings.secret_key):
        return render_template("members/recovery_codes.html", codes=form.result, is_new=False)
    return _two_step(form)


@pages.post(f"{TWO_STEP}/off")
def turn_off_two_step() -> PageResponse:
    """Turn the app off."""
    form = Form()
    if not form.submit(second_factors.remove_totp, is_required=_is_required()):
        return _two_step(form)
    flash("Your app's codes are off.")
    return redirect(TWO_STEP, code=303)


def _two_step(form: Form) -> PageResponse:
    actor, is_required = current_actor(), _is_required()
    if actor is None:
        raise Unauthenticated
    with unit_of_work() as uow:
        factors = queries.my_second_factors(uow)
        setup = second_factors.pending_totp(uow, service=services().settings.name)
    is_needed, has_factor = is_required and actor.role.has_any_permission, actor.second_factor_at is not None
    page = render_template(
        "members/two_step.html",
        form=form,
        factors=factors,
        setup=setup,
        picture=Markup(setup.svg) if setup else "",  # noqa: S704 - our own drawing, of squares only
        key=_in_groups(setup.secret) if setup else "",
        codes_count=RECOVERY_CODE_COUNT,
        is_needed=is_needed,
        is_shut_out=is_needed and not has_factor,
        may_set_up=may_set_up(needs_factor=is_needed, has_factor=has_factor, has_link=actor.may_enroll_factor),
    )
    return page, form.status, form.headers


def _in_groups(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _is_required() -> bool:
    return services().settings.is_staff_factor_required
