"""Loading the subject of a report, with permission: a message, a meetup, a member, or a buddy suggestion."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.buddies.access.suggestions import suggestion_to_see
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext
from community.meetups.access.occurrences import meetup_to_see
from community.members.access import visible_member
from community.members.models import Member
from community.rooms import access as rooms_access


@dataclass(frozen=True)
class Subject:
    """A subject of a report. `member_id` is its author, its host, or the person it is about.

    `text` is what staff read of it besides messages; empty for a person and for a suggestion, which names nobody yet.
    """

    kind: str
    id: UUID
    member_id: UUID
    created_at: datetime
    text: str = ""


def subject_to_report(ctx: ReadContext, *, kind: str, subject_id: UUID) -> Subject:
    """Return something the actor sees and may report. Raises NotFound."""
    if kind == "message":
        message = rooms_access.message_to_see(ctx, subject_id)
        return Subject(kind, message.id, message.author_id, message.created_at)
    if kind == "meetup":
        meetup = meetup_to_see(ctx, subject_id)
        text = "\n\n".join(part for part in (meetup.title, meetup.description, meetup.address, meetup.url) if part)
        return Subject(kind, meetup.id, meetup.host_id, meetup.created_at, text)
    if kind == "suggestion":
        suggestion = suggestion_to_see(ctx, subject_id)
        return Subject(kind, suggestion.id, suggestion.other(ctx.actor.id), ctx.now)
    if kind == "member":
        member = visible_member(ctx, subject_id)
        return Subject(kind, member.id, member.id, ctx.now)
    raise NotFound


def handle_of(ctx: ReadContext, subject: Subject) -> str:
    """Return the name of the person a report is about, as the actor may know it: none for a suggestion."""
    if subject.kind == "suggestion":
        return ""
    return ctx.session.get_one(Member, subject.member_id).handle
