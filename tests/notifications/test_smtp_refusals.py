"""Refusals by mail servers: which are about the address, and which say nothing about the next mail."""

from collections.abc import Iterator

import pytest

from community.core.settings import Settings
from community.notifications.channels import status_codes
from tests.conftest import Act
from tests.factories import Cast
from tests.support.delivery_helpers import Deliveries
from tests.support.smtp import MailServer


@pytest.fixture
def deliveries(act: Act, cast: Cast, settings: Settings) -> Deliveries:
    """Telling the cast things."""
    return Deliveries(act, settings)


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that answers as it is told."""
    with MailServer() as running:
        yield running


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.7.1 Service unavailable; client host is on our block list",
        "550 5.7.26 Unauthenticated email is not accepted",
        "550 5.7.511 Access denied, banned sender",
        "550 5.1.8 Sender address does not exist",
        "553 5.1.7 Invalid sender address",
        "552 5.2.2 Mailbox full",
        "552 5.3.4 Message too big",
        "550 5.6.1 Content not supported",
        "552 Quota exceeded",
        "550 Blocked, unknown reputation",
        "550 Denied by policy",
        "554 5.7.1 Relay access denied",
        "554 rejected",
    ],
)
def test_bens_next_mail_is_tried_when_a_refusal_is_not_about_him(
    deliveries: Deliveries, cast: Cast, server: MailServer, reply: str
) -> None:
    """X4: a full mailbox, a block list or a bad sender does not silence a member."""
    server.to_recipient = reply
    deliveries.tell(cast.ben)
    deliveries.send(mail_url=server.url)
    server.to_recipient = "250 OK"
    deliveries.tell(cast.ben)
    deliveries.send(mail_url=server.url)
    assert deliveries.ends(cast.ben)[-1] == ("sent", None)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("550 5.1.1 The account does not exist", "refused_5.1.1"),
        ("550-5.1.1 The account\r\n550 5.1.1 does not exist", "refused_5.1.1"),
        ("550 5.1.10 Recipient not found", "refused_5.1.10"),
        ("550 5.2.1 Mailbox disabled", "refused_5.2.1"),
        ("550 5.0.0 User unknown", "refused_5.0.0"),
        ("550 no such person", "refused_550"),
        ("550 Requested action not taken: mailbox unavailable", "refused_550"),
    ],
)
def test_an_address_that_is_gone_gets_no_more_mail(
    deliveries: Deliveries, cast: Cast, server: MailServer, reply: str, reason: str
) -> None:
    """X4: a refusal of the address holds for the next mail."""
    server.to_recipient = reply
    for _ in range(2):
        deliveries.tell(cast.ben)
        deliveries.send(mail_url=server.url)
    assert deliveries.ends(cast.ben) == [("dead", reason), ("suppressed", "address_refused")]


def test_a_full_mailbox_is_tried_again(deliveries: Deliveries, cast: Cast, act: Act, server: MailServer) -> None:
    """X4: RFC 3463 calls a full mailbox a persistent transient failure."""
    server.to_recipient = "552 5.2.2 Mailbox full"
    deliveries.tell(cast.ben)
    deliveries.send(mail_url=server.url)
    assert deliveries.ends(cast.ben) == [("due", "5.2.2")]
    server.to_recipient = "250 OK"
    act.later(hours=1)
    deliveries.send(mail_url=server.url)
    assert deliveries.ends(cast.ben) == [("sent", None)]


def test_only_an_enhanced_code_after_data_can_mean_the_address(
    deliveries: Deliveries, cast: Cast, server: MailServer
) -> None:
    """X4: some servers name an unknown recipient only after the message; a bare code there is about the message."""
    server.answer = "550 no such thing allowed"
    deliveries.tell(cast.ben)
    deliveries.send(mail_url=server.url)
    server.answer = "550 5.1.1 no such person"
    for _ in range(2):
        deliveries.tell(cast.ben)
        deliveries.send(mail_url=server.url)
    assert deliveries.ends(cast.ben) == [
        ("dead", "refused_550"),
        ("dead", "refused_5.1.1"),
        ("suppressed", "address_refused"),
    ]


@pytest.mark.parametrize("text", ["15.1.1 is a version", "5.1.1.1", "1.5.1.1", "", "5.1"])
def test_other_numbers_with_dots_are_no_status_codes(text: str) -> None:
    """X4: addresses and versions in a reply are not taken for its code."""
    assert status_codes.enhanced_code(text) == ""
