"""Processing of returned mail, which `community bounces` reads from a maildir or from standard input.

A refusal of the address suppresses it and notifies coordinators. A complaint switches that kind of mail off. An
undelivered invitation is shown as such, whatever the reason. Delays, automatic replies, reports that are no complaints
and reports about mail that we did not send change nothing.
"""

import mailbox
import sys
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path

import structlog

from community.core.errors import NotFound
from community.core.outbox.notification_kinds import kind_of
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from community.members.queries.people import address_of
from community.notifications import access
from community.notifications.channels.email import host_of
from community.notifications.delivery.bounce_reports import Report, read_report
from community.notifications.delivery.retries import mark_invitation_undelivered, suppress_address
from community.notifications.delivery.unsubscribe_tokens import read_unsubscribe_token
from community.notifications.models import Delivery
from community.notifications.preferences.delivery_preferences import EMAIL

log = structlog.get_logger()
LARGEST_MAIL = 2 * 1024 * 1024


def apply_report(uow: UnitOfWork, report: Report, *, secret: str) -> str:
    """Apply the consequences of a report, and return its result in a word or two. Idempotent. Locks the delivery."""
    delivery = _reported(uow, report, secret=secret)
    address = address_of(uow.session, delivery.recipient) if delivery is not None else None
    if delivery is None or address is None:
        return "unknown"
    if report.verdict == "failed":
        delivery.reason = f"bounced_{report.status}"[:60]
        mark_invitation_undelivered(uow, delivery)
        if not report.refuses_address:
            return "not delivered"
        is_new = suppress_address(uow, secret, address, delivery.recipient, detail=report.status)
        return "suspended" if is_new else "suspended before"
    if report.verdict == "complaint" and not kind_of(delivery.kind).is_security:
        preference = access.get_or_create_preference(
            uow, member_id=delivery.recipient, kind=delivery.kind, medium=EMAIL
        )
        preference.wanted, preference.changed_at = False, uow.now
        return "switched off"
    return "left alone"


def _reported(uow: UnitOfWork, report: Report, *, secret: str) -> Delivery | None:
    """Load the mail that a report is about, by its id, or by the member and kind in its unsubscribe link."""
    if report.delivery_id is not None:
        return access.mailed_delivery(uow, report.delivery_id)
    try:
        member_id, kind = read_unsubscribe_token(secret, report.unsubscribe_token)
    except NotFound:
        return None
    return access.last_mailed_delivery(uow, member_id, kind=kind)


def process_bounces(store: UnitOfWorkFactory, settings: Settings, *, source: str) -> Counter[str]:
    """Process each new mail of a maildir, marking it seen, or the one on standard input (`-`). Return counts by result.

    A mail that cannot be parsed is counted as such and does not stop the others.
    """
    done: Counter[str] = Counter()
    for mail in _mails(source):
        try:
            report = read_report(mail, host=host_of(settings))
        except (ValueError, LookupError, TypeError, AttributeError) as error:  # of the library, for malformed parts
            log.warning("bounce.unreadable", error=type(error).__name__)
            done["unreadable"] += 1
            continue
        with store.unit_of_work() as uow:
            done[apply_report(uow, report, secret=settings.secret_key)] += 1
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
        box[key] = mail  # only now: a mail that raised is read again
