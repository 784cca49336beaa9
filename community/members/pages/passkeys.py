"""Pages of passkeys: the list in the account, and signing in with one. A script talks to the device in between."""

from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template

from community.core.web.forms import Form, PageResponse
from community.core.web.json_input import parse_json
from community.core.web.request_context import (
    csrf_exempt,
    read_context,
    safe_redirect_path,
    services,
)
from community.members.actions import passkeys
from community.members.api.passkeys import current_site, register_passkey, sign_in_by_passkey
from community.members.api.responses import with_cookies
from community.members.pages import pages
from community.members.queries import passkeys as queries
from community.members.schemas.passkeys import NewPasskeySchema
from community.members.schemas.second_factors import FinishSignInSchema

PASSKEYS = "/account/passkeys"


@pages.app_context_processor
def passkey_facts() -> dict[str, Any]:
    """Return whether browsers allow passkeys at this installation's address, for the buttons that use one."""
    return {"passkeys_work": current_site() is not None}


@pages.get(PASSKEYS)
def my_passkeys() -> PageResponse:
    """Show the actor's passkeys."""
    return _passkeys(Form())


@pages.post(PASSKEYS)
def add_passkey() -> PageResponse:
    """Add the passkey that the browser made, and show the recovery codes that come with the first second factor."""
    form = Form(NewPasskeySchema())
    if not form.attempt(register_passkey, values={"credential": answer_in(form, "credential")}):
        return _passkeys(form)
    if form.result.recovery_codes:
        return render_template("members/recovery_codes.html", codes=form.result.recovery_codes, is_new=True)
    flash("Passkey added.")
    return redirect(PASSKEYS, code=303)


@pages.post(f"{PASSKEYS}/<uuid:passkey_id>/remove")
def remove_passkey(passkey_id: UUID) -> PageResponse:
    """Remove one of the actor's passkeys."""
    form = Form()
    is_required = services().settings.is_staff_factor_required
    if not form.submit(passkeys.remove, passkey_id=passkey_id, is_required=is_required):
        return _passkeys(form)
    flash("Passkey removed. You can also delete it on your device.")
    return redirect(PASSKEYS, code=303)


@pages.post("/sign-in/passkey")
@csrf_exempt
def sign_in_with_passkey() -> PageResponse:
    """Sign in with a passkey, with or without a password before."""
    form = Form(FinishSignInSchema())
    onward = form.value("next")
    given = {"assertion": answer_in(form, "assertion")}
    if form.value("pending"):
        given["pending"] = form.value("pending")
    if form.attempt(sign_in_by_passkey, values=given):
        return with_cookies(make_response(redirect(safe_redirect_path(onward), code=303)), form.result)
    return render_template("members/sign_in.html", form=form, next=onward), form.status, form.headers


def answer_in(form: Form, name: str) -> Any:
    """Return the JSON that a script put into a field; None when it is no JSON. Raises BadRequest."""
    try:
        return parse_json(str(form.value(name)).encode())
    except ValueError:
        return None


def _passkeys(form: Form) -> PageResponse:
    with read_context() as ctx:
        items = queries.my_passkeys(ctx)
    page = render_template("members/passkeys.html", form=form, passkeys=items)
    return page, form.status, form.headers
