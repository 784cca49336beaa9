"""Mentions: the members whom a message names with an `@`, resolved once, when it is posted or edited, and stored.

Resolving reads other members' handles, so it happens outside the write transaction. Its cost is bounded by the length
of the message: each place is read once, and at most MAX_LOOKUPS handles are looked up. Notifications, the rendered
message and the counts of a digest all come from the stored rows.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from community.core.mentions import endings, fold, openings
from community.core.text import passages
from community.members.models import Member
from community.members.queries.blocks import is_separated_from_anyone
from community.members.rules.handles import handle_key
from community.rooms.models import MessageMention, RoomMembership
from community.rooms.views import Author

MAX_NAMES = 20
MAX_LOOKUPS = 200
LOOKUPS_AT_ONCE = 5_000  # databases take some ten thousand values in a statement


@dataclass(frozen=True)
class MentionCandidates:
    """Handles that a text may name: for each place the possible handles, longest first, and the lookup keys of all."""

    places: tuple[tuple[str, ...], ...] = ()
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ResolvedMentions:
    """Members whom a text names, in its order. `with_blocks` are those who are blocked from anyone."""

    members: tuple[Author, ...] = ()
    with_blocks: frozenset[UUID] = frozenset()


NO_CANDIDATES = MentionCandidates()
NO_MENTIONS = ResolvedMentions()

MEMBERS_BY_HANDLE = (
    select(RoomMembership.room_id, Member.id, Member.handle, is_separated_from_anyone(Member.id))
    .join(RoomMembership, RoomMembership.member_id == Member.id)
    .where(
        Member.handle_key.in_(bindparam("keys", expanding=True)),
        RoomMembership.room_id.in_(bindparam("rooms", expanding=True)),
    )
)
MENTIONS = (
    select(MessageMention.message_id, Member.id, Member.handle)
    .join(Member, Member.id == MessageMention.member_id)
    .where(MessageMention.message_id.in_(bindparam("messages", expanding=True)))
    .order_by(MessageMention.place)
)


def find_candidates(body: str, *, key_of: Callable[[str], str] = handle_key) -> MentionCandidates:
    """Return the handles that a message may name: not in code, quoted lines or addresses.

    Linear in the length of the message. `key_of` gives the key under which a handle is looked up, and is called at most
    MAX_LOOKUPS times. It only narrows the search: handles are compared as `fold` gives them.
    """
    if "@" not in body:
        return NO_CANDIDATES
    keys: dict[str, str] = {}
    places: dict[str, tuple[str, ...]] = {}
    for text in passages(body):
        for start in openings(text):
            written = [" ".join(text[start:end].split()) for end in endings(text, start)]
            if not written or written[0] in places:
                continue
            new = [one for one in written if one not in keys]
            if len(keys) + len(new) > MAX_LOOKUPS:
                return MentionCandidates(tuple(places.values()), frozenset(keys.values()))
            keys.update((one, key_of(one)) for one in new)
            places[written[0]] = tuple(fold(one) for one in written)
    return MentionCandidates(tuple(places.values()), frozenset(keys.values()))


def resolve(session: Session, texts: Sequence[tuple[UUID, MentionCandidates]]) -> list[ResolvedMentions]:
    """Return, for each text in a room, the members of the room whom it names, at most MAX_NAMES.

    One query for all texts. Call it outside a write transaction.
    """
    asking = [(room_id, one) for room_id, one in texts if one.keys]
    if not asking:
        return [NO_MENTIONS] * len(texts)
    keys = sorted({key for _, one in asking for key in one.keys})
    rooms = list({room_id for room_id, _ in asking})
    called: dict[UUID, dict[str, tuple[Author, bool]]] = defaultdict(dict)
    for first in range(0, len(keys), LOOKUPS_AT_ONCE):
        some = {"keys": keys[first : first + LOOKUPS_AT_ONCE], "rooms": rooms}
        for room_id, member_id, handle, has_blocks in session.connection().execute(MEMBERS_BY_HANDLE, some):
            called[room_id][fold(handle)] = (Author(member_id, handle), bool(has_blocks))
    return [_named(one, called.get(room_id, {})) for room_id, one in texts]


def mention_rows(
    message_id: UUID, members: Iterable[Author], *, notified_ids: Collection[UUID] | None = None
) -> list[dict[str, object]]:
    """Return the rows that store a message's mentions. `notified_ids`: the members who are notified, or all."""
    return [
        {
            "message_id": message_id,
            "member_id": one.id,
            "place": place,
            "is_notified": notified_ids is None or one.id in notified_ids,
        }
        for place, one in enumerate(members)
    ]


def replace_mentions(session: Session, message_id: UUID, members: Sequence[Author]) -> None:
    """Replace the stored mentions of a message after an edit. A member whom only the edit names is not notified."""
    mine = MessageMention.message_id == message_id
    notified_ids = set(session.scalars(select(MessageMention.member_id).where(mine, MessageMention.is_notified)))
    session.execute(delete(MessageMention).where(mine))
    if members:
        session.execute(insert(MessageMention), mention_rows(message_id, members, notified_ids=notified_ids))


def mentions_of(session: Session, message_ids: Collection[UUID]) -> dict[UUID, tuple[Author, ...]]:
    """Return the members whom each of these messages names, in the order of the text."""
    if not message_ids:
        return {}
    found: dict[UUID, list[Author]] = defaultdict(list)
    for message_id, member_id, handle in session.connection().execute(MENTIONS, {"messages": list(message_ids)}):
        found[message_id].append(Author(member_id, handle))
    return {message_id: tuple(members) for message_id, members in found.items()}


def _named(one: MentionCandidates, called: Mapping[str, tuple[Author, bool]]) -> ResolvedMentions:
    members: dict[UUID, Author] = {}
    with_blocks = set()
    for candidates in one.places if called else ():
        found = next((called[name] for name in candidates if name in called), None)
        if found is None or len(members) >= MAX_NAMES:
            continue
        member, has_blocks = found
        members[member.id] = member
        with_blocks |= {member.id} if has_blocks else set()
    return ResolvedMentions(tuple(members.values()), frozenset(with_blocks))
