"""Events keep their names and fields for ever: old rows and other programs know them.

After adding an event, or a field with a default: `.venv/bin/python -m tests.house.test_events`
"""

import json
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_type_hints

from community.core.events import event_types
from community.features import load_subscribers

GOLDEN = Path(__file__).with_name("events.json")


def present() -> dict[str, dict[str, dict[str, Any]]]:
    """Every event with its fields: their types, and whether they may be missing."""
    load_subscribers()
    return {
        name: {
            field.name: {
                "type": plain_type(get_type_hints(kind)[field.name]),
                "optional": field.default is not MISSING or field.default_factory is not MISSING,
            }
            for field in fields(kind)
        }
        for name, kind in sorted(event_types().items())
        if kind.__module__.startswith("community.")
    }


def plain_type(hint: Any) -> str:
    """A type as it is written."""
    return (hint.__name__ if isinstance(hint, type) and not hasattr(hint, "__args__") else str(hint)).replace(
        "uuid.", ""
    )


def broken(old: dict[str, dict[str, dict[str, Any]]], new: dict[str, dict[str, dict[str, Any]]]) -> list[str]:
    """What of `old` no longer holds in `new`, or was added without a default."""
    problems = [f"{name} is gone" for name in old if name not in new]
    for name, kept in old.items():
        now = new.get(name, kept)
        problems += [f"{name}.{field} is gone or changed" for field in kept if now.get(field) != kept[field]]
        problems += [
            f"{name}.{field} was added without a default"
            for field, shape in now.items()
            if field not in kept and not shape["optional"]
        ]
    return problems


def test_no_event_lost_a_name_or_a_field() -> None:
    assert broken(json.loads(GOLDEN.read_text()), present()) == []


def test_every_event_stands_in_the_golden_file() -> None:
    assert json.loads(GOLDEN.read_text()) == present(), "run: .venv/bin/python -m tests.house.test_events"


def test_only_additions_with_a_default_pass() -> None:
    old = {"walk.begun": {"walk_id": {"type": "UUID", "optional": False}}}
    added = {"type": "int", "optional": True}
    assert broken(old, {"walk.begun": {**old["walk.begun"], "steps": added}, "walk.ended": {}}) == []
    assert broken(old, {}) == ["walk.begun is gone"]
    assert broken(old, {"walk.begun": {}}) == ["walk.begun.walk_id is gone or changed"]
    assert broken(old, {"walk.begun": {**old["walk.begun"], "steps": {**added, "optional": False}}})


def test_events_carry_ids_and_plain_values_only() -> None:
    for name, shape in present().items():
        for field, kind in shape.items():
            bare = kind["type"].replace(" | None", "").replace("tuple[", "").replace(", ...]", "")
            assert bare in {"UUID", "int", "bool", "datetime", "datetime.datetime", "str"}, f"{name}.{field}"
            if bare == "str":
                assert field in WORDS_THAT_ARE_CODES, f"{name}.{field} may hold words people wrote"


WORDS_THAT_ARE_CODES = {"audience", "reason", "state", "role", "kind", "answer"}


if __name__ == "__main__":
    found = present()
    kept = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
    problems = broken(kept, found)
    if problems:
        raise SystemExit("\n".join(["This would break who knows these events:", *problems]))
    GOLDEN.write_text(json.dumps(found, indent=2) + "\n")
    print(f"{len(found)} events kept in {GOLDEN.name}")
