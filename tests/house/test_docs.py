"""What the documents name exists: files, folders, links, commands and settings."""

import re
from pathlib import Path

import pytest

from community.cli import main

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*(ROOT / "docs").glob("*.md"), *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY"))]
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]


@pytest.mark.parametrize("name", NAMES)
def test_every_path_and_link_leads_somewhere(name: str) -> None:
    text = (ROOT / name).read_text()
    paths = re.findall(r"`((?:[a-z_.][\w.]*/)+[\w.-]*)`", text)
    paths = [path for path in paths if not path.startswith("var/")]  # made at run time
    missing = [path for path in paths if not any((base / path).exists() for base in (ROOT, ROOT / "community"))]
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    missing += [link for link in links if not (ROOT / name).parent.joinpath(link).exists()]
    assert missing == []


def test_every_command_that_the_documents_name_exists() -> None:
    text = "".join(path.read_text() for path in DOCUMENTS)
    named = set(re.findall(r"(?:`|/bin/| {4})community ([a-z]+)", text))
    assert {"migrate", "doctor", "events", "audit"} <= named
    assert named - set(main.commands) == set()


def test_the_settings_table_names_every_setting() -> None:
    table = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE))
    example = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert table == example
