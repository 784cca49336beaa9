"""Clock of a test: it shows one moment until the test moves it."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


class ManualClock:
    """A clock for actions, pages, tokens and workers that does not depend on the machine's."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        """Move the present on."""
        self.now += timedelta(**span)
