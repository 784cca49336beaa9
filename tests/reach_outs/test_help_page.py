"""The page of lines stands on nothing that can break, and nobody learns that it was opened. C9."""

from pathlib import Path
from typing import Any

import pytest

from community.app import create_app
from community.core.settings import load_settings
from tests.factories import Cast
from tests.pages import page_text, post_form

NOBODY_THERE = {
    "DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "a-secret-for-tests-that-is-long-enough-0123456789",
    "COMMUNITY_SEND_LIMIT": "off",
}


def test_it_is_served_without_session_database_or_redis(  # C9
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(load_settings({**NOBODY_THERE, "COMMUNITY_DATA_DIR": str(tmp_path)}))
    client = app.test_client()
    client.set_cookie("session", "somebodys-token-marmalade", domain="localhost")
    capfd.readouterr()
    answer = client.get("/help", environ_base={"REMOTE_ADDR": "203.0.113.77"})
    assert answer.status_code == 200
    assert "tel:988" in answer.text
    assert answer.text.index("Call 988") < answer.text.index("I need someone")
    assert "Set-Cookie" not in answer.headers
    said = "".join(capfd.readouterr()) + caplog.text
    assert "203.0.113.77" not in said
    assert "marmalade" not in said
    assert "/help" not in said
    assert client.get("/", headers={"Accept": "text/html"}).status_code >= 500  # what everything else says then


def test_reaching_out_without_scripts(cast: Cast, page: Any, api: Any) -> None:
    ben, cleo = page(cast.ben), page(cast.cleo)
    post_form(cleo, "/reach-out/others", {"hours": "3", "wakes": "1"})
    assert "Someone needs a person right now" not in page_text(cleo, "/rooms")
    text = page_text(ben, "/reach-out")
    assert text.index("Call 988", text.index("<main")) < text.index("Ask for someone", text.index("<main"))
    went = post_form(ben, "/reach-out", {"note": "the shop on the corner"})
    assert "Check for an answer" in page_text(ben, went.location)
    assert went.location in page_text(ben, "/rooms")  # the way back, on every page
    assert "Someone needs a person right now" in page_text(cleo, "/rooms")
    before = page_text(cleo, went.location)
    assert "Ben" not in before
    assert "corner" not in before
    post_form(cleo, f"{went.location}/claim", {})
    assert "the shop on the corner" not in page_text(cleo, went.location)
    assert "Cleo said yes" in page_text(ben, went.location)
    room_id = api(cast.cleo).get(f"{went.location}").json["room_id"]
    said = {"client_msg_id": "5b0c9a5e-6f1f-4a55-9a30-2a5f3d1a7c11", "body": "I am here."}
    assert api(cast.cleo).post(f"/rooms/{room_id}/messages", said).status_code == 201
    assert "the shop on the corner" in page_text(cleo, went.location)
    assert "Cleo is here for you" in page_text(ben, went.location)
    post_form(ben, f"{went.location}/close", {"ending": "okay"})
    assert "Did it help?" in page_text(ben, went.location)
    post_form(ben, f"{went.location}/answer", {"answer": "yes"})
    assert "Did it help?" not in page_text(ben, went.location)
    assert "How are you after this?" in page_text(cleo, went.location)
    refused = post_form(ben, "/reach-out", {"note": "x" * 501})
    assert refused.status_code == 422
    assert "Please check these" in refused.text
    assert post_form(cleo, "/reach-out/others", {"hours": "99"}).status_code == 422
    programs = api(cast.dov)
    assert programs.post("/reach-outs").json["crisis_lines"][0]["label"] == "Call 988"
    assert programs.put("/me/availability", {"until": "2020-01-01T00:00:00Z"}).json["errors"].keys() == {"until"}
