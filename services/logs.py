"""Set up structlog: JSON lines with the bound context, and a last net under secrets."""

import logging
import sys
from contextvars import ContextVar
from enum import StrEnum
from typing import Any, TextIO

import structlog
from msgspec import Struct
from structlog.typing import EventDict, WrappedLogger

from services.secret import Secret

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""Set anew by every request (channels/requests.py): a kept-alive connection still has the last one's.

One variable of our own instead of structlog's bound context, whose clearing and binding cost ten times as much.
"""
_NEVER = frozenset({"token", "secret", "password", "phone", "openid", "address", "text", "body", "query_key"})


class Level(StrEnum):
    """From which lines on something is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[log] of settings.toml."""

    level: Level = Level.INFO
    access: bool = True
    json: bool = True


def set_up_logging(settings: LogSettings, *, stream: TextIO = sys.stderr) -> None:
    """Configure structlog and the standard logging that libraries use."""
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            _with_request,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_secrets,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(level, logging.WARNING), stream=stream, force=True)


def _with_request(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Add the id of the request that is being answered, if any."""
    request_id = REQUEST_ID.get()
    if request_id:
        event["request_id"] = request_id
    return event


def _without_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Hide values that must never be logged, should a line name them all the same (style 7)."""
    for key, value in event.items():
        if key in _NEVER or isinstance(value, Secret):
            event[key] = "***"
    return event
