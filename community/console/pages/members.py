"""Pages of members for coordinators: the list, one member, and changes of their membership."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from community.console.pages import pages
from community.core.errors import NotFound
from community.core.unit_of_work import UnitOfWork
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import audit_facts, read_context, services, unit_of_work
from community.core.web.template_context import paging
from community.members.actions import accounts, email_changes, identity, roles, sanctions, second_factors, staff_notes
from community.members.api.responses import factor_link_url
from community.members.queries import blocks, invitations, people
from community.members.queries.identity import has_identity
from community.members.queries.staff_notes import StaffNoteView
from community.members.rules.identity import REASONS
from community.members.schemas.identity import OpenIdentitySchema
from community.members.schemas.people import ChangeMemberSchema, SuspendSchema, suspension_fields
from community.members.schemas.sessions import EmailSchema
from community.members.schemas.staff_notes import WriteStaffNoteSchema
from community.safety.queries import cases as safety_queries

MAX_SEARCH_LENGTH = 100


@pages.get("/console/members")
def members() -> PageResponse:
    """Show all members, or those whose handle or address contains the search text."""
    search = request.args.get("search", "")[:MAX_SEARCH_LENGTH]
    with read_context() as ctx:
        page = people.members(ctx, **paging(), search=search)
    audit_facts(count=len(page.items))
    return render_template("console/members.html", members=page.items, next_cursor=page.next_cursor, search=search)


@pages.get("/console/members/<uuid:member_id>")
def member(member_id: UUID) -> PageResponse:
    """Show one member and the possible changes of their membership. Each access is audited."""
    return _member_page(Form(), member_id)


@pages.post("/console/members/<uuid:member_id>/suspension")
def suspend(member_id: UUID) -> PageResponse:
    """Suspend a member for some days, or until the suspension is lifted."""
    form = Form(SuspendSchema())
    if form.submit(
        sanctions.impose,
        member_id=member_id,
        kind="suspension",
        values=suspension_fields(form.values, now=services().clock()),
    ):
        flash("Account suspended. They’re signed out everywhere.")
        return _to_member(member_id)
    return _member_page(form, member_id)


@pages.post("/console/members/<uuid:member_id>/suspension/end")
def lift(member_id: UUID) -> PageResponse:
    """Lift a suspension."""
    with unit_of_work() as uow:
        sanctions.lift_suspensions(uow, member_id=member_id)
    flash("Suspension ended. They can sign in again.")
    return _to_member(member_id)


@pages.post("/console/members/<uuid:member_id>/role")
def change_role(member_id: UUID) -> PageResponse:
    """Change a member's role."""
    form = Form(ChangeMemberSchema(only=("role",)))
    if form.submit(roles.change_member, member_id=member_id):
        flash("Role changed. They’re signed out everywhere and sign in again.")
        return _to_member(member_id)
    return _member_page(form, member_id)


@pages.post("/console/members/<uuid:member_id>/cohort")
def change_cohort(member_id: UUID) -> PageResponse:
    """Move a member to another cohort, or to none."""
    form = Form(ChangeMemberSchema(only=("cohort_id",)))
    if form.submit(
        roles.change_member, member_id=member_id, values={"cohort_id": form.values.get("cohort_id") or None}
    ):
        flash("Cohort changed. Their cohort rooms follow.")
        return _to_member(member_id)
    return _member_page(form, member_id)


@pages.post("/console/members/<uuid:member_id>/deactivation")
def deactivate(member_id: UUID) -> PageResponse:
    """Close an account."""
    with unit_of_work() as uow:
        accounts.deactivate(uow, member_id=member_id)
    flash("Account closed. Their messages stay.")
    return _to_member(member_id)


@pages.post("/console/members/<uuid:member_id>/deactivation/end")
def reactivate(member_id: UUID) -> PageResponse:
    """Open a closed account."""
    with unit_of_work() as uow:
        accounts.reactivate(uow, member_id=member_id)
    flash("Account reopened.")
    return _to_member(member_id)


@pages.post("/console/members/<uuid:member_id>/factor-resets")
def reset_factors(member_id: UUID) -> PageResponse:
    """Remove a member's second factors, and show the link to set them up again. Only this once."""
    form = Form()
    if not form.submit(second_factors.reset_factors_of, member_id=member_id):
        return _member_page(form, member_id)
    return render_template("console/factor_link.html", url=factor_link_url(form.result), member_id=member_id)


@pages.post("/console/members/<uuid:member_id>/identity")
def open_identity(member_id: UUID) -> PageResponse:
    """Show the member's legal name and emergency contact on their page, once, for a reason. Each look is audited."""
    form = Form(OpenIdentitySchema())
    form.submit(identity.open_identity_audited, member_id=member_id)
    return _member_page(form, member_id, opened=form.result)


@pages.post("/console/members/<uuid:member_id>/email")
def change_email(member_id: UUID) -> PageResponse:
    """Start a change of the member's address. The new address confirms it, and the old one can stop it."""
    form = Form(EmailSchema())
    if form.submit(email_changes.start_change, member_id=member_id, secret=services().settings.secret_key):
        flash("We’ve sent a link to the new e-mail. It changes when they open it and say yes.")
        return _to_member(member_id)
    return _member_page(form, member_id)


@pages.post("/console/members/<uuid:member_id>/notes")
def write_note(member_id: UUID) -> PageResponse:
    """Write a note on a member."""
    form = Form(WriteStaffNoteSchema())
    if form.submit(staff_notes.write_note, member_id=member_id):
        flash("Note saved.")
        return _to_member(member_id, "#notes")
    return _member_page(form, member_id)


@pages.post("/console/members/<uuid:member_id>/notes/<uuid:note_id>")
def change_note(member_id: UUID, note_id: UUID) -> PageResponse:
    """Change one of the actor's notes on a member."""
    form = Form(WriteStaffNoteSchema())
    if form.submit(staff_notes.change_note, member_id=member_id, note_id=note_id):
        flash("Note saved.")
        return _to_member(member_id, "#notes")
    return _member_page(form, member_id, changing=note_id)


@pages.post("/console/members/<uuid:member_id>/notes/<uuid:note_id>/deletion")
def delete_note(member_id: UUID, note_id: UUID) -> PageResponse:
    """Delete one of the actor's notes on a member."""
    with unit_of_work() as uow:
        staff_notes.delete_note(uow, member_id=member_id, note_id=note_id)
    flash("Note deleted.")
    return _to_member(member_id, "#notes")


def _member_page(form: Form, member_id: UUID, **shown: Any) -> PageResponse:
    """Show the member. `opened` is their identity record, `changing` the note whose form failed."""
    if form.status == 404:
        raise NotFound
    with unit_of_work() as uow:
        context: dict[str, Any] = {
            "member": accounts.view_account_audited(uow, member_id=member_id),
            "no_contacts": blocks.no_contacts(uow, member_id),
            "sanctions": safety_queries.sanctions_of(uow, member_id),
            "notes": _notes(uow, member_id),
            "cohorts": invitations.cohorts(uow, cursor=None, limit=200).items,
            "has_identity": has_identity(uow, member_id),
        }
        context["roles"] = people.roles_to_give(uow, context["member"])
    page = render_template("console/member.html", form=form, reasons=REASONS, **context, **shown)
    return page, form.status


def _notes(uow: UnitOfWork, member_id: UUID) -> list[StaffNoteView] | None:
    """Return the notes on a member, or None where the actor may not read them."""
    try:
        return staff_notes.read_notes(uow, member_id=member_id)
    except NotFound:
        return None


def _to_member(member_id: UUID, part: str = "") -> AnyResponse:
    return redirect(f"/console/members/{member_id}{part}", code=303)
