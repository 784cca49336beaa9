"""Verification of the audit log's chain from its first entry to its head."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community.core.audit_chain import KEYED, START, hash_of
from community.core.audit_keys import AuditKeys
from community.core.audit_log import AuditEntry, AuditHead

READ_AT_ONCE = 1_000

GONE = "this entry is missing"
CHANGED = "this entry was changed after it was signed"
OTHER_HEAD = "this differs from the head you gave"
NO_KEY = "this entry was added without a key"
WRONG_KEY = "this entry was signed with a wrong key"
UNKNOWN_KEY = "from here on the key is unknown; restore the SECRET_KEY or FIELD_KEYS that signed it"
CUT = "entries are missing at the end"
OTHER_END = "the head doesn't match the chain"


@dataclass(frozen=True)
class ChainVerification:
    """Result of `verify`: how many entries are valid, the head, and the first row that is not (with why).

    The first `keyless` entries are from before there were keys; the one after them vouches for them, once a worker ran.
    """

    entries: int
    unsealed: int
    head: str
    broken_at: int | None = None
    why: str = ""
    keyless: int = 0


class _Reader:
    def __init__(self, keys: AuditKeys, known: tuple[int, str] | None, keyless: int) -> None:
        self.place = 0
        self.hash = START
        self.vouched = 0
        self._keys = keys
        self._known = known
        self._keyless = keyless

    def fault(self, entry: AuditEntry) -> str:
        """Return what is wrong with the next entry; empty when it is valid."""
        place = self.place + 1
        if entry.place != place:
            return GONE
        if entry.hash != hash_of(entry, place=place, before=self.hash):
            return CHANGED
        if self._known is not None and self._known[0] == place and self._known[1] != entry.hash:
            return OTHER_HEAD
        why = self._fault_of_key(entry, place)
        if not why:
            self.place, self.hash = place, str(entry.hash)
        return why

    def _fault_of_key(self, entry: AuditEntry, place: int) -> str:
        if entry.mac is None:
            return "" if place <= self._keyless else NO_KEY
        if entry.key_id not in self._keys:
            return ""  # a later one has to vouch for it
        if not self._keys.fits(entry.key_id, entry.mac, entry.hash):
            return WRONG_KEY
        if self.vouched < self._keyless < place and not _vouches(entry, self._keyless):
            return NO_KEY
        self.vouched = place
        return ""


def _vouches(entry: AuditEntry, keyless: int) -> bool:
    return entry.place == keyless + 1 and entry.action == KEYED and entry.facts.get("before") == keyless


def verify(session: Session, keys: AuditKeys, *, known: tuple[int, str] | None = None) -> ChainVerification:
    """Read the whole chain in constant memory. `known` is a head that was kept elsewhere: (place, hash).

    An entry under a key that is no longer ours is valid when a later one under a key of ours vouches for it.
    """
    unsealed = session.scalars(select(func.count()).select_from(AuditEntry).where(AuditEntry.place.is_(None))).one()
    head = session.get(AuditHead, 1)
    keyless = head.keyless if head else 0
    reader = _Reader(keys, known, keyless)

    def broken(at: int, why: str) -> ChainVerification:
        return ChainVerification(reader.place, unsealed, reader.hash, broken_at=at, why=why, keyless=keyless)

    for entry in _in_order(session):
        why = reader.fault(entry)
        if why:
            return broken(reader.place + 1, why)
    place = reader.place
    furthest = max(head.place if head else 0, known[0] if known else 0)
    if furthest > place:
        return broken(place + 1, CUT)
    if (head is None and place) or (head is not None and head.place < place):
        return broken(place + 1, OTHER_END)
    if head is not None and head.hash != reader.hash:
        return broken(place, OTHER_END)
    if reader.vouched < place and place != keyless:  # before a worker first ran with keys none of them vouches
        return broken(reader.vouched + 1, NO_KEY if reader.vouched < keyless else UNKNOWN_KEY)
    return ChainVerification(place, unsealed, reader.hash, keyless=keyless)


def _in_order(session: Session) -> Iterator[AuditEntry]:
    last = 0
    while True:
        rows = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.place > last)
            .order_by(AuditEntry.place)
            .limit(READ_AT_ONCE)
            .execution_options(populate_existing=True)
        ).all()
        yield from rows
        if len(rows) < READ_AT_ONCE:
            return
        last = rows[-1].place or 0
        session.expunge_all()
