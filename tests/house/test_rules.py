"""Rules that no tool knows: the modules that may commit, read settings, hold SQL or ask the clock."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from community import features

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "community").rglob("*.py"))
FEATURES = (*features.FEATURES, "home", "console")
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each call in a module: its line, and the source of what is called."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def found(paths: list[Path], pattern: str, *, but: tuple[str, ...] = ()) -> list[str]:
    """Return the places in `paths` that call something that matches `pattern`."""
    wanted = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in paths
        if str(path.relative_to(ROOT)) not in but
        for line, name in calls(path)
        if wanted.search(name)
    ]


def in_features(*names: str) -> list[Path]:
    """Return the modules of these layers in every feature, be a layer a module or a folder of modules."""
    layers = {name.removesuffix(".py") for name in names}
    folders = [path for path in SOURCES if path.parent.parent.name in FEATURES and path.parent.name in layers]
    return [path for path in SOURCES if path.parent.name in FEATURES and (not names or path.name in names)] + folders


def test_only_the_unit_of_work_commits() -> None:
    places = (
        "community/core/unit_of_work.py",
        "community/rooms/engine/message_writer.py",
        "community/core/write_lock.py",
    )
    assert found(SOURCES, r"\.commit$", but=places) == []


def test_only_settings_read_the_environment() -> None:
    offenders = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        if path.name not in ("settings.py", "environment.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv")
    ]
    assert offenders == []


def test_only_members_read_blocks_and_no_contact_orders() -> None:
    """Blocks and no-contact orders have one definition in SQL, `members.queries.blocks`."""
    tables = re.compile(r"\b(Block|NoContact)\b|\b(FROM|JOIN|INTO|UPDATE)\s+\W?(blocks|no_contacts)\b")
    elsewhere = [path for path in SOURCES if path.parts[len(ROOT.parts) + 1] != "members"]
    assert [str(path.relative_to(ROOT)) for path in elsewhere if tables.search(path.read_text())] == []
    owners = {"models.py", "access.py", "accounts.py", "blocks.py", "profile.py"}
    found = {path for path in SOURCES if tables.search(path.read_text())}
    assert {path.parent.name + ".py" if path.stem == "__init__" else path.name for path in found} == owners


# Actions on rows that belong to no member: nothing is permitted there, so `access` has nothing to check.
BOOKKEEPING = (
    "community/members/actions/handle_claims.py",
    "community/members/actions/session_auth.py",
    "community/members/actions/sign_in.py",
    "community/members/actions/sign_in_throttle.py",
    "community/rooms/actions/backfill.py",
    "community/rooms/actions/retention.py",
)


def test_actions_hold_no_lookups() -> None:
    lookups = r"^select$|session\.(get|get_one|scalar|scalars)$"
    assert found(in_features("actions.py"), lookups, but=BOOKKEEPING) == []
    assert all(found([ROOT / path], lookups) for path in BOOKKEEPING)


def test_endpoints_hold_no_sql() -> None:
    assert found(in_features("pages.py", "api.py", "sockets.py"), r"^(select|update|delete|insert)$|\bsession\.") == []


def test_time_enters_at_the_endpoints() -> None:
    layers = ("actions", "queries", "access", "rules", "schemas", "models", "handlers", "notifications", "staff_tasks")
    assert (
        found(
            in_features(*(f"{layer}.py" for layer in layers)),
            r"datetime\.(now|utcnow)$|\butc_now$|time\.time$|date\.today$",
        )
        == []
    )


def test_every_module_and_public_function_says_what_it_is() -> None:
    silent = []
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        if not ast.get_docstring(tree):
            silent.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if is_public and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert silent == []


def test_every_module_has_fewer_than_260_lines() -> None:
    long = [str(path.relative_to(ROOT)) for path in SOURCES if len(path.read_text().splitlines()) >= 260]
    assert long == []


def test_no_module_is_called_utils() -> None:
    assert [path for path in SOURCES if path.stem in ("utils", "helpers", "common", "manager")] == []


def test_every_template_compiles(app: Flask) -> None:
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    assert len(app.jinja_env.list_templates()) > 20


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:  # S16
    text = path.read_text()
    if path.parent.name == "mail":  # a mail has no policy and no style sheet; it holds no script either
        assert not re.search(r"<script|\son\w+\s*=|javascript:", text, re.IGNORECASE)
        return
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text, re.I)
    assert not re.search(r"\|\s*safe\b", text), "only core.text makes text safe"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_forms_that_write_carry_the_token(path: Path) -> None:  # S15
    text = path.read_text()
    signed_out = {
        "sign_in.html",
        "sign_in_code.html",
        "forgot_password.html",
        "reset_password.html",
        "join.html",
        "unsubscribe.html",
        "email_change.html",
        "email_change_stop.html",
    }
    if path.name in signed_out:
        return
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.DOTALL | re.IGNORECASE):
        assert "csrf_token" in form or "token(" in form, form[:120]


WORDS_NOT_SHOWN = r"\b(patients?|clients?|addicts?|relapses?|streaks?|sober|treatment|users?|oops)\b"
# What a signed-in page may say and an edge may not: these are seen by people who are not signed in.
HONEST_WORDS = r"\b(recovery|cravings?|slips?)\b"
EDGES = (
    "base.html",
    "error.html",
    "offline.html",
    "help.html",
    "mail",
    "members/sign_in.html",
    "members/forgot_password.html",
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_pages_use_our_words(path: Path) -> None:
    without_code = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", " ", path.read_text(), flags=re.DOTALL)
    assert re.findall(WORDS_NOT_SHOWN, without_code, re.IGNORECASE) == []
    if str(path.relative_to(ROOT / "templates")).startswith(EDGES):
        assert re.findall(HONEST_WORDS, without_code, re.IGNORECASE) == []
