"""Who was blocked finds nothing of who blocked them behind any door; what people write about each other is text."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.house.permissions import ROLES, TABLE
from tests.house.restorable_app import RestorableApp
from tests.safety.test_reports import say

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> RestorableApp:
    """One of everything, in which Ben has blocked Dov."""
    return RestorableApp(tmp_path_factory.mktemp("hidden"), migrated_sqlite)


def found(site: RestorableApp, role: str) -> dict[str, str]:
    """Behind which doors somebody of this role reads of Ben, of all that only look."""
    ben = site.world.cast.ben
    seen = {}
    for row in TABLE:
        if row.method != "GET" or row.answers.split()[ROLES.index(role)] != "200":
            continue
        text = site.request(row, role).text
        if str(ben.id) in text or re.search(r"\bBen\b", text):
            seen[f"{row.method} {row.address}"] = text
    return seen


def test_a_blocked_member_reads_of_the_other_at_no_endpoint(site: RestorableApp) -> None:  # R13 S34
    """Everything that only looks, as Dov, whom Ben blocked; Cleo, whom he did not, reads of him in several places."""
    site.restore()
    assert len(found(site, "other")) > 2
    assert set(found(site, "blocked")) == set()


def test_markup_in_reports_sanctions_and_appeals_is_shown_as_text(cast: Any, store: Any, page: Any) -> None:  # S17
    """Reasons, notes, appeals and answers, on every page that shows them."""
    from tests.pages import csrf

    ben, cleo, ada, root = (page(one) for one in (cast.ben, cast.cleo, cast.ada, cast.root))
    for payload in PAYLOADS:
        message = say(store, "open", (cast.cleo, payload), members=(cast.ben, cast.cleo))[0]

        def post(client: Any, path: str, shown: Any, **fields: str) -> Any:
            return client.post(path, data={"csrf_token": csrf(shown), **fields})

        form = ben.get(f"/messages/{message}/report")
        assert post(ben, f"/messages/{message}/report", form, reason=payload).status_code == 303
        [case] = set(re.findall(r"/console/reports/([0-9a-f-]{36})", ada.get("/console/reports").text))
        shown = ada.get(f"/console/reports/{case}")
        lengths = re.search(r'<select[^>]*name="hours".*?</select>', shown.text, re.DOTALL)
        assert lengths is not None
        assert re.findall(r'value="(\d*)"', lengths[0]) == ["1", "24", "72", "168", "720", ""]  # short to long
        fields = {"kind": "mute", "where": "here", "hours": "24", "code": "rules", "reason": payload}
        assert post(ada, f"/console/reports/{case}/sanctions", shown, **fields).status_code == 303
        measure = re.findall(r'href="/measures/([0-9a-f-]{36})"', cleo.get("/measures").text)[0]
        mine = cleo.get(f"/measures/{measure}")
        assert post(cleo, f"/measures/{measure}/appeal", mine, words=payload).status_code == 303
        appeal = re.findall(r"/console/appeals/([0-9a-f-]{36})", ada.get(f"/console/reports/{case}").text)[0]
        decide = root.get(f"/console/appeals/{appeal}")
        assert (
            post(root, f"/console/appeals/{appeal}/decision", decide, answer=payload, decision="lifted").status_code
            == 303
        )
        pages = [
            ben.get("/reports"),
            ada.get(f"/console/reports/{case}"),
            cleo.get(f"/measures/{measure}"),
            root.get(f"/console/appeals/{appeal}"),
            root.get(f"/console/members/{cast.cleo.id}"),
        ]
        for answer in pages:
            assert answer.status_code == 200
            assert not re.search(r"<script>|<img src=x|<svg/|</textarea><", answer.text)
            assert 'href="javascript:' not in answer.text
