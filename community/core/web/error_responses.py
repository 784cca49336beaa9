"""Mapping from exceptions to responses: problem+json, a page, or a socket acknowledgement."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from community.core.database_errors import is_passing
from community.core.errors import (
    AppError,
    BadRequest,
    NotFound,
    RateLimited,
    ServiceUnavailable,
    TooLarge,
    ValidationFailed,
)

log = structlog.get_logger()

HELP = "/help"  # the crisis lines, for whoever is in danger while we refuse


class InternalError(AppError):
    """An exception that was not foreseen."""

    code = "failed"
    message = "Sorry, that's our fault. Nothing you wrote is lost. Try again in a minute."
    status = 500


class WrongMethod(AppError):
    """The address does not support the request's method."""

    code = "method_not_allowed"
    message = "This address doesn't support that method."
    status = 405


class WrongMediaType(AppError):
    """The address takes JSON only."""

    code = "unsupported_media_type"
    message = "Send JSON to this address."
    status = 415


_BY_STATUS: Mapping[int, type[AppError]] = {
    400: BadRequest,
    404: NotFound,
    405: WrongMethod,
    413: TooLarge,
    415: WrongMediaType,
    422: ValidationFailed,
    429: RateLimited,
    431: TooLarge,
}


def error_for(error: BaseException) -> AppError:
    """Return the error for an exception. Unforeseen ones are logged by their type and become InternalError."""
    if isinstance(error, AppError):
        return error
    if isinstance(error, ValidationError):
        return ValidationFailed(errors=flat_errors(error.normalized_messages()))
    if isinstance(error, HTTPException):
        return _refusal_of_http(error)
    if isinstance(error, RecursionError):  # JSON in JSON in JSON, beyond what the decoder follows
        log.warning("too_deep")
        return BadRequest("The JSON is nested too deeply.")
    if is_passing(error):
        log.warning("database.away", error=type(error).__name__)
        return ServiceUnavailable()
    log.error("unforeseen", error=type(error).__name__, exc_info=error)
    return InternalError()


def problem(refusal: AppError) -> dict[str, Any]:
    """Return RFC 9457 fields: type, title, status, detail, code; errors by field, and the way to help where that
    matters.
    """
    answer: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.detail,
        "code": refusal.code,
    }
    if refusal.errors:
        answer["errors"] = refusal.errors
    if refusal.shows_help:
        answer["help"] = HELP
    return answer


def socket_ack(refusal: AppError) -> dict[str, Any]:
    """Return the acknowledgement of a socket event that was refused."""
    error: dict[str, Any] = {"code": refusal.code, "detail": refusal.detail}
    if refusal.retry_after is not None:
        error["retry_after"] = refusal.retry_after
    if refusal.errors:
        error["errors"] = refusal.errors
    if refusal.shows_help:
        error["help"] = HELP
    return {"ok": False, "error": error}


def whole_seconds(retry_after: float) -> str:
    """Return a Retry-After header for this many seconds: whole ones, rounded up."""
    return str(max(1, round(retry_after + 0.499)))


def flat_errors(messages: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return marshmallow's nested messages as `{"place.url": ["…"]}`, without the location that webargs prepends."""
    flat: dict[str, list[str]] = {}

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                walk(f"{prefix}.{key}" if prefix else str(key), inner)
            return
        flat.setdefault(prefix or "_schema", []).extend(str(item) for item in _as_list(value))

    for key, value in messages.items():
        walk("" if key in ("json", "query", "form", "_schema") and len(messages) == 1 else str(key), value)
    return flat


def _refusal_of_http(error: HTTPException) -> AppError:
    messages = (getattr(error, "data", None) or {}).get("messages")
    status = error.code or 500
    if status == 422 and messages:
        if "Invalid JSON" in str(messages):
            return BadRequest("The body isn't valid JSON.")
        return ValidationFailed(errors=flat_errors(messages))
    if status == 400 and messages:
        return BadRequest("The body isn't valid JSON.")
    kind = _BY_STATUS.get(status)
    if kind is None:
        return InternalError() if status >= 500 else BadRequest()
    return kind()


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
