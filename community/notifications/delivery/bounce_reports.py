"""Parser of returned mail: delivery status (RFC 3464, RFC 6533), complaints (RFC 5965), plain-text bounces.

A report counts only when it carries something that we put into the mail and that cannot be guessed: the Message-ID, the
`X-Entity-Ref-ID` (relays such as SES replace the Message-ID), or the unsubscribe link.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from typing import Literal
from uuid import UUID

from community.notifications.channels import status_codes

Verdict = Literal["failed", "complaint", "other"]
STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
RETURNED_TYPES = ("text/rfc822-headers", "message/rfc822", "message/global-headers", "message/global")
ENCODED = ("base64", "quoted-printable")
# "The qmail-send program" and programs that copy its form; others sign as the mail system itself.
QMAIL_OPENING = re.compile(r"\s*hi\. this is the", re.IGNORECASE)
MAIL_SYSTEM = re.compile(r"(?:mailer-daemon|postmaster)@", re.IGNORECASE)
SMTP_REPLY = re.compile(r"(?<![\d.])(5\d\d)[ -](?=\S)")
ORIGINAL_FOLLOWS = re.compile(r"^-{2,}.*(?:copy|original).*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Report:
    """The parts of a returned mail that are used.

    `delivery_id` or `unsubscribe_token` says which mail of ours came back. `status` is an enhanced status code such as
    5.1.1 or a reply code. `refuses_address` is true when no other mail to the address would arrive either.
    """

    verdict: Verdict
    delivery_id: UUID | None = None
    unsubscribe_token: str = ""
    status: str = ""
    refuses_address: bool = False


def read_report(mail: Message, *, host: str) -> Report:
    """Return what a mail reports about one that this host sent."""
    parts: dict[str, Message] = {}
    for part in mail.walk():
        parts.setdefault(part.get_content_type(), part)
    text = "" if mail.is_multipart() else _text_of(mail)
    said, original = _split_plain_bounce(mail, text)
    returned = next((parts[kind] for kind in RETURNED_TYPES if kind in parts), None)
    headers = _headers(_content(returned) if returned is not None else original)
    delivery_id, token = _delivery_id(headers, host), _unsubscribe_token(headers)
    if delivery_id is None and not token:
        return Report("other")
    if "message/feedback-report" in parts:
        is_abuse = _is_abuse(parts["message/feedback-report"])
        return Report("complaint" if is_abuse else "other", delivery_id, token)
    for status, refuses in _failures(parts, said):
        return Report("failed", delivery_id, token, status, refuses)
    return Report("other", delivery_id, token)


def _failures(parts: dict[str, Message], said: str) -> Iterator[tuple[str, bool]]:
    """Yield the status of each recipient who did not get the mail, and whether the address is refused."""
    status_part = next((parts[kind] for kind in STATUS_TYPES if kind in parts), None)
    if status_part is None:
        reply = SMTP_REPLY.search(said)
        enhanced = status_codes.enhanced_code(said)
        if said and (enhanced.startswith("5.") or reply):
            code = int(reply[1]) if reply else 550
            yield enhanced or str(code), status_codes.is_about_address(enhanced, code=code, text=said)
        return
    for block in re.split(rb"\r?\n[ \t]*\r?\n", _content(status_part)):
        fields = _headers(block)
        if str(fields.get("Action", "")).strip().lower() == "failed":
            yield _status_of(fields)


def _status_of(fields: Message) -> tuple[str, bool]:
    """Return a failed recipient's status and whether it refuses the address.

    The status is the reporting server's summary and the diagnostic code is what the other server answered. Where both
    say something, both have to be about the address.
    """
    status = status_codes.enhanced_code(str(fields.get("Status", "")))
    diagnostic = str(fields.get("Diagnostic-Code", ""))
    answered = status_codes.enhanced_code(diagnostic)
    reply = SMTP_REPLY.search(diagnostic)
    codes = [one for one in (status, answered) if one and not one.endswith(".0.0")]
    if codes:
        return answered or status, all(one in status_codes.ABOUT_ADDRESS for one in codes)
    code = int(reply[1]) if reply else 0
    refuses = status.startswith("5.") and status_codes.is_about_address("", code=code, text=diagnostic)
    return status or str(code), refuses


def _is_abuse(part: Message) -> bool:
    """Return whether a feedback report is a complaint. Other types (RFC 5965 7.3, RFC 6591) come from no reader."""
    kinds = _headers(_content(part)).get_all("Feedback-Type") or []
    return [str(one).strip().lower() for one in kinds] == ["abuse"]


def _split_plain_bounce(mail: Message, text: str) -> tuple[str, bytes]:
    """Return the text of a plain-text bounce and the mail that it returns below. Both are empty for any other mail."""
    is_bounce = QMAIL_OPENING.match(text) or MAIL_SYSTEM.search(str(mail.get("From", "")))
    divider = ORIGINAL_FOLLOWS.search(text) if is_bounce else None
    if divider is None:
        return "", b""
    return text[: divider.start()], text[divider.end() :].lstrip().encode("utf-8", "replace")


def _text_of(mail: Message) -> str:
    raw = mail.get_payload(decode=True) if mail.get_content_maintype() == "text" else b""
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def _content(part: Message) -> bytes:
    """Return a part's content as it was sent. The parser has already split those of type message/*."""
    inner = part.get_payload()
    if not isinstance(inner, list):
        raw = part.get_payload(decode=True)
        return raw if isinstance(raw, bytes) else b""
    content = b"\n".join(one.as_bytes() for one in inner if isinstance(one, Message))
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding not in ENCODED:
        return content
    encoded = Message()
    encoded["Content-Transfer-Encoding"] = encoding
    encoded.set_payload(content.strip().decode("ascii", "replace"))
    decoded = encoded.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _headers(content: bytes) -> Message:
    return message_from_bytes(content.lstrip(), policy=policy.compat32)


def _delivery_id(headers: Message, host: str) -> UUID | None:
    left, _, right = str(headers.get("Message-ID", "")).strip().strip("<>").partition("@")
    named = left if right == host else str(headers.get("X-Entity-Ref-ID", "")).strip()
    try:
        return UUID(named)
    except ValueError:
        return None


def _unsubscribe_token(headers: Message) -> str:
    found = re.search(r"/unsubscribe/([\w.=-]+)>", re.sub(r"\s", "", str(headers.get("List-Unsubscribe", ""))))
    return found[1] if found else ""
