"""The command `community match`: solves one matching instance from a file."""

import json
from pathlib import Path
from typing import Any

import click


def match(path: str) -> int:
    """Solve the instance in a file and print the result. Return 0, or 2 with one line on stderr."""
    from community.buddies.matching.instance_json import InstanceError, solve_instance

    try:
        answer = solve_instance(_read(path))
    except (InstanceError, OSError, ValueError, RecursionError) as error:
        click.echo(f"community match: {path}: {_one_line(error)}", err=True)
        return 2
    click.echo(json.dumps(answer, ensure_ascii=False))
    return 0


def _read(path: str) -> Any:
    return json.loads(Path(path).read_bytes(), object_pairs_hook=_once, parse_constant=_no_constant)


def _once(entries: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(entries)
    if len(fields) < len(entries):
        twice = next(name for name, _ in entries if sum(name == other for other, _ in entries) > 1)
        raise ValueError(f"{twice!r} is given twice.")
    return fields


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} isn’t a number here.")


def _one_line(error: BaseException) -> str:
    match error:
        case json.JSONDecodeError():
            return f"This isn’t JSON: {error.msg} (line {error.lineno})."
        case UnicodeDecodeError():
            return "This isn’t UTF-8 text."
        case RecursionError():
            return "This is nested too deeply."
        case OSError():
            return error.strerror or "The file can’t be read."
        case _:
            return " ".join(str(error).split())
