"""Where a room opens in real Chromium: with hundreds of unread messages, a few, after a reload, without scripts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browser_windows import DESK, PHONE, looked_at, served_demo
from tests.browser.test_rooms import Street
from tests.support.browser import chromium
from tests.support.service import Service
from tests.support.waiting import until

expect.set_options(timeout=15_000)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="a browser is needed: apt-get install chromium"),
]
IN_PROVE = pytest.mark.prove
SIZES = pytest.mark.parametrize("size", [PHONE, pytest.param(DESK, marks=IN_PROVE)], ids=["390", "1280"])
# Two frames, so that observers and whatever they start had their turn.
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
LOADED = """() => [...document.querySelectorAll(".log li[data-seq]")].map((item) => Number(item.dataset.seq))"""
# The farthest that a message moved on the screen between two frames.
WATCH_JUMPS = """() => {
    window.leap = 0;
    let item = null, before = 0;
    const look = () => {
        if (item?.isConnected) window.leap = Math.max(window.leap, Math.abs(item.getBoundingClientRect().top - before));
        item = [...document.querySelectorAll(".log li[data-seq]")].find((one) => one.getBoundingClientRect().top > 150);
        before = item?.getBoundingClientRect().top ?? 0;
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


@pytest.fixture(scope="module")
def unread_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """One web process and a worker, the demo, and Chromium."""
    folder = tmp_path_factory.mktemp("unread")
    service = Service(folder, COMMUNITY_SEND_LIMIT="off")
    with served_demo(service, folder, "--members", "8") as (browser, tokens):
        yield Street(service, browser, tokens)


def room_with_unread(site: Street, count: int, *, read: int = 5) -> str:
    """A room in which Wren has read `read` messages of Juniper's, and `count` came since."""
    room = site.room("wren", "juniper")
    total = read + count
    with ThreadPoolExecutor(8) as together:
        list(together.map(lambda number: site.say("juniper", room, f"Message {number}"), range(total)))
    assert site.api("wren")("PUT", f"/rooms/{room}/read-marker", {"seq": read}).status_code == 200
    return room


def opened(page: Page, path: str) -> None:
    """Open a room, and wait until it has caught up and settled."""
    page.goto(path)
    settled(page)


def settled(page: Page) -> None:
    """Wait until a room has caught up and its observers had their turn."""
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    page.evaluate(TWO_FRAMES)


def unread(site: Street, room: str) -> int:
    """Return how many messages are unread for Wren."""
    count: int = site.api("wren")("GET", f"/rooms/{room}").json()["unread"]
    return count


@SIZES
@pytest.mark.parametrize("count", [262, pytest.param(60, marks=IN_PROVE)])
def test_wren_lands_at_the_newest_and_jumps_to_the_first(unread_site: Street, size: Any, count: int) -> None:
    room = room_with_unread(unread_site, count)
    newest = count + 5
    context = unread_site.context("wren", viewport=size)
    page = context.new_page()
    for way in ("opened", "reloaded"):
        opened(page, f"/rooms/{room}")
        expect(page.locator(f"#m-{newest}")).to_be_in_viewport()
        expect(page.locator(".catch-up-bar")).to_contain_text(f"{count} new · Jump to first")
        expect(page.locator("[data-new-line]")).to_have_count(0)
        assert page.evaluate(LOADED) == list(range(newest - 49, newest + 1)), way
        assert unread(unread_site, room) == count, way
    looked_at(page, f"unread-{count}-{size['width']}")
    page.get_by_role("link", name="Jump to first").click()
    settled(page)
    expect(page.locator("#m-6")).to_be_in_viewport()
    expect(page.locator("[data-new-line]")).to_have_text(f"{count} new")
    expect(page.locator("[data-new-line] + li")).to_have_id("m-6")
    expect(page.locator(".catch-up-bar")).to_have_count(0)
    assert unread(unread_site, room) == count
    page.get_by_role("link", name="Jump to the newest").click()
    expect(page.locator(f"#m-{newest}")).to_be_in_viewport()
    until(lambda: unread(unread_site, room) == 0, what="all to be read")
    context.close()


@SIZES
def test_older_ones_load_as_wren_scrolls_and_nothing_moves(unread_site: Street, size: Any) -> None:
    room = room_with_unread(unread_site, 262)
    context = unread_site.context("wren", viewport=size)
    page = context.new_page()
    opened(page, f"/rooms/{room}")
    box = page.get_by_role("log").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.evaluate(WATCH_JUMPS)
    for _ in range(400):
        page.mouse.wheel(0, -400)
        page.evaluate(TWO_FRAMES)
        if page.evaluate(LOADED)[0] == 1:
            break
    assert page.evaluate(LOADED) == list(range(1, 268))
    assert page.evaluate("window.leap") <= 800
    page.get_by_role("log").press("Home")
    expect(page.locator("[data-new-line] + li")).to_have_id("m-6")
    expect(page.locator(".catch-up-bar")).to_be_hidden()
    context.close()


@SIZES
def test_with_23_new_wren_lands_at_the_first_of_them(unread_site: Street, size: Any) -> None:
    room = room_with_unread(unread_site, 23, read=40)
    context = unread_site.context("wren", viewport=size)
    page = context.new_page()
    for _ in range(2):
        opened(page, f"/rooms/{room}")
        expect(page.locator("[data-new-line]")).to_be_in_viewport()
        expect(page.locator("[data-new-line] + li")).to_have_id("m-41")
        expect(page.locator(".catch-up-bar")).to_have_count(0)
        assert page.evaluate(LOADED)[0] == 14
    context.close()


def test_mark_as_read_and_the_way_without_scripts(unread_site: Street) -> None:
    room = room_with_unread(unread_site, 60)
    plain = unread_site.context("wren", java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"/rooms/{room}")
    expect(page.locator("#m-65")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Mark as read")).to_be_hidden()
    page.get_by_role("link", name="60 new · Jump to first").click()
    expect(page.locator("#m-6")).to_be_in_viewport()
    plain.close()

    context = unread_site.context("wren")
    page = context.new_page()
    opened(page, f"/rooms/{room}")
    assert unread(unread_site, room) == 60
    page.get_by_role("button", name="Mark as read").click()
    expect(page.locator(".catch-up-bar")).to_be_hidden()
    expect(page.get_by_role("textbox")).to_be_focused()
    until(lambda: unread(unread_site, room) == 0, what="all to be read")
    context.close()


def test_messages_wren_sent_offline_leave_nothing_new(unread_site: Street) -> None:
    room = room_with_unread(unread_site, 23, read=40)
    context = unread_site.context("wren")
    page = context.new_page()
    opened(page, f"/rooms/{room}")
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    expect(page.locator("[data-offline]")).to_be_visible()
    page.get_by_role("textbox").fill("Written in a tunnel")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("[data-new-line]")).to_have_count(0)
    expect(page.locator("[data-unsent]")).to_be_in_viewport()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    context.set_offline(False)
    expect(page.get_by_role("log")).to_contain_text("Written in a tunnel")
    expect(page.locator("[data-new-line]")).to_have_count(0)
    expect(page.locator("#m-64")).to_be_in_viewport()
    until(lambda: unread(unread_site, room) == 0, what="all to be read")
    page.reload()
    settled(page)
    expect(page.locator("[data-new-line]")).to_have_count(0)
    context.close()
