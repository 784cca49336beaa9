"""Queries of staff notes: those on one member, and those to know at a handover. Never for the member they are about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from community.core.errors import NotFound
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, Role, UnitOfWork
from community.members import access
from community.members.models import Member
from community.members.models.staff_notes import StaffNote
from community.members.queries.people import handles

IN_HANDOVER_FOR = timedelta(days=14)
MAX_SHOWN = 100


@dataclass(frozen=True)
class StaffNoteView:
    """A note as staff see it. `owner` and `member` are handles. `is_mine` says that the actor may change it."""

    id: UUID
    member_id: UUID
    member: str
    owner: str
    body: str
    handover: str
    created_at: datetime
    changed_at: datetime
    is_mine: bool


def staff_notes(ctx: ReadContext, member_id: UUID) -> list[StaffNoteView]:
    """Return the notes on a member, the newest first.

    Raises Forbidden, and NotFound for the actor's own and those on a role above theirs.
    """
    member_with_notes(ctx, member_id)
    query = select(StaffNote).where(StaffNote.member_id == member_id)
    rows = ctx.session.scalars(query.order_by(StaffNote.created_at.desc(), StaffNote.id).limit(MAX_SHOWN))
    return _views(ctx, list(rows))


def notes_for_handover(ctx: ReadContext) -> list[StaffNoteView]:
    """Return the pinned notes, and those marked for the handover and changed within 14 days. Raises Forbidden."""
    staff = ctx.permitted(Permission.WRITE_STAFF_NOTES)
    is_recent = and_(StaffNote.handover == "soon", StaffNote.changed_at > ctx.now - IN_HANDOVER_FOR)
    query = (
        select(StaffNote)
        .join(Member, Member.id == StaffNote.member_id)
        .where(
            or_(StaffNote.handover == "pinned", is_recent),
            StaffNote.member_id != staff.id,
            Member.role.in_([role.value for role in staff.role.up_to_own]),
        )
        .order_by(StaffNote.handover != "pinned", StaffNote.changed_at.desc(), StaffNote.id)
        .limit(MAX_SHOWN)
    )
    return _views(ctx, list(ctx.session.scalars(query)))


def count_notes_of(ctx: ReadContext, owner_id: UUID) -> int:
    """Return how many notes a staff member owns. Raises Forbidden."""
    _ = ctx.permitted(Permission.MANAGE_STAFF)
    return ctx.session.scalars(select(func.count()).where(StaffNote.owner_id == owner_id)).one()


def member_with_notes(ctx: ReadContext, member_id: UUID) -> Member:
    """Load a member on whom the actor may read and write notes. Raises Forbidden, NotFound."""
    if ctx.permitted(Permission.WRITE_STAFF_NOTES).id == member_id:
        raise NotFound
    return access.member_not_above_actor(ctx, member_id)


def own_note(uow: UnitOfWork, member_id: UUID, note_id: UUID) -> StaffNote:
    """Load a note that the actor owns, locked. Raises Forbidden, NotFound."""
    member_with_notes(uow, member_id)
    is_it = (StaffNote.id == note_id, StaffNote.member_id == member_id, StaffNote.owner_id == uow.actor.id)
    note = uow.session.scalar(select(StaffNote).where(*is_it).with_for_update())
    if note is None:
        raise NotFound
    return note


def locked_notes_of(uow: UnitOfWork, owner_id: UUID) -> list[tuple[StaffNote, Role]]:
    """Load the notes that a staff member owns, locked, each with the role of whom it is about."""
    _ = uow.permitted(Permission.MANAGE_STAFF)
    query = select(StaffNote).where(StaffNote.owner_id == owner_id).order_by(StaffNote.id).with_for_update()
    notes = list(uow.session.scalars(query))
    about = select(Member.id, Member.role).where(Member.id.in_({note.member_id for note in notes}))
    roles = {row.id: Role(row.role) for row in uow.session.execute(about)}
    return [(note, roles[note.member_id]) for note in notes]


def _views(ctx: ReadContext, rows: Iterable[StaffNote]) -> list[StaffNoteView]:
    rows = list(rows)
    names = handles(ctx.session, {one for row in rows for one in (row.owner_id, row.member_id)})
    return [
        StaffNoteView(
            id=row.id,
            member_id=row.member_id,
            member=names[row.member_id],
            owner=names[row.owner_id],
            body=ctx.cipher.show_column(row, StaffNote.body),
            handover=row.handover,
            created_at=row.created_at,
            changed_at=row.changed_at,
            is_mine=row.owner_id == ctx.actor.id,
        )
        for row in rows
    ]
