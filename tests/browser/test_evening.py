"""An evening in four browser windows: chat, a meetup with two seats, a seat that comes free. In real Chromium."""

import mailbox
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browser_windows import DESK, PHONE, Evening, Window, looked_at, served_evening
from tests.support.browser import chromium
from tests.support.waiting import until

expect.set_options(timeout=15_000)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="a browser is needed: apt-get install chromium"),
]
NARROW = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo of these stories."""
    with served_evening(tmp_path_factory.mktemp("evening")) as evening:
        yield evening


def test_they_chat_live_and_a_freed_seat_finds_the_next_in_line(evening: Evening) -> None:
    dana, wren, juniper = (evening.signed_in(name) for name in ("dana", "wren", "juniper"))
    for window in (wren, juniper):
        window.go("/rooms")
        window.page.get_by_role("link", name="Evenings").first.click()
        expect(window.page.get_by_role("log")).to_contain_text("Kettle is on here too")
    for said, window, other in (("Soup is ready", wren, juniper), ("On my way", juniper, wren)):
        window.page.get_by_role("textbox").fill(said)
        window.page.get_by_role("button", name="Send", exact=True).click()
        expect(other.page.get_by_role("log")).to_contain_text(said)

    dana.go("/meetups/new")
    form = dana.page
    form.get_by_label("Title").fill("Thursday table")
    form.get_by_label("Address").fill("41 Alder Street")
    form.get_by_label("Date", exact=True).fill("2030-03-07")
    form.get_by_label("Seats").fill("2")
    form.get_by_role("button", name="Post meetup").click()
    expect(form.get_by_role("heading", level=1)).to_have_text("Thursday table")
    meetup = form.url

    otis = evening.signed_in("otis")
    for window, answer in ((wren, "You’re going"), (juniper, "You’re going"), (otis, "first on the waiting list")):
        window.go(meetup)
        window.page.get_by_role("button", name="Going").click()
        expect(window.page.locator(".rsvp")).to_contain_text(answer)
    wren.go(meetup)
    wren.page.get_by_role("button", name="Can’t").click()
    wren.page.get_by_role("button", name="Give up my seat").click()
    expect(wren.page.locator(".rsvp")).to_contain_text("You’re not going")

    expect(otis.page.locator("[data-unread-badge] .unread-dot")).to_be_visible(timeout=10_000)
    otis.go("/notifications")
    expect(otis.page.get_by_role("main")).to_contain_text("You got a seat")
    otis.page.get_by_role("button", name="You got a seat").click()
    expect(otis.page.locator(".rsvp")).to_contain_text("You’re going")
    folder = evening.service.folder / "var" / "mail"
    until(lambda: "otis@demo.invalid" in [mail["To"] for mail in mailbox.Maildir(folder)], within=15, what="a mail")
    for window in (dana, wren, juniper, otis):
        assert window.troubles == [], window.name
        window.context.close()


def test_a_run_proposes_both_say_yes_and_their_room_opens(evening: Evening) -> None:  # B1
    wren, juniper = evening.window("wren"), evening.window("juniper", scheme="dark")
    dana = evening.window("dana", size=DESK)
    _say_what_is_looked_for(wren)
    dana.go("/console/buddies")
    dana.page.get_by_role("checkbox", name="Test run").check()
    dana.page.get_by_role("button", name="Start a match run").click()
    expect(dana.page.get_by_role("heading", name="pairs")).to_be_visible(timeout=20_000)
    expect(dana.page.get_by_role("main")).to_contain_text("Nobody was notified")
    expect(dana.page.get_by_role("main")).to_contain_text("Wren and Juniper")
    looked_at(dana.page, "dana-dry-run-1280-light")
    wren.go("/buddy")
    expect(wren.page.get_by_role("main")).not_to_contain_text("suggestion for you")
    dana.go("/console/buddies")
    dana.page.get_by_role("button", name="Start a match run").click()
    expect(dana.page.get_by_role("heading", name="pairs")).to_be_visible(timeout=20_000)
    for window in (wren, juniper):
        told = "We found someone who could be your buddy"
        until(lambda window=window, told=told: _was_told(window, told), within=15, what="the suggestion")
        window.go("/buddy")
        window.page.get_by_role("link", name="See the suggestion").click()
        expect(window.page.get_by_role("main")).to_contain_text("You’ll see their name when you both say yes")
        assert not {"Wren", "Juniper"} & set(window.page.get_by_role("article").inner_text().split())
        looked_at(window.page, f"{window.name}-suggestion-390")
        window.page.get_by_role("button", name="Yes, let’s try").click()
    expect(juniper.page.get_by_role("main")).to_contain_text("Wren")
    for window, other in ((wren, "Juniper"), (juniper, "Wren")):
        window.go("/buddy")
        looked_at(window.page, f"{window.name}-new-pair-390")
        window.page.get_by_role("link", name=other, exact=True).click()
        expect(window.page.get_by_role("heading", level=1)).to_contain_text(f"You and {other}")
        looked_at(window.page, f"{window.name}-pairing-390")
        window.page.get_by_role("link", name="No need to answer, just waving.").click()
        expect(window.page.get_by_role("textbox")).to_have_value("No need to answer, just waving.")
        window.go("/buddy")
        window.page.get_by_role("link", name=f"Say hello to {other}").click()
        expect(window.page.get_by_role("log")).to_be_attached()
        expect(window.page.get_by_role("textbox")).to_be_focused()
    wren.page.get_by_role("textbox").fill("Soup on Thursday?")
    wren.page.get_by_role("button", name="Send", exact=True).click()
    expect(juniper.page.get_by_role("log")).to_contain_text("Soup on Thursday?")
    dana.go("/console/buddies")
    expect(dana.page.locator(".stats")).to_contain_text("Have a buddy")
    expect(dana.page.get_by_role("main")).to_contain_text("How well pairs match")
    looked_at(dana.page, "dana-board-1280-light")
    _life_of_two(wren, juniper)
    for window in (dana, wren, juniper):
        assert window.troubles == [], window.name
        window.context.close()


def _was_told(window: Window, words: str) -> bool:
    window.go("/notifications")
    return words in window.page.get_by_role("main").inner_text()


def _say_what_is_looked_for(wren: Window) -> None:
    """Four short steps by chips, each saved by itself, and one of the optional ones."""
    page = wren.page
    wren.go("/buddy/profile/who")
    page.get_by_role("radio", name="Someone like me").check()
    _continue(page, "Step 2 of 4")
    page.get_by_role("checkbox", name="Spanish").check()
    page.get_by_text("More languages").click()
    page.get_by_label("Another language").fill("inglés, Klingon")
    looked_at(page, "wren-languages-390-light")
    _continue(page, "Step 3 of 4")
    looked_at(page, "wren-times-390-light")
    _continue(page, "Step 4 of 4")
    page.get_by_role("checkbox", name="Therapy or counseling").check()
    page.get_by_role("checkbox", name="Fishing").check()
    looked_at(page, "wren-interests-390-light")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Buddy profile")
    for line in ("English", "Spanish", "Klingon", "Therapy or counseling", "Fishing"):
        expect(page.get_by_role("main")).to_contain_text(line)
    wren.go("/buddy/profile/wishes")
    looked_at(page, "wren-wishes-390-light")
    wren.go("/buddy/profile/words")
    page.get_by_role("main").get_by_role("textbox").fill("Birds before breakfast, soup after.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Birds before breakfast")


def _continue(page: Page, step: str) -> None:
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("main")).to_contain_text(step)


def _life_of_two(wren: Window, juniper: Window) -> None:
    """A number shows when both share it; a break and back; the end, with what they wrote still there."""
    for window, number in ((wren, "303 555 0101"), (juniper, "303 555 0102")):
        window.go("/buddy")
        window.page.get_by_role("link", name="Juniper" if window is wren else "Wren", exact=True).click()
        expect(window.page.get_by_role("main")).not_to_contain_text("303 555")
        window.page.get_by_label("Your number").fill(number)
        window.page.get_by_role("button", name="Share my number").click()
    expect(juniper.page.get_by_role("main")).to_contain_text("303 555 0101")
    expect(juniper.page.locator(".toast")).to_contain_text("You can see each other’s number now")
    looked_at(juniper.page, "juniper-phones-390-dark")
    juniper.page.get_by_role("button", name="Take a break").click()
    expect(juniper.page.get_by_role("main")).to_contain_text("You’re taking a break")
    wren.page.reload()
    wren.page.get_by_role("button", name="End the break").click()
    expect(wren.page.get_by_role("main")).to_contain_text("Say hello")
    expect(wren.page.get_by_role("main")).to_contain_text("303 555 0102")
    wren.page.get_by_role("button", name="Stop being buddies").click()
    question = wren.page.get_by_role("dialog", name="Stop being buddies with Juniper?")
    expect(question.get_by_role("button", name="Stay buddies")).to_be_focused()
    question.get_by_role("button", name="Stop being buddies").click()
    juniper.page.reload()
    expect(juniper.page.get_by_role("main")).to_contain_text("You’re no longer buddies")
    juniper.page.get_by_role("link", name="Read what you wrote").click()
    expect(juniper.page.get_by_role("log")).to_contain_text("Soup on Thursday?")


def test_a_message_is_reported_decided_on_and_disagreed_with(evening: Evening) -> None:  # R12 S32 S35
    """From a report in a private room to the answer to an appeal; who reported shows nowhere to who wrote it."""
    dana, wren, otis = (evening.window(name) for name in ("dana", "wren", "otis"))
    dana.go("/")
    rooms = dana.page.request
    token = dana.page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    inside = [_my_id(one) for one in (wren, otis)]
    made = rooms.post(
        "/api/v1/rooms",
        data={"kind": "private", "name": "Back porch", "members": inside},
        headers={"X-CSRF-Token": token},
    ).json()["id"]
    rooms.delete(f"/api/v1/rooms/{made}/membership", headers={"X-CSRF-Token": token})
    for window, said in ((wren, "Evening, Otis"), (otis, "Words that should not stand here")):
        window.go(f"/rooms/{made}")
        window.page.get_by_role("textbox").fill(said)
        window.page.get_by_role("button", name="Send", exact=True).click()
    expect(wren.page.get_by_role("log")).to_contain_text("should not stand here")
    # Which of the two was kept first is not said.
    said = wren.page.request.get(f"/api/v1/rooms/{made}/messages").json()["messages"]
    theirs = next(one["id"] for one in said if "should not stand here" in one["body"])
    wren.go(f"/messages/{theirs}/report")
    wren.page.get_by_role("radio", name="Threats").check()
    wren.page.get_by_label("In your words").fill("This frightens me.")
    looked_at(wren.page, "wren-report-390-light")
    wren.page.get_by_role("button", name="Send to a coordinator").click()
    expect(wren.page.get_by_role("heading", level=1)).to_have_text("Sent to the coordinators")

    dana.go("/console/reports")
    looked_at(dana.page, "dana-queue-390-light")
    dana.page.get_by_role("link", name="A message by Otis").click()
    expect(dana.page.get_by_role("main")).not_to_contain_text("should not stand here")
    dana.page.get_by_role("button", name="I’ll take it").click()
    dana.page.get_by_role("button", name="Open the messages").click()
    expect(dana.page.get_by_role("main")).to_contain_text("should not stand here")
    looked_at(dana.page, "dana-case-390-light")
    dana.page.get_by_role("button", name="Remove the message").click()
    dana.page.get_by_label("Your message to them").fill("We do not threaten each other.")
    dana.page.get_by_label("Restriction", exact=True).select_option("mute")
    dana.page.get_by_label("For how long").select_option("72")
    dana.page.get_by_role("button", name="Set the restriction").click()
    expect(dana.page.get_by_role("main")).to_contain_text("Can’t write")

    for window in (wren, otis):
        window.go(f"/rooms/{made}/openings")
        expect(window.page.get_by_role("main")).to_contain_text("open until")
    looked_at(wren.page, "wren-openings-390-light")
    otis.go("/measures")
    otis.page.get_by_role("link", name="Can’t write").click()
    expect(otis.page.get_by_role("main")).to_contain_text("We do not threaten each other.")
    expect(otis.page.get_by_role("main")).not_to_contain_text("Wren")
    otis.page.get_by_label("Why you disagree").fill("It was a line of a song.")
    otis.page.get_by_role("button", name="Send appeal").click()
    expect(otis.page.get_by_role("main")).to_contain_text("answer you here")
    looked_at(otis.page, "otis-measure-390-light")

    dana.page.reload()
    dana.page.get_by_role("link", name="Read the appeal from Otis").click()
    dana.page.get_by_label("Your answer").fill("You are right, and we are sorry.")
    looked_at(dana.page, "dana-appeal-390-light")
    dana.page.get_by_role("button", name="End it now").click()
    expect(dana.page.get_by_role("main")).to_contain_text("we are sorry")
    otis.page.reload()
    expect(otis.page.get_by_role("main")).to_contain_text("We ended it")
    wren.go("/reports")
    expect(wren.page.get_by_role("main")).to_contain_text("Action taken")
    for window in (dana, wren, otis):
        assert window.troubles == [], window.name
        window.context.close()


def _my_id(window: Window) -> str:
    return str(window.page.request.get("/api/v1/me").json()["id"])


def test_the_bell_tells_what_came_while_the_line_was_down(evening: Evening) -> None:
    dana, heron = (evening.window(name) for name in ("dana", "heron"))
    heron.go("/notifications")
    if (all_read := heron.page.get_by_role("button", name="Mark all as read")).count():
        all_read.click()
    is_down = True
    heron.page.route_web_socket("**/socket.io/**", lambda line: line.close() if is_down else line.connect_to_server())
    heron.go("/rooms")
    bell = heron.page.locator("[data-unread-badge]")
    expect(bell.locator(".unread-dot")).to_have_count(0)
    dana.go("/meetups/new")
    dana.page.get_by_label("Title").fill("Sunday walk")
    dana.page.get_by_label("Address").fill("By the lake")
    dana.page.get_by_label("Date", exact=True).fill("2030-03-10")
    dana.page.get_by_role("button", name="Post meetup").click()
    expect(dana.page.get_by_role("heading", level=1)).to_have_text("Sunday walk")
    file = evening.service.folder / "var" / "community.sqlite3"
    until(lambda: _unread(file, "heron") > 0, within=15, what="Heron to be told")
    expect(bell.locator(".unread-dot")).to_have_count(0)

    with closing(sqlite3.connect(file)) as database, database:  # the line was down for longer than a while
        database.execute("UPDATE notifications SET shown_at = '2026-01-01 00:00:00.000000'")

    is_down = False
    expect(bell.locator(".unread-dot")).to_be_visible(timeout=30_000)  # the pause before it tries again grows to 17 s
    for window in (dana, heron):
        window.context.close()


def test_bens_unsent_message_survives_a_reload_and_arrives_once(evening: Evening) -> None:
    wren = evening.window("wren")
    wren.go("/rooms")
    wren.page.get_by_role("link", name="Evenings").first.click()
    expect(wren.page.get_by_role("log")).to_contain_text("Kettle is on here too")
    evening.service.stop()
    wren.page.get_by_role("textbox").fill("Written in a tunnel")
    wren.page.get_by_role("button", name="Send", exact=True).click()
    expect(wren.page.get_by_role("log")).to_contain_text("Written in a tunnel")
    evening.service.start()
    wren.page.reload()

    room = wren.page.url.rsplit("/", 1)[1]
    said = wren.page.get_by_role("log").get_by_text("Written in a tunnel", exact=True)
    expect(said).to_have_count(1)
    until(lambda: _stored(wren, room, "Written in a tunnel") == 1, within=20, what="the message to be stored once")
    expect(said).to_have_count(1)
    wren.context.close()


def test_a_push_shows_neutral_words_and_leads_only_to_us(evening: Evening) -> None:
    wren = evening.window("wren")
    wren.context.grant_permissions(["notifications"])
    wren.go("/notifications/devices")
    wren.page.get_by_role("button", name="Turn on here").click()
    # No browser without a face has a push service; that is said, and the service worker stands all the same.
    expect(wren.page.get_by_role("alert")).to_contain_text("turn notifications on")
    tools = wren.context.new_cdp_session(wren.page)
    registrations: list[dict[str, Any]] = []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda said: registrations.extend(said["registrations"]))
    tools.send("ServiceWorker.enable")
    wren.page.wait_for_function("navigator.serviceWorker.ready.then((it) => it.active.state === 'activated')")
    place = {"origin": evening.service.url, "registrationId": registrations[0]["registrationId"]}
    lines = (
        '{"path": "/notifications/1/open", "tag": "a"}',
        "not ours",
        '{"path": "https://evil.example", "tag": "b"}',
    )
    shown = """navigator.serviceWorker.ready.then((it) => it.getNotifications())
        .then((all) => all.map((one) => [one.title, one.body, one.data]).sort())"""

    def are_shown() -> bool:
        """Whether all three are there; else they are pushed again, since a fresh Chromium forgets some of the first."""
        if wren.page.evaluate(shown) == [
            ["You have a new notification", "", "/notifications"],
            ["You have a new notification", "", "/notifications"],
            ["You have a new notification", "", "/notifications/1/open"],
        ]:
            return True
        for line in lines:
            tools.send("ServiceWorker.deliverPushMessage", {**place, "data": line})
        return False

    until(are_shown, within=20, what="all three to be shown, each once")
    wren.context.close()


PAGES = {
    "dana": [
        "/",
        "/rooms",
        "/meetups",
        "/meetups/new",
        "/notifications",
        "/account",
        "/console/today",
        "/console/members",
        "/console/invitations",
        "/console/reports",
        "/console/deliveries",
        "/console/buddies",
        "/console/shifts",
        "/console/events",
        "/console/check-ins",
    ],
    "wren": [
        "/",
        "/rooms",
        "ROOM",
        "/meetups",
        "/meetups/month",
        "/meetups/past",
        "/meetups/calendar",
        "/buddy",
        "/reach-out",
        "/reach-out/others",
        "/welcome",
        "/buddy/profile",
        *(f"/buddy/profile/{step}" for step in ("who", "when", "what", "wishes", "words")),
        "/notifications",
        "/notifications/preferences",
        "/notifications/devices",
        "/account",
        "/reports",
        "/measures",
        "/who-looked",
        "/rules",
        "/help",
        "/check-in",
        "/check-in/rhythm",
        "/coordinator",
        "/breathe",
        "/milestones",
        "/hard-day",
        "/way-back",
        "/safer",
        "/offline",
        "/quiet",
        "/hard-hours",
    ],
}

STICKING_OUT_OF_LARGE_TEXT = """async () => {
    const page = document.documentElement;
    page.style.fontSize = "200%";
    for (const folded of document.querySelectorAll("main details")) folded.open = true;
    for (const _ of [1, 2]) await new Promise(requestAnimationFrame);  // containers are asked a frame later
    if (page.scrollWidth <= page.clientWidth) return [];
    return [...document.body.querySelectorAll("*")]
        .filter((one) => one.getBoundingClientRect().right > page.clientWidth)
        .map((one) => one.outerHTML.slice(0, 120));
}"""


TWO_FRAMES = "async () => { for (const _ of [1, 2]) await new Promise(requestAnimationFrame); }"
# Each page has one look in each run, and every pair of width and scheme in the long one.
LOOKS = [(PHONE, "light"), (DESK, "dark"), (PHONE, "dark"), (DESK, "light")]


def test_colours_change_at_once_for_whoever_wants_no_motion(evening: Evening) -> None:
    """A transition on everything runs down the page, parents first, and text is unreadable until its turn comes."""
    window = evening.window("wren")
    window.go("/rooms")
    expect(window.page.get_by_role("heading", level=1)).to_be_visible()
    window.page.evaluate("moved = 0; document.addEventListener('transitionrun', () => moved++)")
    window.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    window.page.evaluate(TWO_FRAMES)
    assert window.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert window.page.evaluate("moved") == 0
    window.context.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", list(PAGES))
@pytest.mark.parametrize("look_count", [pytest.param(1, id="one"), pytest.param(4, id="four", marks=pytest.mark.prove)])
def test_every_page_keeps_nobody_out_and_asks_nobody_else(evening: Evening, name: str, look_count: int) -> None:
    """At both widths, light and dark: axe finds nothing, nothing scrolls sideways, not in large text either."""
    window = evening.window(name)
    for place, path in enumerate(PAGES[name]):
        if path == "ROOM":
            window.go("/rooms")
            window.page.get_by_role("link", name="Evenings").first.click()
            expect(window.page.get_by_role("log")).to_contain_text("Kettle is on here too")
        else:
            window.go(path)
        expect(window.page.get_by_role("heading", level=1)).to_be_visible()
        shot = f"{name}-{path.strip('/').replace('/', '-') or 'home'}"
        for size, scheme in [LOOKS[(place + one) % 4] for one in range(look_count)]:
            window.page.set_viewport_size(size)
            window.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            looked_at(window.page, f"{shot}-{size['width']}-{scheme}")
        window.page.set_viewport_size(NARROW)
        assert window.page.evaluate(STICKING_OUT_OF_LARGE_TEXT) == [], shot
    assert window.troubles == []
    window.context.close()


def _unread(file: Path, handle: str) -> int:
    with closing(sqlite3.connect(file)) as database:
        query = """
            SELECT count(*) FROM notifications JOIN members ON members.id = notifications.member_id
            WHERE members.handle_key = ? AND notifications.read_at IS NULL
        """
        return int(database.execute(query, [handle]).fetchone()[0])


def _stored(window: Window, room: str, words: str) -> int:
    answer = window.page.request.get(f"/api/v1/rooms/{room}/messages")
    if answer.status != 200:
        return -1
    return sum(message["body"] == words for message in answer.json()["messages"])
