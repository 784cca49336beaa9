"""The coordinators' screens: the day, members, invitations, lists of invitees, cohorts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from community.console import actions, queries, rules
from community.core.errors import Invalid
from community.core.forms import Form, uuid_of
from community.core.schemas import PageArgs
from community.core.sheets import as_csv, plain_csv
from community.core.unit_of_work import Reading, Role, utc_now
from community.core.web import reading, unit_of_work, web
from community.members import actions as members_actions
from community.members import joining, sanctioning
from community.members.api.answers import invited
from community.members.queries import apart, inviting, people
from community.members.schemas.joining import CohortSchema, InviteSchema
from community.members.schemas.people import SuspendSchema, suspension_fields
from community.safety import queries as safety_queries

pages = Blueprint("console", __name__)
Answered = str | tuple[str, int] | AnyResponse
LONGEST_SEARCH = 100
TASK_CHANGES = {"take": actions.take, "free": actions.give_back, "done": actions.finish}


def page_facts(look: Reading) -> Mapping[str, Any]:
    """What base.html shows beside "Today"."""
    return {"open_tasks": queries.open_tasks(look) if look.actor.is_staff else 0}


@pages.get("/console/today")
def today() -> Answered:
    """What has to be done, and what was done since midnight."""
    with reading() as look:
        shown = queries.today(look)
    return render_template("console/today.html", today=shown)


@pages.post("/console/tasks/<uuid:task_id>/<any(take, free, done):what>")
def change_task(task_id: UUID, what: str) -> Answered:
    """See to a task, give it back, or say that it is done."""
    with unit_of_work() as uow:
        TASK_CHANGES[what](uow, task_id=task_id)
    return redirect("/console/today", code=303)


@pages.get("/console/members")
def members() -> Answered:
    """Everybody, or those whose handle or address holds some letters."""
    search = request.args.get("search", "")[:LONGEST_SEARCH]
    with reading() as look:
        page = people.members(look, **_paging(), search=search)
    return render_template("console/members.html", members=page.items, next_cursor=page.next_cursor, search=search)


@pages.get("/console/members/<uuid:member_id>")
def member(member_id: UUID) -> Answered:
    """One member, and what can be done about their membership."""
    return _member_page(Form(), member_id)


@pages.post("/console/members/<uuid:member_id>/suspension")
def suspend(member_id: UUID) -> Answered:
    """Keep somebody out for some days, or until it is lifted."""
    form = Form(SuspendSchema())

    def act(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            sanctioning.impose(uow, member_id=member_id, kind="suspension", sealer=web().sealer, **fields)

    if form.attempt(act, values=suspension_fields(form.values, now=utc_now())):
        flash("Their account is suspended. They are signed out everywhere.")
        return _to_member(member_id)
    return _member_page(form, member_id)


@pages.post("/console/members/<uuid:member_id>/suspension/end")
def lift(member_id: UUID) -> Answered:
    """Let somebody in again."""
    with unit_of_work() as uow:
        sanctioning.lift_suspensions(uow, member_id=member_id)
    flash("They can come in again.")
    return _to_member(member_id)


@pages.post("/console/members/<uuid:member_id>/deactivation")
def deactivate(member_id: UUID) -> Answered:
    """Close an account."""
    with unit_of_work() as uow:
        members_actions.deactivate(uow, member_id=member_id)
    flash("The account is closed. What they wrote stays.")
    return _to_member(member_id)


@pages.post("/console/members/<uuid:member_id>/deactivation/end")
def reactivate(member_id: UUID) -> Answered:
    """Open a closed account."""
    with unit_of_work() as uow:
        members_actions.reactivate(uow, member_id=member_id)
    flash("The account is open again.")
    return _to_member(member_id)


@pages.get("/console/invitations")
def invitations() -> Answered:
    """All invitations and their states; invite one more."""
    return _invitations_page(Form(), Form())


@pages.post("/console/invitations")
def invite() -> Answered:
    """Invite one address."""
    form = Form(InviteSchema())
    made: list[dict[str, Any]] = []
    values = {key: value for key, value in form.values.items() if not (key == "cohort_id" and value == "")}

    def act(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            fields["role"] = Role(fields["role"])
            made.append(invited(joining.invite(uow, **fields, secret=web().settings.secret_key)))

    if form.attempt(act, values=values):
        return _invitations_page(Form(values={}), Form(values={}), link=made[0]["url"], invited_to=form.value("email"))
    return _invitations_page(form, Form(values={}))


@pages.post("/console/invitations/<uuid:invitation_id>/resend")
def resend(invitation_id: UUID) -> Answered:
    """A new link for another week."""
    with unit_of_work() as uow:
        made = invited(joining.resend_invitation(uow, invitation_id=invitation_id, secret=web().settings.secret_key))
    return _invitations_page(Form(values={}), Form(values={}), link=made["url"])


@pages.post("/console/invitations/<uuid:invitation_id>/revocation")
def revoke(invitation_id: UUID) -> Answered:
    """End an invitation."""
    with unit_of_work() as uow:
        joining.revoke_invitation(uow, invitation_id=invitation_id)
    flash("That link no longer works.")
    return redirect("/console/invitations", code=303)


@pages.post("/console/cohorts")
def create_cohort() -> Answered:
    """Make a cohort that people can be invited into."""
    form = Form(CohortSchema())

    def act(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            members_actions.create_cohort(uow, **fields)

    if form.attempt(act):
        flash("The cohort is there. People can be invited into it.")
        return redirect("/console/invitations", code=303)
    return _invitations_page(Form(values={}), form)


@pages.get("/console/invitations.csv")
def export() -> Answered:
    """Every invitation as a file; no cell of it runs as a formula."""
    with reading() as look:
        rows = [
            (one.email, one.role, one.state, one.created_at.date().isoformat(), one.expires_at.date().isoformat())
            for one in inviting.all_invitations(look)
        ]
    text = as_csv(("email", "role", "state", "created", "expires"), rows)
    headers = {"Content-Disposition": 'attachment; filename="list.csv"'}
    return Response(text, content_type="text/csv; charset=utf-8", headers=headers)


@pages.get("/console/invitations/list")
def list_form() -> Answered:
    """Choose a file of invitees."""
    with reading() as look:
        _ = look.staff
    return _list_page(Form(), None)


@pages.post("/console/invitations/list")
def preview_list() -> Answered:
    """What would become of each row. Nothing is sent yet."""
    form = Form()
    rows: list[rules.Row] = []

    def read(_fields: dict[str, Any]) -> None:
        file = request.files.get("file")
        with reading() as look:
            _ = look.staff
            rows.extend(queries.judge(look, rows=_rows_of(file.read() if file else b"")))

    return _list_page(form, rows if form.attempt(read) else None)


@pages.post("/console/invitations/list/send")
def send_list() -> Answered:
    """Invite who is still new on the list that was shown."""
    form = Form()
    rows: list[rules.Row] = []

    def send(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            _ = uow.staff
            listed = _rows_of(str(fields.get("rows", "")).encode("utf-8", "replace"))
            rows.extend(actions.invite_many(uow, rows=listed, secret=web().settings.secret_key))

    if not form.attempt(send):
        return _list_page(form, None)
    count = sum(row.verdict == "new" for row in rows)
    flash(f"{count} invited. Their mails are on the way." if count else "Nobody on the list was new.")
    return redirect("/console/invitations", code=303)


def _rows_of(raw: bytes) -> list[rules.Row]:
    try:
        return rules.read_list(raw)
    except rules.UnreadableFile as problem:
        raise Invalid(errors={"file": [str(problem)]}) from problem


def _list_page(form: Form, rows: list[rules.Row] | None) -> Answered:
    fresh = [(row.email, row.cohort) for row in rows or () if row.verdict == "new"]
    page = render_template(
        "console/invite_list.html",
        form=form,
        rows=rows,
        fresh=len(fresh),
        kept=plain_csv(("email", "cohort"), fresh),
        verdicts=rules.VERDICTS,
    )
    return page, form.status


def _member_page(form: Form, member_id: UUID) -> Answered:
    with reading() as look:
        shown = people.member(look, member_id)
        orders = apart.no_contacts(look, member_id)
        measures = safety_queries.measures_of(look, member_id, sealer=web().sealer)
    page = render_template("console/member.html", form=form, member=shown, apart=orders, measures=measures)
    return page, form.status


def _invitations_page(form: Form, cohort_form: Form, *, link: str = "", invited_to: str = "") -> Answered:
    with reading() as look:
        page = inviting.invitations(look, **_paging())
        cohorts = inviting.cohorts(look, cursor=None, limit=200).items
        roles = [role.value for role in Role if role is not Role.ADMIN or look.staff.role is Role.ADMIN]
    shown = render_template(
        "console/invitations.html",
        form=form,
        cohort_form=cohort_form,
        invitations=page.items,
        next_cursor=page.next_cursor,
        cohorts=cohorts,
        roles=roles,
        link=link,
        invited_to=invited_to,
        chosen_cohort=uuid_of(str(form.value("cohort_id"))),
    )
    return shown, max(form.status, cohort_form.status)


def _paging() -> dict[str, Any]:
    paging: dict[str, Any] = PageArgs().load({"cursor": request.args.get("cursor")} if "cursor" in request.args else {})
    return paging


def _to_member(member_id: UUID) -> AnyResponse:
    return redirect(f"/console/members/{member_id}", code=303)
