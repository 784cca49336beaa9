"""Attendance: the page for hosts, and the table as a file."""

from secrets import token_hex
from uuid import UUID

from flask import Response, flash, redirect, render_template, request

from community.core.csv_export import as_csv
from community.core.errors import NotFound
from community.core.unit_of_work import UnitOfWork
from community.core.web.forms import Form, PageResponse, uuid_of
from community.core.web.request_context import audit_facts, read_context
from community.meetups.actions import attendance as attendance_actions
from community.meetups.pages import pages
from community.meetups.queries import attendance as attendance_queries
from community.meetups.queries import attendees
from community.meetups.schemas.attendance import AttendanceMarkSchema

HEAD = ("date", "name", "answer", "attendance")


@pages.get("/meetups/<uuid:meetup_id>/attendance")
def attendance(meetup_id: UUID) -> PageResponse:
    """Show the page on which hosts mark attendance."""
    return _page(meetup_id, Form(values={}))


@pages.post("/occurrences/<uuid:occurrence_id>/attendance")
def mark(occurrence_id: UUID) -> PageResponse:
    """Save the marks of the form: one field for each member, `mark-<id>`."""
    form = Form()
    schema = AttendanceMarkSchema()

    def save(uow: UnitOfWork) -> None:
        listed = {f"mark-{row.member_id}": row.member_id for row in attendance_queries.attendance(uow, occurrence_id)}
        for name, member_id in listed.items():
            if state := form.value(name):
                wanted = {"member_id": str(member_id), "state": state, "nonce": token_hex(8)}
                attendance_actions.mark(uow, occurrence_id=occurrence_id, **schema.load(wanted))

    passed = form.submit(save)
    with read_context() as ctx:
        meetup_id = attendees.meetup_id_of(ctx, occurrence_id)
    if meetup_id is None:
        raise NotFound
    flash("Saved." if passed else form.first_error)
    return redirect(f"/meetups/{meetup_id}/attendance?date={occurrence_id}", code=303)


@pages.get("/meetups/<uuid:meetup_id>/attendance.csv")
def table(meetup_id: UUID) -> Response:
    """Return all marks as a CSV file in which no cell runs as a formula."""
    with read_context() as ctx:
        rows = attendance_queries.attendance_table(ctx, meetup_id)
    audit_facts(count=len(rows))
    text = as_csv(HEAD, rows)
    headers = {"Content-Disposition": 'attachment; filename="list.csv"'}
    return Response(text, content_type="text/csv; charset=utf-8", headers=headers)


def _page(meetup_id: UUID, form: Form) -> PageResponse:
    with read_context() as ctx:
        meetup = attendance_queries.meetup_to_host(ctx, meetup_id)
        occurrence = attendance_queries.occurrence_to_mark(ctx, meetup, uuid_of(request.args.get("date", "")))
        people = attendance_queries.attendance(ctx, occurrence.id) if occurrence else []
    audit_facts(count=len(people))
    return render_template("meetups/attendance.html", meetup=meetup, occurrence=occurrence, people=people, form=form)
