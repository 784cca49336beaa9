"""Pages of invitations and cohorts."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template

from community.console.pages import pages
from community.core.csv_export import as_csv
from community.core.permissions import Permission
from community.core.unit_of_work import Role, UnitOfWork
from community.core.web.forms import Form, PageResponse, uuid_of
from community.core.web.request_context import audit_facts, read_context, services, unit_of_work
from community.core.web.template_context import paging
from community.members.actions import accounts
from community.members.actions import invitations as invitations_actions
from community.members.api.responses import invitation_response
from community.members.queries import invitations as invitations_queries
from community.members.schemas.invitations import CohortSchema, InviteSchema


@pages.get("/console/invitations")
def invitations() -> PageResponse:
    """Show all invitations and their states, and the form for one more."""
    return _invitations_page(Form(), Form())


@pages.post("/console/invitations")
def invite() -> PageResponse:
    """Invite one address."""
    form = Form(InviteSchema())
    values = {key: value for key, value in form.values.items() if not (key == "cohort_id" and value == "")}

    def send(uow: UnitOfWork, *, role: str, **fields: Any) -> dict[str, Any]:
        secret = services().settings.secret_key
        return invitation_response(invitations_actions.invite(uow, role=Role(role), **fields, secret=secret))

    if form.submit(send, values=values):
        return _invitations_page(Form(values={}), Form(values={}), made=form.result, invited_to=form.value("email"))
    return _invitations_page(form, Form(values={}))


@pages.post("/console/invitations/<uuid:invitation_id>/resend")
def resend(invitation_id: UUID) -> PageResponse:
    """Send a new link that is valid for another week."""
    with unit_of_work() as uow:
        made = invitation_response(
            invitations_actions.resend_invitation(
                uow, invitation_id=invitation_id, secret=services().settings.secret_key
            )
        )
    return _invitations_page(Form(values={}), Form(values={}), made=made)


@pages.post("/console/invitations/<uuid:invitation_id>/revocation")
def revoke(invitation_id: UUID) -> PageResponse:
    """End an invitation."""
    with unit_of_work() as uow:
        invitations_actions.revoke_invitation(uow, invitation_id=invitation_id)
    flash("That link no longer works.")
    return redirect("/console/invitations", code=303)


@pages.post("/console/cohorts")
def create_cohort() -> PageResponse:
    """Create a cohort."""
    form = Form(CohortSchema())
    if form.submit(accounts.create_cohort):
        flash("Cohort created. You can now invite people to it.")
        return redirect("/console/invitations", code=303)
    return _invitations_page(Form(values={}), form)


@pages.get("/console/invitations.csv")
def export() -> PageResponse:
    """Return every invitation as a file in which no cell runs as a formula."""
    with read_context() as ctx:
        rows = [
            (one.email, one.role, one.state, one.created_at.date().isoformat(), one.expires_at.date().isoformat())
            for one in invitations_queries.all_invitations(ctx)
        ]
    audit_facts(count=len(rows))
    text = as_csv(("email", "role", "state", "created", "expires"), rows)
    headers = {"Content-Disposition": 'attachment; filename="list.csv"'}
    return Response(text, content_type="text/csv; charset=utf-8", headers=headers)


def _invitations_page(
    form: Form, cohort_form: Form, *, made: dict[str, Any] | None = None, invited_to: str = ""
) -> PageResponse:
    with read_context() as ctx:
        page = invitations_queries.invitations(ctx, **paging())
        cohorts = invitations_queries.cohorts(ctx, cursor=None, limit=200).items
        roles = [role.value for role in ctx.permitted(Permission.INVITE_MEMBERS).role.up_to_own]
    audit_facts(count=len(page.items))
    shown = render_template(
        "console/invitations.html",
        form=form,
        cohort_form=cohort_form,
        invitations=page.items,
        next_cursor=page.next_cursor,
        cohorts=cohorts,
        roles=roles,
        is_sent=made is not None,
        link=made and made["url"],
        invited_to=invited_to,
        chosen_cohort=uuid_of(str(form.value("cohort_id"))),
    )
    return shown, max(form.status, cohort_form.status)
