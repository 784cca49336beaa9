"""Errors that a request may end with, each with a stable `code` for programs and a `message` for members.

Code raises them where the fact is known. Only the edge catches them (`core.web.error_responses`).
"""

from collections.abc import Mapping

Fields = Mapping[str, object]


class AppError(Exception):
    """A request was refused. Base class of all errors that members read."""

    code = "refused"
    message = "That didn't work. Please try again."
    status = 400
    shows_help = False  # whether what is answered also shows the way to the crisis lines

    def __init__(self, detail: str | None = None, *, errors: Fields | None = None, retry_after: float | None = None):
        self.detail = detail or self.message
        self.errors = errors
        self.retry_after = retry_after
        super().__init__(self.detail)


class BadRequest(AppError):
    """The request is malformed."""

    code = "malformed"
    message = "We couldn't read that. Go back and try again."
    status = 400


class Unauthenticated(AppError):
    """The request needs a signed-in member."""

    code = "sign_in_needed"
    message = "Please sign in first."
    status = 401


class Forbidden(AppError):
    """The member's role lacks the permission. `message` hides that there is something."""

    code = "forbidden"
    message = "We couldn't find that."
    status = 403


class CsrfFailed(AppError):
    """The form's CSRF token is missing, wrong or too old."""

    code = "csrf_failed"
    message = "This page has been open for a long time. Reload it and try again."
    status = 403


class NotFound(AppError):
    """The object does not exist, or is not the member's to see."""

    code = "not_found"
    message = "We couldn't find that."
    status = 404


class Conflict(AppError):
    """The request does not fit the present state."""

    code = "conflict"
    message = "This has changed in the meantime. Reload the page and try again."
    status = 409


class Gone(AppError):
    """The object has ended or expired."""

    code = "gone"
    message = "This has ended or expired."
    status = 410


class TooLarge(AppError):
    """The request body is larger than allowed."""

    code = "too_large"
    message = "That's too large. Try a shorter text."
    status = 413


class ValidationFailed(AppError):
    """Some fields are invalid; `errors` names them."""

    code = "invalid"
    message = "Please check what you entered."
    status = 422


class RateLimited(AppError):
    """The member or address did something too often. `retry_after` is in seconds."""

    code = "too_many"
    message = "That's a lot in a short time. Wait a moment, then try again."
    status = 429


class HelpFirst(RateLimited):
    """The member sent more messages about danger than the limit allows; the answer shows how to reach help at once."""

    message = "Please wait a moment, then try again. If you need someone now, tap Help now."

    shows_help = True


class ServiceUnavailable(AppError):
    """The service is overloaded or lacks its database for a moment."""

    code = "busy"
    message = "We're busy right now. Please try again in a moment."
    status = 503

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, retry_after=2)
