"""Errors that a request may end with, each with a stable `code` for programs and a `message` for members.

Code raises them where the fact is known. Only the edge catches them (`core.web.error_responses`).
"""

from collections.abc import Mapping

Fields = Mapping[str, object]


class AppError(Exception):
    """That did not work."""

    code = "refused"
    message = "That did not work."
    status = 400
    shows_help = False  # whether what is answered also shows the way to the crisis lines

    def __init__(self, detail: str | None = None, *, errors: Fields | None = None, retry_after: float | None = None):
        self.detail = detail or self.message
        self.errors = errors
        self.retry_after = retry_after
        super().__init__(self.detail)


class BadRequest(AppError):
    """This could not be read."""

    code = "malformed"
    message = "This could not be read."
    status = 400


class Unauthenticated(AppError):
    """Sign in first."""

    code = "sign_in_needed"
    message = "Sign in first."
    status = 401


class Forbidden(AppError):
    """There is nothing here."""

    code = "forbidden"
    message = "There is nothing here."
    status = 403


class CsrfFailed(AppError):
    """The page was open for too long. Load it again and repeat what you did."""

    code = "csrf_failed"
    message = "The page was open for too long. Load it again and repeat what you did."
    status = 403


class NotFound(AppError):
    """There is nothing here."""

    code = "not_found"
    message = "There is nothing here."
    status = 404


class Conflict(AppError):
    """That does not fit with how things stand now."""

    code = "conflict"
    message = "That does not fit with how things stand now."
    status = 409


class Gone(AppError):
    """This has ended."""

    code = "gone"
    message = "This has ended."
    status = 410


class TooLarge(AppError):
    """That is larger than this service takes."""

    code = "too_large"
    message = "That is larger than this service takes."
    status = 413


class ValidationFailed(AppError):
    """Some of it does not fit. See the fields."""

    code = "invalid"
    message = "Some of it does not fit. See the fields."
    status = 422


class RateLimited(AppError):
    """That was a lot in a short time. Wait a moment."""

    code = "too_many"
    message = "That was a lot in a short time. Wait a moment."
    status = 429


class HelpFirst(RateLimited):
    """This has to wait a moment. You do not: people answer at once under Help now."""

    message = "This has to wait a moment. You do not: people answer at once under Help now."

    shows_help = True


class ServiceUnavailable(AppError):
    """Everything is busy for a moment. Nothing you wrote is lost. Try again."""

    code = "busy"
    message = "Everything is busy for a moment. Nothing you wrote is lost. Try again."
    status = 503

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, retry_after=2)
