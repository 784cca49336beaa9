"""Reading of JSON from members: numbers and characters that no database stores are refused in one place."""

import json
import re
from typing import Any

from community.core.errors import BadRequest, ValidationFailed

MAX_DIGITS = 20
MAX_VALUES = 5000
"""Shapes look at every item of a list before they count them."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
CANNOT_BE_KEPT = "This has characters we can't save."


def is_storable(text: str) -> bool:
    """Return whether both databases store this text: it has no U+0000 and no half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None


def parse_json(raw: bytes) -> Any:
    """Return the value of a JSON text in UTF-8.

    Raises ValueError when it is no JSON, BadRequest for an integer of more than MAX_DIGITS digits or more than
    MAX_VALUES values, ValidationFailed by field when a text in it has U+0000 or half of a surrogate pair.
    """
    parsed = json.loads(raw.decode(), parse_int=_integer)
    if raw.count(b",") >= MAX_VALUES and _count_values(parsed) > MAX_VALUES:
        raise BadRequest("This has too many values.")
    if b"\\u" in raw:  # both can only come as escapes
        refuse_unstorable(parsed)
    return parsed


def refuse_unstorable(value: Any) -> None:
    """Raise ValidationFailed, naming the field, when a text anywhere in this value cannot be stored."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, str) and not is_storable(one):
            raise ValidationFailed(errors={path or "_schema": [CANNOT_BE_KEPT]})
        if isinstance(one, dict):
            if not all(map(is_storable, one)):
                raise BadRequest("The name of a field has characters we can't save.")
            waiting += [(f"{path}.{name}" if path else name, inner) for name, inner in one.items()]
        elif isinstance(one, list):
            waiting += [(f"{path}.{place}" if path else str(place), inner) for place, inner in enumerate(one)]


def _count_values(value: Any) -> int:
    waiting, count = [value], 0
    while waiting:
        one = waiting.pop()
        count += 1
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return count


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise BadRequest("A number in this has too many digits.")
    return int(digits)
