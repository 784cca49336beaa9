"""A14: strangers, search engines and a browser's history learn nothing of what this place is."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from community.app import create_app
from community.core.settings import load_settings
from community.core.unit_of_work import UnitOfWorkFactory
from tests.factories import Cast
from tests.house.test_rules import TEMPLATES
from tests.notifications.test_confidentiality import WHAT_IT_IS_ABOUT
from tests.pages import post_form

TELLS = re.compile(rf"\b({WHAT_IT_IS_ABOUT}|naloxone|hard day|if you use|about to use)\b", re.IGNORECASE)


@pytest.fixture
def production(store: UnitOfWorkFactory, tmp_path: Path) -> FlaskClient:
    """A stranger's client of the service as it runs in production."""
    settings = load_settings(
        {
            "COMMUNITY_ENV": "production",
            "COMMUNITY_DATA_DIR": str(tmp_path / "var"),
            "DATABASE_URL": store.database.url.render_as_string(hide_password=False),
            "SECRET_KEY": "a-secret-for-tests-that-is-long-enough-0123456789",
            "PUBLIC_URL": "https://example.org",
            "MAIL_URL": "smtp://mail.example.org",
            "MAIL_FROM": "hello@example.org",
        }
    )
    return create_app(settings, store).test_client()


def test_dov_reads_no_description_of_the_api_in_production(production: FlaskClient) -> None:
    """A14: the document of the API tells what the place is; members and developers read it."""
    for path in ("/api/v1/openapi.json", "/api/docs"):
        answer = production.get(path)
        assert answer.status_code == 401
        assert TELLS.findall(answer.text) == []


def test_ben_reads_the_description_of_the_api(client: FlaskClient, cast: Cast, api: Any) -> None:
    """A14: whoever is signed in reads it; in development it stays open."""
    assert api(cast.ben).get("/openapi.json").status_code == 200
    assert client.get("/api/v1/openapi.json").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/me", "/sign-in", "/static/mark.svg", "/nowhere", "/sw.js"])
def test_no_answer_may_be_indexed(client: FlaskClient, path: str) -> None:
    """A14: pages, JSON, files and errors."""
    assert client.get(path).headers["X-Robots-Tag"] == "noindex, nofollow"


def test_dov_is_told_nothing_by_the_pages_without_a_sign_in(client: FlaskClient) -> None:
    """A14: also where the words that save lives are kept."""
    for path in ("/safer", "/sign-in", "/forgotten", "/manifest.webmanifest", "/breathe", "/offline", "/nowhere"):
        assert TELLS.findall(client.get(path).text) == [], path
    assert "X-Keep" not in client.get("/safer").headers


def test_ben_reads_what_saves_lives_and_his_browser_may_keep_it(cast: Cast, page: Any) -> None:
    """A14: the page is the same for all who may read it, so nothing of his is kept."""
    ben = page(cast.ben).get("/safer")
    assert "naloxone" in ben.text
    assert ben.headers["X-Keep"] == "1"
    assert ben.data == page(cast.cleo).get("/safer").data
    assert "csrf" not in ben.text


def test_ben_keeps_it_on_his_device_and_forgets_it(cast: Cast, page: Any) -> None:
    """A14: chosen, it opens after signing out, too; no longer chosen, it does not."""
    ben = page(cast.ben)
    post_form(ben, "/safer/keep", {"keep": "1"})
    post_form(ben, "/sign-out", {})
    assert "naloxone" in ben.get("/safer").text
    other = page(cast.cleo)
    other.set_cookie("kept", "1", domain="localhost")
    post_form(other, "/sign-out", {})
    assert "naloxone" not in other.get("/safer").text, "a made-up mark opens nothing"
    again = page(cast.ben)
    post_form(again, "/safer/keep", {"keep": "1"})
    post_form(again, "/safer/keep", {"keep": "0"})
    post_form(again, "/sign-out", {})
    assert "naloxone" not in again.get("/safer").text


def test_the_mark_of_the_device_goes_when_ben_signs_out(cast: Cast, page: Any) -> None:
    """A14: nothing of ours stays in a browser, unless somebody chose to keep it there."""
    ben = page(cast.ben)
    ben.set_cookie("device", "x", domain="localhost")
    post_form(ben, "/sign-out", {})
    assert ben.get_cookie("device") is None
    assert ben.get_cookie("session") is None
    keeps = page(cast.ben)
    keeps.set_cookie("device", "x", domain="localhost")
    post_form(keeps, "/safer/keep", {"keep": "1"})
    post_form(keeps, "/sign-out", {})
    assert keeps.get_cookie("device") is not None


def test_the_titles_in_bens_history_tell_nothing() -> None:
    """A14: a title is what the browser's history shows to whoever borrows the phone."""
    notifier = re.compile(
        rf"\b({WHAT_IT_IS_ABOUT}|how was today|way back|hard (day|hour)s?|my way|staying alive|someone, now)\b", re.I
    )
    found = {
        str(path): title
        for path in TEMPLATES
        for title in re.findall(r"{% block title %}(.*?){% endblock %}", path.read_text())
        if notifier.search(title)
    }
    assert found == {}
