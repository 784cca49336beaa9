"""A room's tools in real Chromium: search, mute, members and dates, reply, reactions, undo, and large text."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browser_windows import DESK, PHONE, looked_at, served_demo
from tests.browser.test_rooms import SIDES, Street
from tests.support.browser import FLAGS, chromium
from tests.support.service import Service
from tests.support.waiting import until

expect.set_options(timeout=15_000)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="a browser is needed: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def tools_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """One web process and a worker, the demo, and Chromium."""
    folder = tmp_path_factory.mktemp("tools")
    service = Service(folder, COMMUNITY_SEND_LIMIT="off")
    with served_demo(service, folder, "--members", "8") as (browser, tokens):
        yield Street(service, browser, tokens)


def opened(page: Page, room: str) -> None:
    """Open a room, and wait until it has caught up."""
    page.goto(f"/rooms/{room}")
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")


def test_the_tools_stand_in_the_head_on_a_phone(tools_site: Street) -> None:
    room = tools_site.room("wren", "juniper")
    tools_site.say("juniper", room, "Oranges in the kitchen")
    tools_site.say("juniper", room, "Nothing else")
    context = tools_site.context("wren", has_touch=True)
    page = context.new_page()
    opened(page, room)
    for tool in ("Search", "Members", "About this room"):
        box = page.locator(".room__tools").get_by_text(tool.split()[0], exact=True).locator("..").bounding_box()
        assert box is not None, tool
        assert min(box["width"], box["height"]) >= 44, tool
    page.get_by_role("link", name="Members").click()
    expect(page.locator("main .row")).to_have_count(3)
    expect(page.locator("main .row").filter(has_text="Wren")).to_contain_text("You")
    expect(page.locator("main .row").filter(has_text="Dana")).to_contain_text("Staff")
    looked_at(page, "room-members-390")
    page.go_back()
    page.get_by_role("link", name="Search").click()
    page.get_by_label("Words").fill("orange")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#found")).to_have_text("1 message, newest first")
    expect(page.locator(".excerpt mark")).to_have_text("Oranges")
    looked_at(page, "room-search-390")
    opened(page, room)
    page.get_by_role("button", name="About this room").click()
    expect(page.get_by_role("button", name="Until morning")).to_be_visible()
    expect(page.get_by_text("Keyboard shortcuts")).to_be_hidden()
    looked_at(page, "room-about-390")
    page.get_by_role("button", name="Until morning").click()
    expect(page.get_by_role("status").filter(has_text="Muted. New messages still show here.")).to_be_visible()
    expect(page.locator(".room__head")).to_contain_text("Muted · 3 people")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".room__head")).not_to_contain_text("Muted")
    page.get_by_role("button", name="About this room").click()
    page.get_by_role("button", name="Leave room").click()
    expect(page.get_by_role("status").filter(has_text="You left A room.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("log")).to_contain_text("Oranges")
    context.close()


def test_wren_replies_by_a_swipe_and_by_the_button_beside(tools_site: Street) -> None:
    room = tools_site.room("wren", "juniper")
    tools_site.say("juniper", room, "Soup is ready")
    context = tools_site.context("wren", has_touch=True)
    page = context.new_page()
    opened(page, room)
    box = page.locator("#m-1 .message__text").bounding_box()
    assert box is not None
    line = context.new_cdp_session(page)
    y = box["y"] + box["height"] / 2
    for kind, x in (("touchStart", 80), ("touchMove", 100), ("touchMove", 140), ("touchMove", 180), ("touchEnd", None)):
        points = [] if x is None else [{"x": x, "y": y}]
        line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(page.locator(".reply-banner")).to_contain_text("Replying to Juniper: Soup is ready")
    expect(page.get_by_role("textbox", name="Message A room")).to_be_focused()
    context.close()

    context = tools_site.context("wren", viewport=DESK)
    page = context.new_page()
    opened(page, room)
    page.locator("#m-1").hover()
    page.get_by_role("button", name="Reply to Juniper").click()
    expect(page.locator(".reply-banner")).to_contain_text("Replying to Juniper: Soup is ready")
    page.keyboard.type("On my way")
    page.keyboard.press("Enter")
    expect(page.locator("#m-2 .message__quote")).to_have_text("Juniper: Soup is ready")
    context.close()


def test_any_emoji_mute_unread_and_delete_from_the_menu(tools_site: Street) -> None:
    room = tools_site.room("wren", "juniper")
    tools_site.say("juniper", room, "Soup is ready")
    own = tools_site.say("wren", room, "On my way")
    context = tools_site.context("wren", has_touch=True)
    page = context.new_page()
    opened(page, room)

    def choose(name: str, seq: int = 1) -> None:
        page.locator(f"#m-{seq} .message__menu").click()
        page.get_by_role("button", name=name, exact=True).click()

    choose("React with any emoji")
    page.get_by_role("textbox", name="Any emoji").fill("🥣")
    looked_at(page, "room-any-emoji-390")
    page.get_by_role("button", name="React", exact=True).click()
    expect(page.locator("#m-1 .reactions")).to_contain_text("🥣")

    choose("Mute Juniper")
    expect(page.locator(".toast")).to_contain_text("You won’t be notified about")
    [mute] = tools_site.api("wren")("GET", "/mutes").json()["items"]
    assert mute["title"] == "Juniper"
    page.get_by_role("button", name="Undo").click()
    until(lambda: not tools_site.api("wren")("GET", "/mutes").json()["items"], what="the mute to end")

    def unread() -> int:
        count: int = tools_site.api("wren")("GET", f"/rooms/{room}").json()["unread"]
        return count

    until(lambda: unread() == 0, what="all to be read")
    choose("Mark unread")
    until(lambda: unread() == 1, what="one to be unread")
    page.get_by_role("button", name="Undo").click()
    until(lambda: unread() == 0, what="it to be read again")

    choose("Block Juniper")
    dialog = page.get_by_role("dialog", name="Block Juniper?")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    looked_at(page, "room-block-390")
    dialog.get_by_role("button", name="Cancel").click()
    choose("Delete", own["seq"])
    dialog = page.get_by_role("dialog", name="Delete this message?")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.locator(f"#m-{own['seq']}")).to_contain_text("This message isn’t shown.")
    context.close()


def test_juniper_previews_an_open_room_before_joining(tools_site: Street) -> None:
    room = tools_site.room("wren")
    tools_site.say("wren", room, "Soup is *ready*")
    for scripts in (True, False):
        context = tools_site.context("juniper", java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"/rooms/{room}/join")
        expect(page.locator(".room-preview")).to_contain_text("Soup is ready")
        expect(page.get_by_text("We don’t tell anyone that you looked.")).to_be_visible()
        if scripts:
            looked_at(page, "room-preview-390")
        assert tools_site.api("juniper")("GET", f"/rooms/{room}/messages").status_code == 404
        context.close()


VISIBLE = """() => {
    const log = document.querySelector(".log").getBoundingClientRect();
    const whole = (item) => {
        const box = item.getBoundingClientRect();
        return box.top >= log.top - 1 && box.bottom <= log.bottom + 1;
    };
    return [...document.querySelectorAll(".log li[data-seq]")].filter(whole).length;
}"""


@pytest.fixture
def large_text(tools_site: Street) -> Iterator[Any]:
    """A browser whose own default font size is doubled, as people set it who need large text."""
    kind = tools_site.browser.browser_type
    browser = kind.launch(executable_path=chromium(), args=[*FLAGS, "--blink-settings=defaultFontSize=32"])
    yield browser
    browser.close()


def test_at_200_percent_a_room_shows_five_short_messages(tools_site: Street, large_text: Any) -> None:
    room = tools_site.room("wren", "juniper")
    for number in range(8):
        tools_site.say(("wren", "juniper")[number % 2], room, ("Soup?", "Oh yes")[number % 2])
    assert tools_site.api("juniper")("PUT", f"/rooms/{room}/read-marker", {"seq": 8}).status_code == 200
    window = Street(tools_site.service, large_text, tools_site.tokens)
    context = window.context("juniper", color_scheme="dark")
    page = context.new_page()
    opened(page, room)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert page.evaluate(VISIBLE) >= 5
    looked_at(page, "room-200-percent-390")
    page.get_by_role("textbox", name="Message A room").fill("One line, and another, and a third of them")
    assert page.evaluate(VISIBLE) >= 2
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_in_viewport()
    page.get_by_role("button", name="About this room").click()
    expect(page.get_by_role("link", name="See who is in this room")).to_be_visible()
    context.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
def test_mixed_directions_keep_names_replies_and_mentions_whole(tools_site: Street, size: Any) -> None:
    room = tools_site.room("wren", "juniper", name="חדר שקט!")
    first = tools_site.say("juniper", room, "שלום Wren, מחר ב-7!")
    body = {"client_msg_id": f"reply-{room}", "body": "Hi @Juniper, أهلا!", "reply_to": first["id"]}
    assert tools_site.api("wren")("POST", f"/rooms/{room}/messages", body).status_code == 201
    context = tools_site.context("juniper", viewport=size)
    page = context.new_page()
    opened(page, room)
    expect(page.locator("#m-1 .message__text")).to_have_text("שלום Wren, מחר ב-7!")
    assert page.locator("#m-1 .message__text").evaluate(SIDES) == ["right"]
    assert page.locator("#m-2 .message__text").evaluate(SIDES)[0] == "left"
    expect(page.locator("#m-2 .message__text mark")).to_have_text("@Juniper")
    quote = page.locator("#m-2 .message__quote")
    expect(quote).to_contain_text("Juniper: ")
    # The name stands before what it said, and the mark at the end of the Hebrew text stands at its left end.
    places = """(link) => {
        const text = document.createTreeWalker(link, NodeFilter.SHOW_TEXT), rects = {};
        for (let node = text.nextNode(); node; node = text.nextNode())
            for (const [name, part] of [["name", "Juniper"], ["hello", "שלום"], ["mark", "!"]]) {
                const at = node.data.indexOf(part);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(node, at);
                range.setEnd(node, at + part.length);
                rects[name] = range.getBoundingClientRect().left;
            }
        return rects;
    }"""
    found = quote.evaluate(places)
    assert found["name"] < found["mark"] < found["hello"], found
    page.goto("/rooms")
    row = page.locator("main .row").filter(has_text="חדר שקט!").first
    expect(row.locator(".truncate")).to_have_text("Wren: Hi @Juniper, أهلا!")
    expect(row.locator(".truncate bdi")).to_have_text("Hi @Juniper, أهلا!")
    context.close()
