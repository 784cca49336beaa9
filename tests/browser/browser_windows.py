"""Windows of a real Chromium on a served demo: somebody's in each, and what is looked at in every one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.browser import FLAGS, chromium
from tests.support.service import ROOT, Service

PASSWORD = "four quiet words here"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
SHOTS = ROOT / "var" / "screenshots"
# A picture takes longer than looking: it is kept of whatever is wrong, and of all pages when they are asked for.
ALL_PICTURES = bool(os.environ.get("AFTERWARD_PICTURES") or os.environ.get("AFTERWARD_PROVE"))
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SETTLED = """async () => {
    for (let still = 0; still < 2; ) {
        await new Promise(requestAnimationFrame);
        const moving = document.getAnimations();
        moving.forEach((one) => one.finish());
        still = moving.length ? 0 : still + 1;
    }
    return "axe" in window;
}"""
WRONG = """async (rules) => {
    const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    const where = (node) => [node.html.slice(0, 160), node.any[0]?.data];
    const wrong = violations.map((one) => [one.id, one.nodes.slice(0, 3).map(where)]);
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    return wide > 0 ? [...wrong, `scrolls sideways by ${wide}`] : wrong;
}"""


def looked_at(page: Page, shot: str) -> None:
    """Nothing on the page keeps anybody out, and nothing scrolls sideways; else a picture of it is kept."""
    if not page.evaluate(SETTLED):
        page.evaluate(AXE.read_text())
    wrong = page.evaluate(WRONG, RULES)
    if wrong or ALL_PICTURES:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{shot}.png")
    assert wrong == [], f"{shot}: {wrong}"


@dataclass
class Window:
    """One person's browser window, which remembers what went wrong in it."""

    name: str
    context: BrowserContext
    page: Page
    troubles: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page of ours."""
        self.page.goto(path)


@dataclass
class Evening:
    """The served demo, a browser, and everybody's session by handle."""

    service: Service
    browser: Browser
    tokens: dict[str, str]

    def window(self, name: str, *, size: Any = PHONE, scheme: Any = "light") -> Window:
        """A window of somebody who has signed in before; no page is open in it yet."""
        window = self._empty(name, size=size, scheme=scheme)
        session = {"name": "session", "value": self.tokens[name], "url": self.service.url}
        window.context.add_cookies([session])
        return window

    def signed_in(self, name: str) -> Window:
        """A window of somebody who signs in by the form, as people do it, and sees the first page."""
        window = self._empty(name)
        window.go("/sign-in")
        window.page.get_by_label("E-mail").fill(f"{name}@demo.invalid")
        window.page.get_by_label("Password", exact=True).fill(PASSWORD)
        window.page.get_by_role("button", name="Sign in").click()
        expect(window.page.get_by_role("heading", level=1)).to_contain_text("Good")
        return window

    def _empty(self, name: str, *, size: Any = PHONE, scheme: Any = "light") -> Window:
        context = self.browser.new_context(
            base_url=self.service.url, viewport=size, color_scheme=scheme, reduced_motion="reduce"
        )
        window = Window(name, context, context.new_page())
        page, ours = window.page, (self.service.url, self.service.url.replace("http", "ws"))
        page.on("console", lambda said: window.troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: window.troubles.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(ours) else window.troubles.append(f"asked {asked.url}"),
        )
        return window


@contextmanager
def served_evening(folder: Path) -> Iterator[Evening]:
    """The service as `dev.py run` starts it, with the demo, and Chromium."""
    service = Service(folder)
    with served_demo(service, folder) as (browser, tokens):
        yield Evening(service, browser, tokens)


@contextmanager
def served_demo(service: Service, folder: Path, *words: str) -> Iterator[tuple[Browser, dict[str, str]]]:
    """The bare demo, loaded with these words and served, and Chromium: the browser, and everybody's token by handle."""
    service.load_demo(*words, "--tokens", str(folder / "tokens.csv"))
    with _opened(service, folder) as found:
        yield found


@contextmanager
def lived_in_evening(folder: Path) -> Iterator[Evening]:
    """The lived-in demo, served, and Chromium."""
    service = Service(folder)
    service.community("demo", "--tokens", str(folder / "tokens.csv"))
    with _opened(service, folder) as (browser, tokens):
        yield Evening(service, browser, tokens)


@contextmanager
def _opened(service: Service, folder: Path) -> Iterator[tuple[Browser, dict[str, str]]]:
    rows = [line.split(",") for line in (folder / "tokens.csv").read_text().split()]
    tokens = {email.partition("@")[0]: token for email, _, token in rows}
    with service, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser, tokens
        browser.close()
