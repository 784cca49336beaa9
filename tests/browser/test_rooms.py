"""Rooms in real Chromium: words that want to be scripts, a tunnel, a killed process, a long log, a cheap phone."""

import gzip
import json
import os
import signal
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.browser_windows import DESK, PHONE, looked_at, served_demo
from tests.browser.payloads import MARKED, PAYLOADS
from tests.support.browser import chromium
from tests.support.service import ROOT, Api, Service
from tests.support.waiting import until

expect.set_options(timeout=15_000)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="a browser is needed: apt-get install chromium"),
]
# What a cheap phone on a slow 4G line gets: Lighthouse's mobile throttling as DevTools applies it.
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 1_474_560 / 8, "uploadThroughput": 675_000 / 8}


@dataclass
class Street:
    """The served demo in two processes, a browser, and everybody's bearer token by handle."""

    service: Service
    browser: Browser
    tokens: dict[str, str]

    def api(self, name: str) -> Api:
        """The API as somebody."""
        return self.service.api(self.tokens[name])

    def context(self, name: str, **options: Any) -> BrowserContext:
        """A window of somebody who is signed in."""
        options = {"viewport": PHONE, "reduced_motion": "reduce", "base_url": self.service.url, **options}
        context = self.browser.new_context(**options)
        context.add_cookies([{"name": "session", "value": self.tokens[name], "url": self.service.url}])
        return context

    def room(self, *names: str, **more: Any) -> str:
        """A fresh room of Dana's with these people in it."""
        made = self.api("dana")("POST", "/rooms", {"name": "A room"}).json()
        if more:
            assert self.api("dana")("PATCH", f"/rooms/{made['id']}", more).status_code == 204
        for name in names:
            assert self.api(name)("PUT", f"/rooms/{made['id']}/membership").status_code == 204
        return str(made["id"])

    def say(self, name: str, room: str, body: str) -> dict[str, Any]:
        """Post something; the message as it is stored."""
        said = self.api(name)("POST", f"/rooms/{room}/messages", {"client_msg_id": str(uuid.uuid4()), "body": body})
        assert said.status_code == 201, said.text
        message: dict[str, Any] = said.json()["message"]
        return message


@pytest.fixture(scope="module")
def rooms_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Two web processes and a worker, the demo, and Chromium."""
    folder = tmp_path_factory.mktemp("street")
    service = Service(folder, web=2, COMMUNITY_SEND_LIMIT="off")
    with served_demo(service, folder, "--members", "8") as (browser, tokens):
        yield Street(service, browser, tokens)


DRAWN = r"""() => Object.fromEntries([...document.querySelectorAll(".log li[data-id]")].map((item) => {
    const drawn = item.querySelector(".message__text")?.innerHTML ?? "";
    return [item.dataset.id, drawn.replaceAll(/>\n+</g, "><").replaceAll(/\n+(?=<[uo]l|<\/li)/g, "")];
}))"""
STRANGE = """() => {
    const named = "script, img, iframe, object, embed, style, link, base, meta, math, video, svg:not(.icon, .art)";
    const ways = ["/", "#", "http://", "https://", "tel:", "sms:"].map((way) => `[href^='${way}']`);
    const all = [...document.querySelectorAll(`main :is(${named}), main a:not(${ways})`)];
    for (const one of document.querySelectorAll("main *"))
        if ([...one.attributes].some((at) => at.name.startsWith("on"))) all.push(one);
    return all.map((one) => one.outerHTML.slice(0, 200));
}"""
WATCH = """window.ran = [];
    for (const name of ["alert", "confirm", "prompt"]) window[name] = () => window.ran.push(name);"""
FIRST_PAINT = """() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime"""


def drawn(page: Page) -> dict[str, str]:
    """What stands in each message of a room's page, by its id."""
    found: dict[str, str] = page.evaluate(DRAWN)
    return found


@pytest.mark.timeout(300)
def test_sixty_payloads_never_run_and_live_drawing_equals_the_servers(rooms_site: Street) -> None:  # S17
    assert len(PAYLOADS) >= 60
    room = rooms_site.room("wren", "juniper", topic=PAYLOADS[0], rules="\n\n".join(PAYLOADS[:20]))
    # Without the policy of the page, so that what would be kept from running by it alone shows.
    context = rooms_site.context("wren", bypass_csp=True)
    context.add_init_script(WATCH)
    live = context.new_page()
    live.goto(f"/rooms/{room}")
    expect(live.get_by_role("log")).to_have_attribute("aria-busy", "false")
    with ThreadPoolExecutor(8) as together:
        said = list(
            together.map(lambda words: rooms_site.say("juniper", room, f"{words} zebra")["id"], [*PAYLOADS, *MARKED])
        )
    until(lambda: len(drawn(live)) == len(said), what="everything to be drawn live")

    def look(page: Page, what: str) -> None:
        assert page.evaluate("window.ran") == [], what
        assert page.evaluate(STRANGE) == [], what

    look(live, "live")
    without_scripts = rooms_site.context("wren", java_script_enabled=False)  # they fetch more as soon as they run
    server = without_scripts.new_page()
    server.goto(f"/rooms/{room}")
    by_server, by_script = drawn(server), drawn(live)
    without_scripts.close()
    assert len(by_server) == 50
    for place, message_id in enumerate(said):
        if message_id in by_server:
            assert by_server[message_id] == by_script[message_id], (*PAYLOADS, *MARKED)[place]
    server = context.new_page()
    server.goto(f"/rooms/{room}")
    look(server, "server")
    server.goto(f"/rooms/{room}?before=51")
    look(server, "earlier")
    server.goto("/rooms/search")
    server.get_by_label("Words").fill("zebra")
    server.get_by_role("button", name="Search").click()
    expect(server.locator("#found")).to_contain_text("messages, newest first")
    look(server, "search")
    for message_id in (said[0], said[7]):
        server.goto(f"/messages/{message_id}")
        look(server, "message")
    server.goto("/rooms")
    look(server, "rooms")
    context.close()

    for words in PAYLOADS[:6]:  # a reason, as coordinators read it
        report = rooms_site.api("wren")("POST", f"/messages/{said[PAYLOADS.index(words)]}/reports", {"reason": words})
        assert report.status_code == 201, report.text
    for words in PAYLOADS[:5]:  # a handle that is not one is refused
        invited = rooms_site.api("dana")("POST", "/invitations", {"email": f"{uuid.uuid4().hex}@example.org"}).json()
        body = {"token": invited["url"].rsplit("/", 1)[1], "handle": words[:32], "password": "four quiet words here"}
        joined = rooms_site.service.api("")("POST", "/invitations/accept", {**body, "time_zone": "UTC", "consents": []})
        assert joined.status_code == 422, joined.text
    staff = rooms_site.context("dana", bypass_csp=True)
    staff.add_init_script(WATCH)
    page = staff.new_page()
    page.goto("/console/reports")
    look(page, "reports")
    for address in page.locator("main a[href^='/console/reports/']").evaluate_all("all => all.map((one) => one.href)"):
        page.goto(address)
        look(page, address)
    mails = [
        path.read_text(errors="replace")
        for path in (rooms_site.service.folder / "var" / "mail").rglob("*")
        if path.is_file()
    ]
    assert not [mail for mail in mails if "zebra" in mail or "alert(" in mail]
    staff.close()


def test_three_written_in_a_tunnel_survive_a_reload_and_arrive_once(rooms_site: Street) -> None:
    room = rooms_site.room("wren")
    context = rooms_site.context("wren")
    page = context.new_page()
    page.goto(f"/rooms/{room}")
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_text("A hello is enough")).to_be_visible()
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    expect(page.locator("[data-offline]")).to_be_visible()
    words = ["One, in the dark", "Two, in the dark", "Three, in the dark"]
    for one in words:
        page.get_by_role("textbox").fill(one)
        page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("[data-unsent]")).to_have_count(3)
    expect(page.get_by_text("A hello is enough")).to_have_count(0)
    page.get_by_role("textbox").fill("A draft")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")  # and not the browser's own page
    expect(page.locator("[data-unsent-list] li")).to_have_text(words)
    expect(page.get_by_role("main").get_by_role("link", name="Call 988")).to_be_visible()
    looked_at(page, "room-without-connection-390-light")
    page.goto("/help")
    expect(page.get_by_role("heading", level=1)).to_have_text("Talk to someone now")
    page.go_back()
    context.set_offline(False)
    expect(page.get_by_role("textbox")).to_have_value("A draft")
    expect(page.locator("[data-offline]")).to_be_hidden()

    def stored() -> list[str]:
        return [one["body"] for one in rooms_site.api("wren")("GET", f"/rooms/{room}/messages").json()["messages"]]

    until(lambda: len(stored()) >= 3, within=20, what="the three to be stored")
    assert stored() == words
    expect(page.locator("[data-unsent]")).to_have_count(0)
    expect(page.locator(".log .message__text")).to_have_text(words)
    context.close()


def test_a_long_log_reads_both_ways_and_stands_still(rooms_site: Street) -> None:
    room = rooms_site.room("wren", "juniper")
    with ThreadPoolExecutor(8) as together:
        list(together.map(lambda number: rooms_site.say("juniper", room, f"Message {number}"), range(1, 261)))
    context = rooms_site.context("wren")
    page = context.new_page()
    page.goto(f"/rooms/{room}?at=60#m-60")
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#m-60")).to_be_in_viewport()
    top = """(seq) => document.getElementById(`m-${seq}`).getBoundingClientRect().top"""
    before = page.evaluate(top, 60)
    # Styles that come late make every line higher: whoever reads at message 60 still does.
    page.evaluate("""() => new Promise((done) => {
      for (const line of document.querySelectorAll(".message")) line.style.minBlockSize = "40px";
      const settled = (_, watch) => { watch.disconnect(); requestAnimationFrame(() => done()); };
      new ResizeObserver(settled).observe(document.querySelector(".log ol"));
    })""")
    assert abs(page.evaluate(top, 60) - before) < 2
    for end, reaches in (("older", "#m-1"), ("newer", "#m-120")):
        page.evaluate("""(end) => document.querySelector(`[data-${end}] a`).click()""", end)
        expect(page.locator(reaches)).to_be_attached()
        assert abs(page.evaluate(top, 60) - before) < 2, end
    assert rooms_site.api("wren")("GET", f"/rooms/{room}").json()["last_read_seq"] == 0
    newest = rooms_site.say("juniper", room, "The very newest")
    expect(page.get_by_role("link", name="1 new. Jump to the newest")).to_be_visible()
    expect(page.locator(f"#m-{newest['seq']}")).to_have_count(0)
    page.locator(".jump-to-newest").click()
    expect(page.locator(f"#m-{newest['seq']}")).to_be_in_viewport()
    until(lambda: rooms_site.api("wren")("GET", f"/rooms/{room}").json()["unread"] == 0, what="the marker to move")

    # By keys alone: up to a message, its menu, mark it unread; and a name.
    page.get_by_role("log").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Message actions")).to_be_visible()
    looked_at(page, "menu")
    # Quicker than the browser tells that the menu has closed: the focus goes on from its message and stays there.
    up = """() => new Promise((done) => {
      const menu = document.getElementById("msg-menu");
      menu.addEventListener("toggle", () => done(document.activeElement.id), { once: true });
      menu.hidePopover();
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
    })"""
    assert page.evaluate(up) == f"m-{newest['seq'] - 2}"
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Mark unread").click()
    until(
        lambda: rooms_site.api("wren")("GET", f"/rooms/{room}").json()["unread"] == 3, what="three to be unread again"
    )
    page.keyboard.press("Escape")
    page.get_by_role("textbox").focus()
    page.keyboard.type("Are you up, @jun")
    expect(page.get_by_role("option")).to_have_text(["Juniper"])
    looked_at(page, "names")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_have_value("Are you up, @Juniper ")
    page.keyboard.press("Enter")
    expect(page.locator(".log .message__text").last).to_have_text("Are you up, @Juniper")
    until(lambda: told(rooms_site, "juniper", room), what="Juniper to be told")
    [url] = told(rooms_site, "juniper", room)
    assert url == f"/rooms/{room}?at=262#m-262"
    context.close()


def told(rooms_site: Street, name: str, room: str) -> list[str]:
    """Where the notices about a room lead that somebody got."""
    items = rooms_site.api(name)("GET", "/notifications").json()["items"]
    return [one["url"] for one in items if room in one["url"]]


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(PHONE, "light"), pytest.param(DESK, "dark", marks=pytest.mark.prove)],
    ids=["390-light", "1280-dark"],
)
def test_everything_about_a_room_is_accessible(rooms_site: Street, size: Any, scheme: Any) -> None:
    room = rooms_site.room("wren", rules="**Be kind.**\n\n- First names only")
    message = rooms_site.say("wren", room, "Soup is *ready*")
    rooms_site.api("dana")("PUT", f"/messages/{message['id']}/pin")
    rooms_site.api("dana")("PATCH", f"/rooms/{room}", {"retention_days": 90})
    name = f"{size['width']}-{scheme}"
    for who, paths in (
        ("wren", [f"/rooms/{room}", "/rooms/search", f"/messages/{message['id']}", f"/rooms/{room}/members"]),
        ("juniper", [f"/rooms/{room}/join"]),
        ("dana", [f"/rooms/{room}/settings"]),
    ):
        context = rooms_site.context(who, viewport=size, color_scheme=scheme)
        page = context.new_page()
        for number, path in enumerate(paths):
            page.goto(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            looked_at(page, f"rooms-{who}-{number}-{name}")
        if who == "wren":
            page.goto(f"/rooms/{room}")
            for part in ("about", "pins"):
                page.evaluate("(part) => document.getElementById(part).showPopover()", part)
                looked_at(page, f"rooms-{part}-{name}")
        context.close()


SIDES = """(box) => {
    const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    const lines = [];
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        for (const found of node.data.matchAll(/[^\\n]+/g)) {
            const left = (place) => {
                const range = document.createRange();
                range.setStart(node, place);
                range.setEnd(node, place + 1);
                return range.getBoundingClientRect().left;
            };
            lines.push(left(found.index + found[0].length - 1) < left(found.index) ? "right" : "left");
        }
    }
    return lines;
}"""


def test_hebrew_and_arabic_read_from_the_right(rooms_site: Street) -> None:
    """X15: each line of what is written begins at the side of its first letter, by server and live alike."""
    words = {
        "שלום, מחר ב-7!": ["right"],
        "مرحبا، غدا ٧!": ["right"],
        "hello שלום!": ["left"],
        "hello!\nשלום, מחר!": ["left", "right"],
        "שלום!\nhello!": ["right", "left"],
        "> שלום, מחר!": ["right"],
        "- שלום, מחר!\n- hello!": ["right", "left"],
        "https://example.org/a!": ["left", "left"],
    }
    room = rooms_site.room("wren", "juniper", name="חדר שקט!", topic="מדברים כאן!")
    context = rooms_site.context("wren")
    page = context.new_page()
    page.goto(f"/rooms/{room}")
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    for one in words:
        rooms_site.say("juniper", room, one)
    last = page.locator(f"#m-{len(words)}")
    expect(last).to_be_visible()
    for way in ("live", "server"):
        shown = {one: page.locator(f"#m-{place} .message__text").evaluate(SIDES) for place, one in enumerate(words, 1)}
        wrong = {one: [shown[one], sides] for one, sides in words.items() if shown[one][: len(sides)] != sides}
        assert wrong == {}, way
        assert page.get_by_role("heading", level=1).evaluate(SIDES) == ["right"]
        looked_at(page, f"right-to-left-{way}")
        page.reload()
        expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    page.get_by_role("textbox").fill("שלום!")
    assert page.get_by_role("textbox").evaluate("(box) => getComputedStyle(box).direction") == "rtl"
    page.goto("/rooms")
    assert page.get_by_role("link", name="חדר שקט!").first.evaluate(SIDES) == ["right"]
    context.close()


def test_the_scripts_of_a_room_are_light() -> None:
    manifest = json.loads((ROOT / "community/static/dist/manifest.json").read_text())
    script = (ROOT / "community/static/dist" / manifest["app.js"]).read_bytes()
    assert len(gzip.compress(script, 9)) < 60_000


@pytest.mark.prove
def test_a_room_is_readable_on_a_cheap_phone_with_a_slow_line(rooms_site: Street) -> None:
    """4× slower CPU, slow 4G, nothing cached: words stand within 2.5 s, before any script has run.

    The figure is the fastest of three.
    """
    room = rooms_site.room("wren", "juniper")
    with ThreadPoolExecutor(8) as together:
        list(
            together.map(lambda number: rooms_site.say("juniper", room, f"{number}: soup for whoever comes"), range(50))
        )
    times = []
    for _ in range(3):
        context = rooms_site.context("wren")
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW_4G)
        line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(f"/rooms/{room}", wait_until="domcontentloaded")
        expect(page.locator(".log .message__text").first).to_be_attached()
        until(lambda page=page: page.evaluate(FIRST_PAINT), what="a first paint")
        times.append(page.evaluate(FIRST_PAINT))
        context.close()
    print(f"readable after {min(times):.0f} ms (of {[round(one) for one in times]})")
    assert min(times) < 2_500


@pytest.mark.prove
@pytest.mark.faults
def test_they_chat_on_while_their_process_is_killed(rooms_site: Street) -> None:
    room = rooms_site.room("wren", "juniper")
    windows = [rooms_site.context(name) for name in ("wren", "juniper")]
    pages = [context.new_page() for context in windows]
    for page in pages:
        page.goto(f"/rooms/{room}")
        expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    words = []
    for round_ in range(4):
        for number, page in enumerate(pages):
            words.append(f"Round {round_}, {number}")
            page.get_by_role("textbox").fill(words[-1])
            page.get_by_role("button", name="Send", exact=True).click()
        if round_ in (1, 2):
            os.kill(rooms_site.service.pids("community web")[0], signal.SIGKILL)
    for page in pages:
        expect(page.locator("[data-unsent]")).to_have_count(0, timeout=45_000)
        expect(page.locator(".log li[data-seq]")).to_have_count(len(words), timeout=30_000)
        texts = page.locator(".log .message__text").all_inner_texts()
        assert sorted(texts) == sorted(words)
    assert (
        pages[0].locator(".log .message__text").all_inner_texts()
        == pages[1].locator(".log .message__text").all_inner_texts()
    )
    for context in windows:
        context.close()
