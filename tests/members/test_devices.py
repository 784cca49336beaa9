"""Devices have names that people know, and Ben signs out everywhere else in one step."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from community.core.events import Event
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.events import NewDeviceSignedIn
from community.members.notifications.accounts import notify_new_device
from community.members.rules.devices import device_label
from tests.conftest import Act
from tests.factories import Cast
from tests.pages import csrf, page_text, post_form
from tests.support.accounts import PASSWORD, give_password, sign_in

ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537"


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (ANDROID, "Chrome on Android"),
        (ANDROID.replace("Chrome/131.0", "SamsungBrowser/25.0 Chrome/121.0"), "Samsung Internet on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) CriOS/131.0 Safari/604.1", "Chrome on iPad"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on a Mac"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/131.0 Safari/537.36", "Chrome on a Chromebook"),
        ("Mozilla/5.0", "A browser"),
        ("python-requests/2.32", "An app or program"),
        ("", "An app or program"),
        ("Mozilla/5.0 <script>" * 500, "A browser"),
    ],
)
def test_a_device_is_named_in_words(agent: str, label: str) -> None:
    assert device_label(agent) == label


def test_ben_sees_his_devices_by_name_and_time(app: Flask, cast: Cast, store: UnitOfWorkFactory) -> None:
    ben = app.test_client()
    fields = {"email": give_password(store, cast.ben), "password": PASSWORD}
    ben.post("/sign-in", data=fields, headers={"User-Agent": ANDROID})
    text = page_text(ben, "/account")
    assert "<h3>Chrome on Android</h3>" in text
    assert "New York time" in text
    assert "SM-A546B" not in text, "no model of a phone is kept"


def test_ben_is_told_of_a_sign_in_on_a_device_that_is_new_to_him(
    app: Flask, cast: Cast, store: UnitOfWorkFactory, recorded: Callable[[], list[Event]], act: Act
) -> None:
    """S5: not of the first one, not of one that he used before, with or without its cookie; each new one once."""
    phone, fields = app.test_client(), {"email": give_password(store, cast.ben), "password": PASSWORD}
    mac = ANDROID.replace("Linux; Android 14; SM-A546B", "Macintosh")

    def told_after(browser: Any, agent: str) -> list[Event]:
        before = len(recorded())
        assert browser.post("/sign-in", data=fields, headers={"User-Agent": agent}).status_code == 303
        return [one for one in recorded()[before:] if isinstance(one, NewDeviceSignedIn)]

    assert told_after(phone, ANDROID) == []
    assert told_after(app.test_client(), ANDROID) == [], "signed out each evening, its cookie is gone"
    assert told_after(phone, mac) == [], "the cookie knows the browser"
    assert told_after(app.test_client(), mac) == []
    [event] = told_after(app.test_client(), mac.replace("Macintosh", "Windows NT 10.0"))
    spec = act.read(cast.ben, notify_new_device, event=event)
    assert (spec.to, spec.title) == ([cast.ben.id], "New sign-in: Chrome on Windows")


@pytest.mark.parametrize("by_form", [True, False])
def test_ben_signs_out_everywhere_else(cast: Cast, page: Any, api: Any, by_form: bool) -> None:
    phone, tablet, cleo = api(cast.ben), page(cast.ben), api(cast.cleo)
    if by_form:
        ben = page(cast.ben)
        assert "Sign out everywhere else" in page_text(ben, "/account")
        assert post_form(ben, "/account/sessions/end-others", {}).status_code == 302
        assert "Sign out everywhere else" not in page_text(ben, "/account"), "there is no other device now"
    else:
        here = api(cast.ben)
        assert here.delete("/sessions").status_code == 204
        assert [one["current"] for one in here.get("/sessions").json["items"]] == [True]
    assert phone.get("/me").status_code == 401
    assert tablet.get("/account").status_code == 302
    assert cleo.get("/me").status_code == 200


def test_dov_reads_when_he_can_try_again(app: Flask, cast: Cast, store: UnitOfWorkFactory) -> None:
    """The time is in the community's zone for members and strangers alike."""
    pages = []
    for address in (give_password(store, cast.ben), "nobody@example.org"):
        client = app.test_client()
        for _ in range(5):
            sign_in(client, address, "wrong " * 4)
        refused = client.post("/sign-in", data={"email": address, "password": PASSWORD})
        assert refused.status_code == 429
        assert 1700 < int(refused.headers["Retry-After"]) <= 1800
        pages.append(refused.text.replace(address, "…"))
        assert sign_in(client, address).json["detail"] == (
            "Too many tries. You can try again in 30 minutes, or get a link by e-mail."
        )
    assert pages[0] == pages[1]
    assert "New York time (in 30 minutes), or get a link by e-mail." in pages[0]


def test_a_csrf_token_is_needed_to_sign_out_elsewhere(cast: Cast, page: Any) -> None:
    ben = page(cast.ben)
    assert ben.post("/account/sessions/end-others", data={"csrf_token": "x"}).status_code == 403
    assert csrf(ben.get("/account"))
