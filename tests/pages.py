"""What tests of pages share."""

from typing import Any


def csrf(answer: Any) -> str:
    """The token in a page's first form."""
    return str(answer.text.split('name="csrf_token" value="')[1].split('"')[0])
