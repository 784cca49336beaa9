"""Returned mail in its many shapes, and reports that are no complaints."""

from base64 import encodebytes
from email import message_from_bytes, policy
from uuid import UUID

import pytest

from community.notifications.delivery.bounce_reports import Report, read_report

OURS = UUID("0193a1f0-7d1c-7c3e-9a53-3f2b8c1d4e5f")
HOST = "circle.example"
RETURNED = f"Return-Path: <notes@example.org>\nMessage-ID: <{OURS}@{HOST}>\nSubject: You have a new notification\n"
REWRITTEN = f"Message-ID: <0100-abc@relay.example>\nX-Entity-Ref-ID: {OURS}\nSubject: x\n"


def read(text: str) -> Report:
    return read_report(message_from_bytes(text.encode(), policy=policy.compat32), host=HOST)


def report(status: str, *, returned: str = RETURNED, kinds: tuple[str, str] = ("message/delivery-status", "")) -> str:
    status_type, returned_type = kinds
    return (
        'From: MAILER-DAEMON@mx.example.org\nContent-Type: multipart/report; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nSorry.\n\n--b\nContent-Type: {status_type}\n\n{status}\n\n"
        f"--b\nContent-Type: {returned_type or 'text/rfc822-headers'}\n\n{returned}\n--b--\n"
    )


def failed(status: str, diagnostic: str = "") -> str:
    said = f"\nDiagnostic-Code: smtp; {diagnostic}" if diagnostic else ""
    return f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; x\nAction: failed\nStatus: {status}{said}"


@pytest.mark.parametrize(
    ("status", "diagnostic", "said", "refuses"),
    [
        ("5.1.1", "", "5.1.1", True),
        ("5.1.10 (not found)", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", "5.1.10", True),
        ("5.0.0", "550 5.1.1 <x>: user unknown", "5.1.1", True),
        ("5.0.0", "550 user unknown", "5.0.0", True),
        ("5.0.0", "550-5.1.1 The account that you\n    550 tried does not exist", "5.1.1", True),
        ("5.1.1", "550 5.7.1 blocked", "5.7.1", False),
        ("5.0.0", "", "5.0.0", False),
        ("5.0.0", "550 blocked, unknown host", "5.0.0", False),
        ("5.7.26", "", "5.7.26", False),
        ("5.7.511", "", "5.7.511", False),
        ("5.2.2", "", "5.2.2", False),
        ("5.3.4", "", "5.3.4", False),
        ("5.6.1", "", "5.6.1", False),
        ("4.4.1", "", "4.4.1", False),
    ],
)
def test_a_delivery_report_refuses_the_address_only_when_it_says_so(
    status: str, diagnostic: str, said: str, refuses: bool
) -> None:
    """X4: X.1.x of the recipient and a disabled mailbox; not policy, size, content, or a full mailbox."""
    assert read(report(failed(status, diagnostic))) == Report("failed", OURS, "", said, refuses)


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [("abuse", "complaint"), ("Abuse", "complaint")]
    + [(kind, "other") for kind in ("not-spam", "auth-failure", "virus", "fraud", "other", "dmarc", "")],
)
def test_only_abuse_is_a_complaint(kind: str, verdict: str) -> None:
    """X5: RFC 5965 section 7.3 and RFC 6591 name feedback that is no reader's complaint."""
    said = f"Feedback-Type: {kind}\nUser-Agent: x\nVersion: 1"
    assert read(report(said, kinds=("message/feedback-report", ""))).verdict == verdict


@pytest.mark.parametrize(
    "kinds",
    [
        ("message/global-delivery-status", "message/global-headers"),
        ("message/global-delivery-status", "message/global"),
        ("message/delivery-status", "message/rfc822"),
    ],
)
def test_international_reports_are_read(kinds: tuple[str, str]) -> None:
    """X21: RFC 6533 has types of its own for addresses outside ASCII."""
    said = failed("5.1.1").replace("rfc822; x", "utf-8; żółw@example.org")
    assert read(report(said, kinds=kinds)) == Report("failed", OURS, "", "5.1.1", True)


def test_an_encoded_international_report_is_read() -> None:
    """X21: RFC 6533 allows base64."""
    encoding = "\nContent-Transfer-Encoding: base64"
    kinds = (f"message/global-delivery-status{encoding}", f"message/global-headers{encoding}")
    coded = [encodebytes(one.encode()).decode() for one in (failed("5.1.1"), RETURNED)]
    assert read(report(coded[0], returned=coded[1], kinds=kinds)) == Report("failed", OURS, "", "5.1.1", True)


@pytest.mark.parametrize(
    ("reason", "status", "refuses"),
    [
        ("Sorry, no mailbox here by that name. (#5.1.1)", "5.1.1", True),
        ("192.0.2.1 does not like recipient.\nRemote host said: 550 5.7.1 blocked", "5.7.1", False),
        ("192.0.2.1 does not like recipient.\nRemote host said: 550 no such user", "550", True),
    ],
)
def test_a_plain_bounce_of_qmail_is_read(reason: str, status: str, refuses: bool) -> None:
    """X21: qmail and its relatives report in plain text."""
    text = (
        "From: MAILER-DAEMON@mx.example.org\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message.\n\n"
        f"<ben@example.org>:\n{reason}\n\n--- Below this line is a copy of the message.\n\n{RETURNED}\nhello\n"
    )
    assert read(text) == Report("failed", OURS, "", status, refuses)


def test_an_answer_by_a_person_or_a_machine_is_no_bounce() -> None:
    """X21: a reply that quotes our mail, and a bounce that only delays, change nothing."""
    reply = f"From: ben@example.org\nSubject: Re\n\nmy old 5.1.1 mail\n\n--- original ---\n\n{RETURNED}\n"
    assert read(reply).verdict == "other"
    assert read(report(failed("4.4.1").replace("failed", "delayed"))).verdict == "other"


def test_a_relay_that_rewrites_the_message_id_is_understood() -> None:
    """X21: SES gives every mail an id of its own; ours comes back in another header."""
    assert read(report(failed("5.1.1"), returned=REWRITTEN)) == Report("failed", OURS, "", "5.1.1", True)
    only_link = (
        "Message-ID: <0100-abc@relay.example>\nList-Unsubscribe:\n <https://circle.example/unsubscribe/k1.ab_c-d>\n"
    )
    assert read(report(failed("5.1.1"), returned=only_link)) == Report("failed", None, "k1.ab_c-d", "5.1.1", True)
