"""Pages of e-mail addresses: the actor's own, and the two links that a change mails."""

from functools import partial

from flask import flash, redirect, render_template

from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import csrf_exempt, read_context, services
from community.members.actions import email_changes
from community.members.api.responses import by_link
from community.members.pages import pages
from community.members.queries import profile
from community.members.queries.email_changes import my_waiting_address
from community.members.schemas.sessions import EmailSchema


@pages.get("/account/email")
def email_form() -> PageResponse:
    """Show the actor's address, one that waits, and the form for another one."""
    return _email_page(Form())


@pages.post("/account/email")
def change_email() -> PageResponse:
    """Ask for another address. The page says the same whether or not it is a member's."""
    form = Form(EmailSchema())
    if form.submit(email_changes.request_change, secret=services().settings.secret_key):
        flash("We’ve sent a link to the new address. Open it there within 24 hours.")
        return redirect("/account/email", code=303)
    return _email_page(form)


@pages.get("/email-change/<token>")
def confirm_email_form(token: str) -> PageResponse:
    """Ask at the new address whether to use it. Opening the link alone changes nothing."""
    return render_template("members/email_change.html", form=Form(), token=token, is_done=False)


@pages.post("/email-change/<token>")
@csrf_exempt
def confirm_email(token: str) -> PageResponse:
    """Use the new address."""
    form = Form()
    is_done = form.attempt(partial(by_link, email_changes.confirm_change, token=token))
    page = render_template("members/email_change.html", form=form, token=token, is_done=is_done)
    return page, form.status, form.headers


@pages.get("/email-change-stop/<token>")
def stop_email_form(token: str) -> PageResponse:
    """Ask at the old address whether to stop the change."""
    return render_template("members/email_change_stop.html", form=Form(), token=token, is_done=False)


@pages.post("/email-change-stop/<token>")
@csrf_exempt
def stop_email(token: str) -> PageResponse:
    """Stop the change, and sign out everywhere."""
    form = Form()
    is_done = form.attempt(partial(by_link, email_changes.stop_change, token=token))
    page = render_template("members/email_change_stop.html", form=form, token=token, is_done=is_done)
    return page, form.status, form.headers


def _email_page(form: Form) -> PageResponse:
    with read_context() as ctx:
        address, waiting = profile.my_profile(ctx).email, my_waiting_address(ctx)
    page = render_template("members/email.html", form=form, address=address, waiting=waiting)
    return page, form.status, form.headers
