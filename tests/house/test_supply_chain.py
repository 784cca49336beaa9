"""What the product ships: allowed licenses, and advisory look-ups that never call silence clean."""

import json
from pathlib import Path

import pytest

from tests.support import supply_chain
from tests.support.supply_chain import is_allowed, read_npm_audit, read_pip_audit


def test_every_shipped_package_has_an_allowed_license() -> None:
    found = [*supply_chain.python_licenses(), *supply_chain.npm_licenses()]
    assert len(found) > 80
    assert supply_chain.refused_licenses(found) == []
    assert supply_chain.refused_licenses([("ghost", "AGPL-3.0-only"), ("mystery", "")]) == [
        "ghost: AGPL-3.0-only",
        "mystery: ",
    ]


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [("MIT", True), ("MIT OR GPL-3.0-only", True), ("(MIT AND PSF-2.0)", True), ("MIT AND GPL-3.0-only", False)],
)
def test_license_expressions_are_understood(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) is allowed


@pytest.mark.parametrize(
    ("packages", "line"),
    [
        ([{"name": "a", "skip_reason": "not found"}], "not audited: 1 packages are unknown to the service"),
        ([{"name": "a", "vulns": []}, {"name": "b", "skip_reason": "?"}], "not audited: 1 packages are unknown to the"),
        ([], "not audited"),
        ([{"name": "a", "vulns": []}], "none known in 1 packages"),
        ([{"name": "a", "vulns": [{"id": "X-1"}]}, {"name": "b", "skip_reason": "?"}], "VULNERABLE: a X-1"),
    ],
)
def test_python_counts_as_audited_only_when_every_package_was_looked_up(packages: list[object], line: str) -> None:
    assert read_pip_audit(json.dumps({"dependencies": packages})).line.startswith(line)


@pytest.mark.parametrize(
    "answer", ["", "No known vulnerabilities found", "[]", "{}", '{"error": {}, "statusCode": 405}']
)
def test_a_service_that_does_not_answer_is_never_clean(answer: str) -> None:
    assert read_pip_audit(answer).line.startswith("not audited")
    assert read_npm_audit(answer).line.startswith("not audited")


def test_a_report_of_npm_is_read() -> None:
    counted = {"metadata": {"dependencies": {"prod": 12}}}
    assert read_npm_audit(json.dumps({"vulnerabilities": {}, **counted})).line == "none known in 12 packages"
    flaw = {"vulnerabilities": {"ws": {"severity": "high"}}, **counted}
    assert read_npm_audit(json.dumps(flaw)).line == "VULNERABLE: ws (high)"


def test_the_lock_is_read_whole(tmp_path: Path) -> None:
    lock = tmp_path / "x.lock"
    lock.write_text("a-b==1 \\\n    --hash=sha256:00\nc.d==2 ; python_version < '3'\na-b==3\n")
    assert supply_chain.locked_packages(lock) == ["a-b", "c.d"]
