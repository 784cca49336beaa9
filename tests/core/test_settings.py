"""Settings: what is wrong is named, with what was found and what is expected, and passwords stay unsaid."""

import re
from pathlib import Path

import pytest
from flask import Flask

from community.app import create_app
from community.core.settings import Settings, SettingsError, load_settings
from community.core.unit_of_work import UnitOfWorkFactory


def load(tmp_path: Path, **env: str) -> Settings:
    """Development settings in a folder of this test."""
    return load_settings({"COMMUNITY_DATA_DIR": str(tmp_path / "var"), **env})


def problems(tmp_path: Path, **env: str) -> list[str]:
    """What is said about these settings."""
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, **env)
    return caught.value.problems


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "postgresql://[host/name"),
        ("REDIS_URL", "http://host"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://host:many"),
        ("PUBLIC_URL", "host.example.org"),
        ("MAIL_URL", "smtp://host:many"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "@example.org"),
        ("MAIL_FROM", "Notes <notes@example.org>"),
        ("MAIL_FROM", "notes@example.org\nBcc: x@example.org"),
        ("PORT", "0"),
        ("PORT", "١٢"),
        ("TRUSTED_PROXIES", "yes"),
        ("COMMUNITY_TIME_ZONE", "Mars/Olympus"),
        ("COMMUNITY_NAME", "x" * 41),
        ("COMMUNITY_LEAVE_URL", "javascript:alert(1)"),
        ("COMMUNITY_LEAVE_URL", "/weather"),
        ("COMMUNITY_CRISIS_LINES", "shout:988"),
        ("COMMUNITY_SEND_LIMIT", "0/10s"),
        ("LOG_LEVEL", "LOUD"),
        ("SECRET_KEY", "short"),
        ("FIELD_KEYS", "short"),
    ],
)
def test_a_setting_that_cannot_work_is_named(tmp_path: Path, name: str, value: str) -> None:
    [problem] = problems(tmp_path, **{name: value})

    assert problem.startswith(f"{name}: found ")
    assert "expected" in problem


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    named = {problem.partition(":")[0] for problem in problems(tmp_path, PORT="x", LOG_LEVEL="x", MAIL_FROM="x")}

    assert named == {"PORT", "LOG_LEVEL", "MAIL_FROM"}


@pytest.mark.parametrize(
    "url",
    [
        "postgres://ada:opensesame@host/name",
        "postgres://ada:open/sesame@host/name",
        "postgres://ada:open?sesame@host/name",
        "postgres://ada:open#sesame@host/name",
        "postgres://ada:open@sesame@host/name",
        "postgres://[ada:opensesame@host/name",
        "ada:opensesame@host/name",
        "redis+sentinels://host/name?password=open@sesame",
    ],
)
@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "MAIL_URL"])
def test_no_password_is_shown_however_it_is_written(tmp_path: Path, name: str, url: str) -> None:
    [problem] = problems(tmp_path, **{name: url})

    assert "sesame" not in problem
    assert "open" not in problem


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    [problem] = problems(tmp_path, COMMUNITY_DATA_DIR=str(tmp_path / "file" / "var"))

    assert problem.startswith("COMMUNITY_DATA_DIR: found ")
    assert "can write to" in problem


def test_leaving_goes_where_the_community_says(tmp_path: Path, store: UnitOfWorkFactory) -> None:
    elsewhere = create_app(load(tmp_path, COMMUNITY_LEAVE_URL="https://weather.example.org/?week"), store)
    usual = create_app(load(tmp_path), store)

    for path in ("/help", "/sign-in", "/nowhere"):
        assert leaving(elsewhere, path) == "https://weather.example.org/?week"
        assert leaving(usual, path) == "https://www.google.com/"


def leaving(app: Flask, path: str) -> str:
    """Where the quick way out of a page goes."""
    page = app.test_client().get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
    [href] = re.findall(r'class="quick-exit" href="([^"]*)"', page)
    return href


@pytest.mark.parametrize("address", ["https://circle.example.org", "HTTPS://circle.example.org"])
def test_an_https_address_is_refused_in_development(tmp_path: Path, address: str) -> None:
    """A19e: with COMMUNITY_ENV forgotten the service ran with cookies that are not Secure."""
    for env in ({}, {"COMMUNITY_ENV": "development"}):
        [problem] = problems(tmp_path, PUBLIC_URL=address, **env)
        assert problem.startswith("PUBLIC_URL: found")
        assert "COMMUNITY_ENV=production" in problem
