"""The clock of a test: it stands at one moment until the test moves it."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


class ManualClock:
    """Tells the present of a test to actions, pages, tokens and workers alike, whatever day the machine says it is."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        """Move the present on."""
        self.now += timedelta(**span)
