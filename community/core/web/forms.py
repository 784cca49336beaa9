"""Posted forms: load with a schema, run an action, and keep what to show when either failed."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import request
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from community.core.errors import AppError, Forbidden, Unauthenticated
from community.core.web.error_responses import error_for, whole_seconds
from community.core.web.request_context import unit_of_work

# Return value of a page's view function.
PageResponse = str | tuple[str, int] | tuple[str, int, dict[str, str]] | tuple[dict[str, Any], int] | Response


class Form:
    """A posted form on its way through a schema and an action, with what to show when it failed."""

    def __init__(self, schema: Schema | None = None, *, values: Mapping[str, Any] | None = None) -> None:
        self._schema = schema
        posted: MultiDict[str, str] = request.form
        self.values: dict[str, Any] = dict(values or {})
        if request.method == "POST":
            self.values |= {key: posted.getlist(key) if len(posted.getlist(key)) > 1 else posted[key] for key in posted}
        self.result: Any = None
        self.errors: dict[str, list[str]] = {}
        self.detail = ""
        self.status = 200
        self.shows_help = False
        self.headers: dict[str, str] = {}

    def submit(self, action: Callable[..., Any], *, values: Mapping[str, Any] | None = None, **arguments: Any) -> bool:
        """Run `action` in a unit of work of this request, with `arguments` and the form's fields; see `attempt`."""

        def run(**everything: Any) -> Any:
            with unit_of_work() as uow:
                return action(uow, **everything)

        return self.attempt(run, values=values, **arguments)

    def attempt(self, action: Callable[..., Any], *, values: Mapping[str, Any] | None = None, **arguments: Any) -> bool:
        """Load the form and call `action` with `arguments` and the form's fields. Return whether both succeeded.

        What `action` returned is then in `result`; else `errors`, `detail` and `status` say why it failed. `values`
        replaces the posted fields where the page's shape differs from the schema's. Without a schema `action` gets no
        fields: an unchecked field must not become an argument of an action. Raises Unauthenticated, Forbidden.
        """
        raw = {key: value for key, value in (values or self.values).items() if key != "csrf_token"}
        try:
            self.result = action(**arguments, **(self._schema.load(raw) if self._schema else {}))
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
        """Return the value of a field; the first of its values when it was sent several times."""
        value = self.values.get(name, default)
        return value[0] if isinstance(value, list) and value else value

    @property
    def first_error(self) -> str:
        """Return the first error of the first field that has one, else what the refusal says."""
        return next((texts[0] for texts in self.errors.values()), self.detail)

    def error(self, name: str) -> str:
        """Return the first error of a field, or an empty string."""
        return (self.errors.get(name) or [""])[0]


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def uuid_of(text: str) -> UUID | None:
    """Return the id in a form field, or None when it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None
