"""Browsers that are pushed to: switched on and off, gone, busy, failing, and how often in the first week."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from community.core.errors import ValidationFailed
from community.core.settings import Settings
from community.members.actions.sign_in import sign_out
from community.notifications.actions import open_notification, register_device, retry_delivery, update_preferences
from community.notifications.models import DeliveryAttempt, PushSubscription
from community.notifications.queries.inbox import notifications
from community.notifications.queries.preferences import my_devices
from community.rooms.actions.membership_settings import mark_read
from tests.conftest import Act, SignedInClient
from tests.factories import Cast
from tests.support.delivery_helpers import NIGHTS, Deliveries, notify_of_message
from tests.support.push import PushService
from tests.support.room_helpers import Chat
from tests.support.tls import Certificate


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of this machine."""
    return Certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def service(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """A push service of ours, trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    with PushService(certificate) as running:
        yield running


@pytest.fixture
def deliveries(act: Act, cast: Cast, settings: Settings, service: PushService) -> Deliveries:
    """Telling the cast things; Ben is here for long and wants no mail."""
    told = Deliveries(act, replace(settings, push_services=(service.host,)))
    told.lives_in(cast.ben, "America/New_York")
    told.wants(cast.ben, email=False, push=True)
    return told


def test_a_push_reaches_every_browser_of_a_member_and_leads_to_the_notice(
    deliveries: Deliveries, cast: Cast, act: Act, service: PushService
) -> None:
    phone, desk = service.browser("phone"), service.browser("desk")
    deliveries.device(cast.ben, phone)
    deliveries.device(cast.ben, desk)
    deliveries.tell(cast.ben)
    deliveries.send()
    read = {taken.path: {"/push/phone": phone, "/push/desk": desk}[taken.path].read(taken) for taken in service.taken}
    [notification] = act.read(cast.ben, notifications, cursor=None, limit=9).items
    assert {one["path"] for one in read.values()} == {f"/notifications/{notification.id}/open"}
    assert len(read) == 2
    assert deliveries.ends(cast.ben, medium="push") == [("sent", None)]
    assert all(one.reached_at for one in act.read(cast.ben, my_devices))


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten_and_not_tried_again(  # N9
    deliveries: Deliveries, cast: Cast, act: Act, service: PushService, status: int
) -> None:
    deliveries.device(cast.ben, service.browser())
    service.answer(status)
    deliveries.tell(cast.ben)
    deliveries.send()
    deliveries.send(act.now + timedelta(days=1))
    assert len(service.taken) == 1
    assert deliveries.ends(cast.ben, medium="push") == [("suppressed", "no_device")]
    assert act.read(cast.ben, my_devices) == []


def test_a_service_that_is_busy_is_left_alone_for_as_long_as_it_asks(  # N9
    deliveries: Deliveries, cast: Cast, act: Act, service: PushService
) -> None:
    deliveries.device(cast.ben, service.browser())
    service.answer(429, 201, Retry_After="240")
    deliveries.tell(cast.ben)
    deliveries.send()
    deliveries.send(act.now + timedelta(seconds=239))
    assert len(service.taken) == 1
    deliveries.send(act.now + timedelta(seconds=240))
    assert len(service.taken) == 2
    assert (
        deliveries.ends(cast.ben, medium="push") == [("sent", "429")]
        or deliveries.ends(cast.ben, medium="push")[0][0] == "sent"
    )


def test_five_failures_are_the_end_and_sending_again_sends_once(  # N9
    deliveries: Deliveries, cast: Cast, act: Act, service: PushService
) -> None:
    deliveries.device(cast.ben, service.browser())
    service.answer(500)
    deliveries.tell(cast.ben)
    for _ in range(10):
        deliveries.send()
        act.now = max(act.now, deliveries.deliveries(cast.ben, medium="push")[0].due_at)
    assert len(service.taken) == 5
    assert deliveries.ends(cast.ben, medium="push") == [("dead", "gave_up_500")]
    service.answer(201)
    [push] = deliveries.deliveries(cast.ben, medium="push")
    act(cast.ada, retry_delivery, delivery_id=push.id)
    deliveries.send()
    deliveries.send()
    assert len(service.taken) == 6
    assert deliveries.ends(cast.ben, medium="push")[0][0] == "sent"


def test_only_the_browser_that_failed_is_tried_again(
    deliveries: Deliveries, cast: Cast, act: Act, service: PushService
) -> None:
    deliveries.device(cast.ben, service.browser("first"))
    deliveries.device(cast.ben, service.browser("second"))
    service.answer(201, 500, 201)
    deliveries.tell(cast.ben)
    deliveries.send()
    deliveries.send(act.now + timedelta(minutes=2))
    reached, failed, again = [taken.path for taken in service.taken]
    assert {reached, failed} == {"/push/first", "/push/second"}
    assert again == failed
    with act.store.read_context() as ctx:
        results = ctx.session.scalars(select(DeliveryAttempt.result).where(DeliveryAttempt.target.is_not(None))).all()
    assert sorted(results) == ["sent", "sent", "temporary"]


def test_ben_signs_out_and_his_phone_gets_nothing_more(
    deliveries: Deliveries, cast: Cast, act: Act, service: PushService
) -> None:
    phone = service.browser("phone")
    ben = deliveries.device(cast.ben, phone)
    cleo = deliveries.device(cast.cleo, phone)  # the same browser, another session
    deliveries.tell(cast.ben)
    deliveries.send()
    assert service.taken == []
    deliveries.device(cast.ben, service.browser("own"))
    act(cleo, sign_out)
    with act.store.read_context() as ctx:
        left = ctx.session.scalars(select(PushSubscription.member_id)).all()
    assert left == [ben.id]


def test_quiet_hours_hold_a_push_and_what_was_read_meanwhile_is_not_pushed(  # N8
    deliveries: Deliveries, cast: Cast, act: Act, service: PushService
) -> None:
    deliveries.device(cast.ben, service.browser())
    act(cast.ben, update_preferences, quiet=NIGHTS)
    act.now = datetime.fromisoformat("2026-11-24T05:00Z")
    deliveries.tell(cast.ben)
    deliveries.send()
    assert deliveries.ends(cast.ben, medium="push") == [("due", "quiet")]
    [notification] = act.read(cast.ben, notifications, cursor=None, limit=9).items
    act(cast.ben, open_notification, notification_id=notification.id)
    deliveries.send(datetime.fromisoformat("2026-11-24T12:10Z"))
    assert deliveries.ends(cast.ben, medium="push") == [("suppressed", "read")]
    assert service.taken == []


def test_the_first_week_knows_one_push_a_day_but_for_what_a_person_writes(
    deliveries: Deliveries, cast: Cast, act: Act, service: PushService
) -> None:
    deliveries.device(cast.ben, service.browser())
    deliveries.lives_in(cast.ben, "America/New_York", joined=act.now - timedelta(days=1))
    for _ in range(3):
        deliveries.tell(cast.ben)
    deliveries.tell(cast.ben, kind="message.posted", subject=cast.cleo.id, subject_version=1)
    states = deliveries.ends(cast.ben, medium="push")
    assert sorted(states, key=str) == [("due", None), ("due", None), *[("suppressed", "first_week")] * 2]
    deliveries.tell(cast.ben, at=act.now + timedelta(days=1))
    deliveries.tell(cast.ben, at=act.now + timedelta(days=9))
    deliveries.tell(cast.ben, at=act.now + timedelta(days=9, minutes=1))
    assert [state for state, _ in deliveries.ends(cast.ben, medium="push")[-3:]] == ["due"] * 3


def test_messages_ring_at_once_and_then_not_again_for_a_while(
    deliveries: Deliveries, cast: Cast, act: Act, service: PushService
) -> None:
    deliveries.device(cast.ben, service.browser())
    chat = Chat(act, cast)
    first = chat.say(cast.ben, "Is anyone up?")

    def answer(seq: int) -> None:
        chat.say(cast.cleo, "Yes", reply_to=first)
        notify_of_message(deliveries, chat.room_id, seq)

    answer(2)
    deliveries.send()
    assert len(service.taken) == 1
    for seq in range(3, 12):
        answer(seq)
    deliveries.send()
    assert len(service.taken) == 1
    act.later(minutes=5)
    deliveries.send()
    assert len(service.taken) == 2
    topics = {taken.headers["Topic"] for taken in service.taken}
    assert len(topics) == 1  # the second takes the first one's place on the screen
    act.later(minutes=6)
    answer(12)
    act(cast.ben, mark_read, room_id=chat.room_id, seq=12)
    deliveries.send()
    assert len(service.taken) == 2


def test_doors_take_a_browser_and_refuse_what_is_none(
    deliveries: Deliveries, cast: Cast, act: Act, service: PushService, api: Callable[..., SignedInClient]
) -> None:
    ben = api(cast.ben)
    assert len(ben.get("/push-key").json["key"]) == 87
    chrome = {
        **service.browser().subscription,
        "endpoint": "https://fcm.googleapis.com/fcm/send/x",
        "expirationTime": None,
    }
    made = ben.post("/push-subscriptions", chrome)
    assert made.status_code == 201
    assert ben.post("/push-subscriptions", chrome).json["id"] == made.json["id"]
    assert [one["current"] for one in ben.get("/push-subscriptions").json["items"]] == [True]
    for wrong in (
        {"endpoint": "https://127.0.0.1/x"},
        {"endpoint": "http://fcm.googleapis.com/x"},
        {"keys": {"p256dh": "x", "auth": "x"}},
    ):
        assert ben.post("/push-subscriptions", {**chrome, **wrong}).status_code == 422
    assert api(cast.cleo).delete(f"/push-subscriptions/{made.json['id']}").status_code == 404
    assert ben.delete(f"/push-subscriptions/{made.json['id']}").status_code == 204
    with pytest.raises(ValidationFailed):
        act(
            replace(cast.ben, session_id=cast.ben.id),
            register_device,
            endpoint="https://10.0.0.1/",
            keys={},
            secret="x",
            services=[],
        )
