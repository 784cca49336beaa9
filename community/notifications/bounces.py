"""Mail that came back: `community bounces` reads it from a maildir or from standard input.

Only reports about our own mails count: the returned headers hold a Message-ID that we gave out, which nobody can
guess. A failure for good suspends the address and tells a coordinator; a complaint switches that kind of mail off;
what is put off, answered by machines, or about somebody else's mail is left alone.
"""

import mailbox
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path
from typing import Literal
from uuid import UUID

from community.core.settings import Settings
from community.core.unit_of_work import Store, UnitOfWork
from community.members.queries.people import address_of
from community.notifications import access
from community.notifications.kinds import kind_of
from community.notifications.ledger import refuse_address
from community.notifications.media.email import host_of
from community.notifications.reach import EMAIL

LARGEST_MAIL = 2 * 1024 * 1024
Verdict = Literal["failed", "complaint", "other"]


@dataclass(frozen=True)
class Report:
    """What a returned mail says: of which delivery, and the status such as 5.1.1."""

    verdict: Verdict
    delivery_id: UUID | None = None
    status: str = ""


def read_report(mail: Message, *, host: str) -> Report:
    """What a mail reports about one that this host sent (RFC 3464 and RFC 5965)."""
    kinds = {part.get_content_type(): part for part in mail.walk()}
    delivery_id = _ours(kinds, host)
    if delivery_id is None:
        return Report("other")
    if "message/feedback-report" in kinds:
        return Report("complaint", delivery_id)
    status_part = kinds.get("message/delivery-status")
    for block in status_part.get_payload() if status_part is not None else []:
        if not isinstance(block, Message):
            continue
        status = str(block.get("Status", "")).strip().split(" ")[0]
        if str(block.get("Action", "")).strip().lower() == "failed" and status.startswith("5."):
            return Report("failed", delivery_id, status)
    return Report("other", delivery_id)


def take_in(uow: UnitOfWork, report: Report, *, secret: str) -> str:
    """Do what follows from a report; one word for it."""
    delivery = access.mailed(uow, report.delivery_id) if report.delivery_id else None
    address = address_of(uow.session, delivery.recipient) if delivery is not None else None
    if delivery is None or address is None:
        return "unknown"
    if report.verdict == "failed":
        delivery.reason = f"bounced_{report.status}"[:60]
        is_new = refuse_address(uow, secret, address, delivery.recipient, detail=report.status)
        return "suspended" if is_new else "suspended before"
    if report.verdict == "complaint" and not kind_of(delivery.kind).is_security:
        preference = access.preference(uow, member_id=delivery.recipient, kind=delivery.kind, medium=EMAIL)
        preference.wanted, preference.changed_at = False, uow.now
        return "switched off"
    return "left alone"


def take_in_all(store: Store, settings: Settings, *, source: str) -> Counter[str]:
    """Read every mail of a maildir (new ones, which then count as seen) or the one on standard input (`-`)."""
    done: Counter[str] = Counter()
    for mail in _mails(source):
        report = read_report(mail, host=host_of(settings))
        with store.unit_of_work() as uow:
            done[take_in(uow, report, secret=settings.secret_key)] += 1
    return done


def _mails(source: str) -> Iterator[Message]:
    if source == "-":
        yield message_from_bytes(sys.stdin.buffer.read(LARGEST_MAIL), policy=policy.compat32)
        return
    folder = Path(source)
    if not folder.is_dir():
        raise FileNotFoundError(2, "no maildir", source)
    box = mailbox.Maildir(folder, create=False)
    for key in list(box.keys()):
        mail = box.get_message(key)
        if mail.get_subdir() != "new":
            continue
        yield mail
        mail.set_subdir("cur")
        mail.add_flag("S")
        box[key] = mail  # only now: what could not be taken in is read again


def _ours(kinds: dict[str, Message], host: str) -> UUID | None:
    """The delivery whose headers came back, if they did."""
    returned = kinds.get("text/rfc822-headers") or kinds.get("message/rfc822")
    if returned is None:
        return None
    inner = returned.get_payload()
    headers: Message
    if isinstance(inner, list) and isinstance(inner[0], Message):
        headers = inner[0]
    else:
        raw = returned.get_payload(decode=True)
        headers = message_from_bytes(raw if isinstance(raw, bytes) else b"", policy=policy.compat32)
    left, _, right = str(headers.get("Message-ID", "")).strip().strip("<>").partition("@")
    try:
        return UUID(left) if right == host else None
    except ValueError:
        return None
