"""Pages that invite a whole list: a preview with a verdict for each row, then the invitations."""

from flask import flash, redirect, render_template, request

from community.console.actions import tasks
from community.console.pages import pages
from community.console.queries import tasks as queries
from community.console.rules import invitation_csv
from community.core.csv_export import plain_csv
from community.core.errors import ValidationFailed
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import audit_facts, read_context, services


@pages.get("/console/invitations/list")
def list_form() -> PageResponse:
    """Show the form to choose a file of invitees."""
    with read_context() as ctx:
        _ = ctx.permitted(Permission.INVITE_MEMBERS)
    return _list_page(Form(), None)


@pages.post("/console/invitations/list")
def preview_list() -> PageResponse:
    """Show the verdict for each row. Sends nothing."""
    form = Form()

    def read() -> list[invitation_csv.InviteeRow]:
        file = request.files.get("file")
        with read_context() as ctx:
            _ = ctx.permitted(Permission.INVITE_MEMBERS)
            return queries.check_rows(ctx, rows=_rows_of(file.read() if file else b""))

    form.attempt(read)
    return _list_page(form, form.result)


@pages.post("/console/invitations/list/send")
def send_list() -> PageResponse:
    """Invite every address that is still new on the list that was shown."""
    form = Form()

    def send(uow: UnitOfWork) -> list[invitation_csv.InviteeRow]:
        _ = uow.permitted(Permission.INVITE_MEMBERS)
        rows = _rows_of(str(form.value("rows")).encode("utf-8", "replace"))
        return tasks.invite_many(uow, rows=rows, secret=services().settings.secret_key)

    if not form.submit(send):
        return _list_page(form, None)
    count = sum(row.verdict == "new" for row in form.result)
    flash(f"{count} invited. We’re sending the e-mails." if count else "No one on the list was new.")
    return redirect("/console/invitations", code=303)


def _rows_of(raw: bytes) -> list[invitation_csv.InviteeRow]:
    try:
        return invitation_csv.read_invitees(raw)
    except invitation_csv.UnreadableFile as problem:
        raise ValidationFailed(errors={"file": [str(problem)]}) from problem


def _list_page(form: Form, rows: list[invitation_csv.InviteeRow] | None) -> PageResponse:
    audit_facts(count=len(rows or ()))
    fresh = [(row.email, row.cohort, row.name, row.town) for row in rows or () if row.verdict == "new"]
    page = render_template(
        "console/bulk_invitations.html",
        form=form,
        rows=rows,
        fresh=len(fresh),
        kept=plain_csv(("email", "cohort", "name", "town"), fresh),
        verdicts=invitation_csv.VERDICTS,
        has_names=any(row.name or row.town for row in rows or ()),
    )
    return page, form.status
