"""JSON endpoints of staff notes on members."""

from typing import Any
from uuid import UUID

from community.core.web.request_context import read_context, unit_of_work
from community.members.actions import staff_notes
from community.members.api import api
from community.members.queries import staff_notes as queries
from community.members.schemas.staff_notes import NewStaffNoteSchema, StaffNotesSchema, WriteStaffNoteSchema

EXAMPLE = {"body": "Prefers a call to a message.", "handover": "pinned"}


@api.get("/members/<uuid:member_id>/notes")
@api.response(200, StaffNotesSchema)
def get_notes(member_id: UUID) -> dict[str, Any]:
    """List the notes on a member (coordinators). 404 for notes on oneself. Each look is in the audit log."""
    with read_context() as ctx:
        return {"items": queries.staff_notes(ctx, member_id), "next_cursor": None}


@api.post("/members/<uuid:member_id>/notes")
@api.arguments(WriteStaffNoteSchema, example=EXAMPLE)
@api.response(201, NewStaffNoteSchema)
def post_note(note: dict[str, str], member_id: UUID) -> dict[str, UUID]:
    """Write a note on a member (coordinators). The member may ask for a copy."""
    with unit_of_work() as uow:
        return {"id": staff_notes.write_note(uow, member_id=member_id, **note)}


@api.put("/members/<uuid:member_id>/notes/<uuid:note_id>")
@api.arguments(WriteStaffNoteSchema, example=EXAMPLE)
@api.response(204)
def put_note(note: dict[str, str], member_id: UUID, note_id: UUID) -> None:
    """Change my note on a member."""
    with unit_of_work() as uow:
        staff_notes.change_note(uow, member_id=member_id, note_id=note_id, **note)


@api.delete("/members/<uuid:member_id>/notes/<uuid:note_id>")
@api.response(204)
def delete_note(member_id: UUID, note_id: UUID) -> None:
    """Delete my note on a member."""
    with unit_of_work() as uow:
        staff_notes.delete_note(uow, member_id=member_id, note_id=note_id)
