"""Log lines are JSON with the request's id, and hide what must never be logged."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from services.logs import REQUEST_ID, Level, LogSettings, set_up_logging
from services.secret import Secret


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Give what logs are written to; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_event_level_time_fields_and_the_requests_id(stream: io.StringIO) -> None:
    set_up_logging(LogSettings(), stream=stream)
    token = REQUEST_ID.set("r-1")
    structlog.get_logger().info("petition dispatched", petition_id="pt_1")
    REQUEST_ID.reset(token)
    structlog.get_logger().warning("without a request")
    first, second = lines(stream)
    assert (first["event"], first["level"], first["petition_id"], first["request_id"]) == (
        "petition dispatched",
        "info",
        "pt_1",
        "r-1",
    )
    assert first["timestamp"].endswith("Z")
    assert "request_id" not in second


@pytest.mark.parametrize(
    "field", ["token", "secret", "password", "phone", "openid", "address", "text", "body", "query_key"]
)
def test_what_must_never_be_logged_is_hidden_even_when_a_line_names_it(stream: io.StringIO, field: str) -> None:
    set_up_logging(LogSettings(), stream=stream)
    structlog.get_logger().error("careless", **{field: "CANARY", "kept": Secret("CANARY")})
    assert "CANARY" not in stream.getvalue()
    assert lines(stream)[0][field] == "***"


def test_an_error_carries_its_traceback_in_one_line(stream: io.StringIO) -> None:
    set_up_logging(LogSettings(), stream=stream)
    try:
        int("broken")
    except ValueError:
        structlog.get_logger().exception("failed")
    assert "ValueError: invalid literal" in lines(stream)[0]["exception"]


def test_a_line_break_in_a_value_begins_no_new_line(stream: io.StringIO) -> None:
    set_up_logging(LogSettings(), stream=stream)
    structlog.get_logger().info("odd", path='/a\n{"event": "forged"}')
    assert len(lines(stream)) == 1


@pytest.mark.parametrize("level", Level)
def test_lines_below_the_level_are_not_written(stream: io.StringIO, level: Level) -> None:
    set_up_logging(LogSettings(level=level), stream=stream)
    log = structlog.get_logger()
    for name in Level:
        getattr(log, name)(name)
    levels = list(Level)
    assert [line["event"] for line in lines(stream)] == levels[levels.index(level) :]


def test_libraries_never_write_below_warnings(stream: io.StringIO) -> None:
    set_up_logging(LogSettings(level=Level.DEBUG), stream=stream)
    logging.getLogger("aiohttp.access").info("GET /?token=CANARY")
    logging.getLogger("asyncio").warning("slow")
    assert "CANARY" not in stream.getvalue()
    assert "slow" in stream.getvalue()


def test_at_a_terminal_lines_and_tracebacks_are_for_reading(stream: io.StringIO) -> None:
    set_up_logging(LogSettings(json=False), stream=stream)
    try:
        int("broken")
    except ValueError:
        structlog.get_logger().exception("failed", petition_id="pt_1")
    assert "failed" in stream.getvalue()
    assert "ValueError: invalid literal" in stream.getvalue()
