"""Actions on staff notes: write, change and delete one's own, and read them with an audit entry."""

from datetime import timedelta
from uuid import UUID

from community.core import audit_log
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWork
from community.members.models.staff_notes import StaffNote
from community.members.queries import staff_notes as queries
from community.members.queries.staff_notes import StaffNoteView

REPEATS_WITHIN = timedelta(minutes=10)


def write_note(uow: UnitOfWork, *, member_id: UUID, body: str, handover: str = "no") -> UUID:
    """Write a note on a member, owned by the actor, and return its id. Raises Forbidden, NotFound."""
    member = queries.member_with_notes(uow, member_id)
    note = StaffNote(
        id=new_id(),
        member_id=member.id,
        owner_id=uow.actor.id,
        handover=handover,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.cipher.encrypt_column(note, StaffNote.body, body)
    uow.session.add(note)
    uow.session.flush()
    audit_log.record(uow, "note.written", subject_id=note.id, member_id=member.id, handover=handover)
    return note.id


def change_note(uow: UnitOfWork, *, member_id: UUID, note_id: UUID, body: str, handover: str = "no") -> None:
    """Change a note of the actor's own. Raises Forbidden, NotFound."""
    note = queries.own_note(uow, member_id, note_id)
    before, note.handover = note.handover, handover
    uow.cipher.encrypt_column(note, StaffNote.body, body)
    note.changed_at = uow.now
    audit_log.record(uow, "note.changed", subject_id=note.id, member_id=member_id, before=before, after=handover)


def delete_note(uow: UnitOfWork, *, member_id: UUID, note_id: UUID) -> None:
    """Delete a note of the actor's own. Raises Forbidden, NotFound."""
    note = queries.own_note(uow, member_id, note_id)
    uow.session.delete(note)
    audit_log.record(uow, "note.deleted", subject_id=note.id, member_id=member_id)


def read_notes(uow: UnitOfWork, *, member_id: UUID) -> list[StaffNoteView]:
    """Return the notes on a member, and audit the look when there are any. Raises Forbidden, NotFound.

    A look is not written down again within ten minutes: the page is loaded again after each change.
    """
    notes = queries.staff_notes(uow, member_id)
    if notes and not audit_log.was_recorded(
        uow.session,
        "notes.read",
        actor_id=uow.actor.id,
        since=uow.now - REPEATS_WITHIN,
        subject_id=member_id,
        member_id=member_id,
    ):
        audit_log.record(uow, "notes.read", subject_id=member_id, member_id=member_id, count=len(notes))
    return notes
