"""The general rate of a member's requests: refused with the time to wait, and never in the way of help."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.core.unit_of_work import Actor
from community.core.web.request_context import Services
from community.core.web.request_rates import CALLS_FOR_HELP, EXPENSIVE_ENDPOINTS, PREVIEW_ENDPOINTS, RequestRates
from community.public_endpoints import PUBLIC_ENDPOINTS
from tests.conftest import SignedInClient
from tests.factories import Cast

Api = Callable[[Actor], SignedInClient]
WORDS = {"words": "oranges"}


@pytest.fixture
def web(app: Flask) -> Services:
    """The application's web with small rates: four reads, three writes, two expensive requests a minute."""
    web: Services = app.extensions["community"]
    web.request_rates = RequestRates(reads=(4, 60.0), writes=(3, 60.0), expensive=(2, 60.0))
    return web


def statuses(client: SignedInClient, method: str, path: str, times: int, json: Any = None) -> list[int]:
    """Ask so many times; the answers' statuses."""
    return [client.request(method, path, json).status_code for _ in range(times)]


def test_ben_is_told_how_long_to_wait_and_cleo_is_not(web: Services, api: Api, cast: Cast) -> None:
    """A16: nothing bounded how much one member asks of the service."""
    ben, cleo = api(cast.ben), api(cast.cleo)
    assert statuses(ben, "GET", "/rooms", 4) == [200] * 4
    refused = ben.get("/rooms")
    assert (refused.status_code, refused.content_type) == (429, "application/problem+json")
    assert refused.json["code"] == "too_many"
    assert 1 <= int(refused.headers["Retry-After"]) <= 17
    assert statuses(cleo, "GET", "/rooms", 1) == [200]
    other_session = api(cast.ben)
    assert other_session.get("/rooms").status_code == 429, "another session is the same member"


def test_reads_leave_ben_his_writes_and_searches_have_their_own_rate(web: Services, api: Api, cast: Cast) -> None:
    """A16: what costs much is bounded more closely."""
    ben = api(cast.ben)
    assert statuses(ben, "GET", "/rooms", 5)[-1] == 429
    assert statuses(ben, "POST", "/messages/search", 3, WORDS) == [200, 200, 429]
    assert ben.post("/check-ins/not-today").status_code == 429, "the third search was a write, too"


def test_a_page_that_ben_loads_too_often_says_when_to_come_back(
    web: Services, page: Callable[[Actor], FlaskClient], cast: Cast
) -> None:
    ben = page(cast.ben)
    assert [ben.get("/rooms").status_code for _ in range(5)] == [200] * 4 + [429]
    refused = ben.get("/rooms")
    assert refused.content_type.startswith("text/html")
    assert int(refused.headers["Retry-After"]) >= 1


def test_nothing_that_ben_did_before_is_in_the_way_of_help(
    web: Services, api: Api, page: Callable[[Actor], FlaskClient], cast: Cast
) -> None:
    ben, browser = api(cast.ben), page(cast.ben)
    statuses(ben, "GET", "/rooms", 5)
    statuses(ben, "POST", "/messages/search", 4, WORDS)
    for path in ("/reach-out", "/help", "/breathe", "/coordinator"):
        assert {browser.get(path).status_code for _ in range(6)} == {200}, path
    assert ben.post("/reach-outs", {}).status_code != 429
    assert browser.get("/healthz").status_code == 200


def test_the_endpoints_with_a_rate_of_their_own_exist(app: Flask) -> None:
    known = {f"{method} {rule.rule}" for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    listed = EXPENSIVE_ENDPOINTS | PREVIEW_ENDPOINTS | CALLS_FOR_HELP
    assert known >= listed
    assert not listed & set(PUBLIC_ENDPOINTS), "they are not counted anyway"
