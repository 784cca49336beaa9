"""A log line carries what is on the list; a test finds what is not."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from community.core import logging_setup
from community.core.metrics import LOG_FIELDS_DROPPED


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged; `configure` says as which installation."""
    before, lines = structlog.get_config(), io.StringIO()
    yield lines
    structlog.configure(**before)


def configure(lines: io.StringIO, *, is_production: bool) -> Any:
    structlog.configure(
        processors=logging_setup.processors(is_production=is_production),
        logger_factory=structlog.PrintLoggerFactory(lines),
    )
    return structlog.get_logger()


def test_a_field_that_is_not_listed_raises_outside_production(lines: io.StringIO) -> None:
    """A7: a field that was dropped in silence was the one that mattered."""
    log = configure(lines, is_production=False)
    log.info("event.failed", event_id="1", exc_info=ValueError("Ben"))
    with pytest.raises(logging_setup.UnlistedField, match="handle"):
        log.info("event.failed", handle="Ben")
    assert "Ben" not in lines.getvalue()


def test_a_field_that_is_not_listed_is_dropped_and_counted_in_production(lines: io.StringIO) -> None:
    """A7: the line still comes, without it."""
    before = LOG_FIELDS_DROPPED._value.get()
    configure(lines, is_production=True).info("event.failed", event_id="1", handle="Ben", place=3)
    line = json.loads(lines.getvalue())
    assert (line["event"], line["event_id"], line["place"]) == ("event.failed", "1", 3)
    assert "Ben" not in lines.getvalue()
    assert LOG_FIELDS_DROPPED._value.get() == before + 1


def test_a_field_that_is_not_listed_raises_in_every_test() -> None:
    """The tests themselves run with the list."""
    with pytest.raises(logging_setup.UnlistedField):
        structlog.get_logger().error("anything", handle="Ben")
