"""A posted form on its way through a schema and an action."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import request
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from community.core.errors import AppError, Forbidden, Unauthenticated
from community.core.web.error_responses import error_for, whole_seconds

# What a page's view function returns.
PageResponse = str | tuple[str, int] | tuple[str, int, dict[str, str]] | tuple[dict[str, Any], int] | Response


class Form:
    """A posted form on its way through a schema and an action, with what to show when it did not pass."""

    def __init__(self, schema: Schema | None = None, *, values: Mapping[str, Any] | None = None) -> None:
        self._schema = schema
        posted: MultiDict[str, str] = request.form
        self.values: dict[str, Any] = dict(values or {})
        if request.method == "POST":
            self.values |= {key: posted.getlist(key) if len(posted.getlist(key)) > 1 else posted[key] for key in posted}
        self.errors: dict[str, list[str]] = {}
        self.detail = ""
        self.status = 200
        self.shows_help = False
        self.headers: dict[str, str] = {}

    def attempt(self, act: Callable[[dict[str, Any]], Any], *, values: Mapping[str, Any] | None = None) -> bool:
        """Load the form and call `act` with its fields. False, with `errors`, when either refuses.

        `values` replaces the posted fields where the page's shape differs from the schema's. Without a schema `act`
        gets no fields: a field that nobody checked must not become an argument of an action.
        """
        raw = {key: value for key, value in (values or self.values).items() if key != "csrf_token"}
        try:
            act(self._schema.load(raw) if self._schema else {})
        except (ValidationError, AppError) as error:
            if isinstance(error, Unauthenticated | Forbidden):
                raise
            refusal = error_for(error)
            self.status = refusal.status
            self.detail = refusal.detail
            self.shows_help = refusal.shows_help
            if refusal.retry_after is not None:
                self.headers["Retry-After"] = whole_seconds(refusal.retry_after)
            self.errors = {key: _texts(value) for key, value in (refusal.errors or {}).items()}
            return False
        return True

    def value(self, name: str, default: Any = "") -> Any:
        """Return what stands in a field; the first of its values when it was sent several times."""
        value = self.values.get(name, default)
        return value[0] if isinstance(value, list) and value else value

    def error(self, name: str) -> str:
        """The first thing wrong with a field, or nothing."""
        return (self.errors.get(name) or [""])[0]


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def uuid_of(text: str) -> UUID | None:
    """The id in a form field, or nothing when it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None
