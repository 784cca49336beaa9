"""Refusals: what the service says no to, each with a stable code and words a member can read.

They are raised where the fact is known and caught only at the edge (`core.answers`). The docstring's first line
is the message; `code` is what programs depend on.
"""

from collections.abc import Mapping

Fields = Mapping[str, object]


class AppError(Exception):
    """That did not work."""

    code = "refused"
    status = 400
    shows_help = False  # whether what is answered also shows the way to the crisis lines

    def __init__(self, detail: str | None = None, *, errors: Fields | None = None, retry_after: float | None = None):
        self.detail = detail or (type(self).__doc__ or "").strip().splitlines()[0]
        self.errors = errors
        self.retry_after = retry_after
        super().__init__(self.detail)


class BadRequest(AppError):
    """This could not be read."""

    code = "malformed"
    status = 400


class Unauthenticated(AppError):
    """Sign in first."""

    code = "sign_in_needed"
    status = 401


class Forbidden(AppError):
    """There is nothing here."""

    code = "forbidden"
    status = 403


class CsrfFailed(AppError):
    """The page was open for too long. Load it again and repeat what you did."""

    code = "csrf_failed"
    status = 403


class NotFound(AppError):
    """There is nothing here."""

    code = "not_found"
    status = 404


class Conflict(AppError):
    """That does not fit with how things stand now."""

    code = "conflict"
    status = 409


class Gone(AppError):
    """This has ended."""

    code = "gone"
    status = 410


class TooLarge(AppError):
    """That is larger than this service takes."""

    code = "too_large"
    status = 413


class ValidationFailed(AppError):
    """Some of it does not fit. See the fields."""

    code = "invalid"
    status = 422


class RateLimited(AppError):
    """That was a lot in a short time. Wait a moment."""

    code = "too_many"
    status = 429


class HelpFirst(RateLimited):
    """This has to wait a moment. You do not: people answer at once under Help now."""

    shows_help = True


class ServiceUnavailable(AppError):
    """Everything is busy for a moment. Nothing you wrote is lost. Try again."""

    code = "busy"
    status = 503

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, retry_after=2)
