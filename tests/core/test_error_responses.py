"""What went wrong becomes one answer, at every edge, and tells nothing about us."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from marshmallow import ValidationError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import MethodNotAllowed, RequestEntityTooLarge

from community.app import create_app
from community.core.errors import NotFound, RateLimited, ServiceUnavailable, ValidationFailed
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.core.web.error_responses import error_for, flat_errors, problem, socket_ack
from community.core.web.request_context import safe_redirect_path


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound(), 404, "not_found"),
        (ValidationError({"handle": ["No."]}), 422, "invalid"),
        (MethodNotAllowed(), 405, "method_not_allowed"),
        (RequestEntityTooLarge(), 413, "too_large"),
        (RecursionError(), 400, "malformed"),
        (OperationalError("x", {}, Exception("database is locked")), 503, "busy"),
        (KeyError("secret words"), 500, "failed"),
    ],
)
def test_every_error_has_a_status_and_a_code(error: Exception, status: int, code: str) -> None:
    told = problem(error_for(error))
    assert (told["status"], told["code"]) == (status, code)
    assert "secret words" not in str(told)
    assert "instance" not in told


def test_nested_errors_are_named_by_their_path() -> None:
    messages = {"json": {"place": {"url": ["Too long."]}, "items": {0: {"kind": ["No."]}}}}
    assert flat_errors(messages) == {"place.url": ["Too long."], "items.0.kind": ["No."]}
    assert flat_errors({"_schema": ["Give something."]}) == {"_schema": ["Give something."]}


def test_sockets_are_told_when_to_try_again() -> None:
    assert socket_ack(RateLimited(retry_after=3.5))["error"]["retry_after"] == 3.5
    assert socket_ack(ServiceUnavailable())["error"]["code"] == "busy"
    assert socket_ack(ValidationFailed(errors={"seq": ["No."]}))["error"]["errors"] == {"seq": ["No."]}


def test_pages_and_programs_are_answered_in_their_own_way(client: FlaskClient) -> None:
    page, program = client.get("/no/such/page"), client.get("/api/v1/no/such/door")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert (program.status_code, program.content_type) == (404, "application/problem+json")
    assert client.put("/healthz").status_code == 405


def test_an_error_of_ours_tells_nothing(settings: Settings, store: UnitOfWorkFactory) -> None:
    app = create_app(settings, store)
    app.extensions["community"].public = {"GET /api/v1/broken"}

    @app.get("/api/v1/broken")
    def broken() -> Any:
        raise RuntimeError("planted words")

    answer = app.test_client().get("/api/v1/broken")
    assert answer.status_code == 500
    assert "planted words" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("target", ["/rooms", "/rooms/7?before=3", "/sign-in?next=/x"])
def test_our_own_paths_are_followed(target: str) -> None:
    assert safe_redirect_path(target) == target


@pytest.mark.parametrize("target", [None, "", "x", "//x", "/\\x", "http://x", "/\x00", ["/a", "/b"], 7])
def test_nothing_else_is(target: object) -> None:  # S21
    assert safe_redirect_path(target) == "/"
