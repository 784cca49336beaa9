"""The page that asks a member to confirm that it is them, and then goes on with what they were about to do.

A form that was refused is not lost: the page carries its fields along and sends them again once the member has
confirmed. Passwords, codes and files are not carried: the member goes back to the form and enters those again.
"""

from typing import Any
from urllib.parse import quote, urlsplit

from flask import Response, flash, make_response, redirect, render_template, request

from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import csrf_token_for, read_context, safe_redirect_path
from community.members.api.responses import with_cookies
from community.members.api.step_up import step_up_session
from community.members.pages import pages
from community.members.pages.passkeys import answer_in
from community.members.queries.second_factors import kinds_of
from community.members.schemas.sessions import StepUpSchema

KEPT = "kept."  # before the name of each field of the form that waits
SECRETS = ("password", "code", "csrf_token")
OWN_FIELDS = ("next", "back", "action")
FILES = ".csv"


def step_up_page() -> Response:
    """Answer a request that needs a step-up: with the page that asks for it."""
    here = request.full_path.rstrip("?")
    if request.method in ("GET", "HEAD"):
        return make_response(redirect("/step-up?next=" + quote(here, safe="/"), code=303))
    fields = [(name, text) for name, text in request.form.items(multi=True) if not _is_secret(name)]
    is_whole = not request.files and len(fields) == sum(name != "csrf_token" for name in request.form)
    waiting = {"action": here if is_whole else "", "kept": fields if is_whole else [], "back": _page_before()}
    return make_response(_page(Form(values={}), next="", **waiting), 403)


@pages.get("/step-up")
def step_up_form() -> PageResponse:
    """Ask the member to confirm that it is them."""
    return _page(Form(), next=safe_redirect_path(request.args.get("next")), action="", kept=[], back=_page_before())


@pages.post("/step-up")
def step_up() -> PageResponse:
    """Confirm, and go on: to the page, or with the form that waits."""
    kept = [(name[len(KEPT) :], text) for name, text in request.form.items(multi=True) if name.startswith(KEPT)]
    onward, back, action = (request.form.get(name, "") for name in OWN_FIELDS)
    form = Form(StepUpSchema())
    given: dict[str, Any] = {name: request.form[name] for name in ("password", "code") if name in request.form}
    if request.form.get("assertion"):
        given = {"assertion": answer_in(form, "assertion")}
    if not form.attempt(step_up_session, values=given or {"password": ""}):
        page = _page(form, next=onward, action=action, kept=kept, back=back)
        return page, form.status, form.headers
    if action:
        page = render_template(
            "members/stepped_up.html",
            action=safe_redirect_path(action),
            kept=kept,
            csrf_token=csrf_token_for(form.result.token),
        )
        return with_cookies(make_response(page), form.result)
    path = safe_redirect_path(onward or back)
    if not onward:
        flash("Thanks. You can now fill in the form again.")
    if urlsplit(path).path.endswith(FILES):
        page = render_template("members/file_ready.html", path=path, back=safe_redirect_path(back))
        return with_cookies(make_response(page), form.result)
    return with_cookies(make_response(redirect(path, code=303)), form.result)


def _page(form: Form, **waiting: Any) -> str:
    with read_context() as ctx:
        kinds = kinds_of(ctx, ctx.actor.id)
    return render_template("members/step_up.html", form=form, kinds=kinds, **waiting)


def _is_secret(name: str) -> bool:
    return any(secret in name for secret in SECRETS)


def _page_before() -> str:
    """Return the path of our page from which the request came, or `/`."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host or before.path == "/step-up":
        return "/"
    return safe_redirect_path(f"{before.path}?{before.query}" if before.query else before.path)
