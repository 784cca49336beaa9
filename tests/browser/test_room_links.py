"""Addresses in messages, in real Chromium: one line each, leading where they say, whole when copied."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.browser_windows import served_demo
from tests.browser.test_rooms import Street
from tests.support.browser import chromium
from tests.support.service import Service

expect.set_options(timeout=15_000)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="a browser is needed: apt-get install chromium"),
]
LONG = f"https://www.example.org/meetings/{'a-very-long-name-' * 12}?day=sunday&from=there#end"
COPIED = """(text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return getSelection().toString().trim();
}"""


@pytest.fixture(scope="module")
def links_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """One web process and a worker, the demo, and Chromium."""
    folder = tmp_path_factory.mktemp("links")
    service = Service(folder)
    with served_demo(service, folder, "--members", "8") as (browser, tokens):
        yield Street(service, browser, tokens)


def test_a_long_address_takes_one_line_and_stays_whole(links_site: Street) -> None:
    room = links_site.room("wren", "juniper")
    asked: list[str] = []
    context = links_site.context("wren")
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/rooms/{room}")
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    links_site.say("juniper", room, f"Here: {LONG} and more")
    for _ in range(2):
        link = page.locator("#m-1 .message__text a")
        expect(link).to_have_attribute("href", LONG)
        expect(link).to_have_text(LONG)
        box, line = link.bounding_box(), page.locator("#m-1 .message__author").bounding_box()
        assert box is not None
        assert line is not None
        assert box["height"] < 2 * line["height"]
        assert box["x"] + box["width"] <= 390
        assert page.locator("#m-1 .message__text").evaluate(COPIED) == f"Here: {LONG} and more"
        page.reload()
        expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    assert not [url for url in asked if "example.org" in url]
    context.close()
