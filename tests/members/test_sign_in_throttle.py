"""The throttle: whole networks of IPv6, tries at the same moment, dead links, and what a reset gives back."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.core.errors import RateLimited
from community.core.events import Event
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.actions import password_changes, sign_in_throttle
from community.members.actions import sign_in as sign_in_actions
from community.members.events import PasswordResetRequested
from community.members.models import PasswordReset, SignInAttempt
from community.members.rules import accounts
from tests.factories import Cast
from tests.support.accounts import OTHER_PASSWORD, PASSWORD, SECRET, give_password, join_body, sign_in


def at(address: str) -> dict[str, Any]:
    return {"environ_base": {"REMOTE_ADDR": address}}


def caller(address: str = "192.0.2.1") -> sign_in_actions.Caller:
    return sign_in_actions.Caller(address=address, label="Browser", device="", replaces="", secret=SECRET)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("2001:DB8:1:2::1", "2001:0db8:0001:0002:0:0:0:9"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::FFFF:c000:0207", "192.0.2.7"),
        ("2002:c000:207::1", "192.0.2.7"),
        ("64:ff9b::c000:207", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::2%eth1"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::1"),
        (" 192.0.2.7 ", "192.0.2.7"),
    ],
)
def test_these_two_addresses_count_as_one(one: str, other: str) -> None:
    """A13: a whole /64 is one household, and an IPv4 address has one spelling."""
    assert accounts.networks_of(one) == accounts.networks_of(other)


def test_neighboring_networks_share_the_wider_one_alone() -> None:
    """A13: /64 within /56; IPv4 has no wider ring, for many people share one address."""
    near, wide = accounts.networks_of("2001:db8:1:200::1")
    assert accounts.networks_of("2001:db8:1:2ff::1")[1] == wide
    assert accounts.networks_of("2001:db8:1:2ff::1")[0] != near
    assert accounts.networks_of("2001:db8:1:300::1")[1] != wide
    assert accounts.networks_of("192.0.2.7") == ("192.0.2.7", "192.0.2.7")
    assert accounts.networks_of("nowhere") == ("nowhere", "nowhere")
    assert accounts.networks_of("") == ("", "")


@pytest.mark.daily_on("sqlite")
@pytest.mark.parametrize(
    ("spread", "most"),
    [
        ("2001:db8:0:1::{:x}", accounts.FAILURES_PER_ADDRESS),
        ("2001:db8:0:2{:02x}::1", accounts.FAILURES_PER_NETWORK),
        ("::ffff:192.0.2.1", accounts.FAILURES_PER_ADDRESS),
    ],
)
def test_one_network_tries_only_so_many_accounts(store: UnitOfWorkFactory, spread: str, most: int) -> None:
    """A13: 130 tries at 130 accounts from one /64 passed, and so would those from all of a /56."""

    def attempt(number: int) -> bool:
        origin = sign_in_throttle.origin_of(SECRET, spread.format(number % 256))
        try:
            with store.unit_of_work() as uow:
                sign_in_throttle.count_sign_in(uow, account=f"{number:064x}", origin=origin, known_device=False)
        except RateLimited:
            return False
        return True

    assert sum(attempt(number) for number in range(most + 10)) == most


def test_one_network_gets_only_so_many_resets(client: FlaskClient, store: UnitOfWorkFactory) -> None:
    """A13: 25 requests from one /64 were all taken."""
    answers = [
        client.post(
            "/api/v1/password-resets", json={"email": f"m{number}@example.org"}, **at(f"2001:db8::{number + 1:x}")
        ).status_code
        for number in range(accounts.RESETS_PER_ADDRESS + 3)
    ]
    assert answers == [202] * accounts.RESETS_PER_ADDRESS + [429] * 3


def test_a_neighborhood_cannot_lock_ben_out(app: Flask, cast: Cast, store: UnitOfWorkFactory) -> None:
    """A13: one /64 made 55 wrong tries at one account; a /56 has 256 of them."""
    email = give_password(store, cast.ben)
    tries = [
        sign_in(app.test_client(), email, OTHER_PASSWORD, **at(f"2001:db8:0:2{number:02x}::1")).status_code
        for number in range(accounts.FAILURES_PER_WIDE_PAIR + 2)
    ]
    assert tries == [401] * accounts.FAILURES_PER_WIDE_PAIR + [429] * 2
    assert sign_in(app.test_client(), email, **at("2001:db8:0:300::1")).status_code == 201


def test_ben_gets_in_again_on_a_new_phone_by_resetting_his_password(
    app: Flask, cast: Cast, store: UnitOfWorkFactory, recorded: Callable[[], list[Event]]
) -> None:
    """A13: under attack from everywhere the new phone was refused even after a reset."""
    email = give_password(store, cast.ben)
    with store.unit_of_work() as uow:
        account = sign_in_throttle.account_of(SECRET, email)
        for number in range(accounts.FAILURES_PER_ACCOUNT + 5):
            place = sign_in_throttle.origin_of(SECRET, f"198.51.100.{number}")
            uow.session.add(
                SignInAttempt(
                    kind="sign_in", account_digest=account, ip_digest=place.address, network=place.network, at=uow.now
                )
            )
    phone = app.test_client()
    assert sign_in(phone, email).status_code == 429

    phone.post("/api/v1/password-resets", json={"email": email})
    link = f"/api/v1/password-resets/{newest_link(recorded)}"
    answer = phone.put(link, json={"password": OTHER_PASSWORD})
    assert answer.status_code == 204
    assert answer.headers["Set-Cookie"].startswith("device=")
    assert sign_in(app.test_client(), email, OTHER_PASSWORD).status_code == 201  # the count is gone
    assert phone.get_cookie("device", domain="localhost")


def test_dead_links_are_tried_only_so_often(app: Flask, client: FlaskClient, cast: Cast, api: Any) -> None:
    """A13: 150 dead invitations in a row were all looked up; a living one still works from there."""
    accept = "/api/v1/invitations/accept"
    answers = [client.post(accept, json=join_body(f"dead-{number}")).status_code for number in range(20)]
    answers += [
        client.put(f"/api/v1/password-resets/dead-{number}", json={"password": PASSWORD}).status_code
        for number in range(10)
    ]
    assert answers == [410] * accounts.DEAD_LINKS_PER_ADDRESS
    assert client.post(accept, json=join_body("dead-30")).status_code == 429
    refused = client.post("/join/dead-31", data={"handle": "Juniper"})
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
    assert client.post(accept, json=join_body("dead-32"), **at("192.0.2.9")).status_code == 410

    url = api(cast.ada).post("/invitations", {"email": "juniper@example.org"}).json["url"]
    assert client.post(accept, json=join_body(url.rsplit("/", 1)[1])).status_code == 201


def test_tries_at_the_same_moment_do_not_pass_the_throttle(cast: Cast, store: UnitOfWorkFactory) -> None:
    """A19b: 40 at once got 8 tries instead of 5 on PostgreSQL."""
    email = give_password(store, cast.ben)
    outcomes = all_at_once(
        40, lambda _: sign_in_actions.sign_in(store, email=email, password=OTHER_PASSWORD, caller=caller())
    )
    assert outcomes.count("InvalidCredentials") == accounts.FAILURES_PER_PAIR
    assert set(outcomes) == {"InvalidCredentials", "TooManyTries"}


def test_requests_at_the_same_moment_make_two_reset_mails(cast: Cast, store: UnitOfWorkFactory) -> None:
    """A19b: 40 at once got 4 mails instead of 2 on PostgreSQL."""
    all_at_once(
        40,
        lambda number: password_changes.request_reset(
            store, email="ben@example.org", caller=caller(f"198.51.100.{number}")
        ),
    )
    with store.read_context() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(PasswordReset)) == accounts.RESETS_PER_HOUR


def newest_link(recorded: Callable[[], list[Event]]) -> str:
    asked = [event for event in recorded() if isinstance(event, PasswordResetRequested)][-1]
    return accounts.reset_token(SECRET, asked.reset_id)


def all_at_once(times: int, work: Callable[[int], object]) -> list[str]:
    outcomes: list[str] = []
    start = threading.Barrier(times)

    def run(number: int) -> None:
        start.wait()
        try:
            work(number)
            outcomes.append("done")
        except Exception as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
