"""The empty HTTP application with its limits, the session for calls to the outside, and what operators see of plug-ins."""

from typing import Any

import orjson
from aiohttp import ClientSession, DummyCookieJar, TCPConnector
from sanic import Sanic

from assembly.settings import Settings
from bots.advice.advisers import Advisers
from channels.app.frames import FRAME_LIMIT
from channels.ops.metrics import Metrics
from channels.problem import answer as problem
from channels.requests import JSON_LIMIT, TimedRequest, watch_answers, write_access_line


def outgoing_session() -> ClientSession:
    """Return the one session for calls to the outside.

    Idle connections end before the other side ends them: a call on one that just died would leave us in doubt whether
    it arrived. Nobody's cookies are kept. Each caller bounds its own calls well below this limit, so that a platform that
    hangs does not use up what another one needs.
    """
    return ClientSession(cookie_jar=DummyCookieJar(), connector=TCPConnector(keepalive_timeout=10, limit=1_000))


def new_app(name: str, settings: Settings) -> Sanic[Any, Any]:
    """Return an empty application with our limits; one process, no manager (reference: perf.md D)."""
    app: Sanic[Any, Any] = Sanic(
        name, request_class=TimedRequest, dumps=orjson.dumps, loads=orjson.loads, configure_logging=False
    )
    app.config.update(
        REQUEST_MAX_SIZE=JSON_LIMIT,
        REQUEST_TIMEOUT=10,
        RESPONSE_TIMEOUT=30,
        KEEP_ALIVE_TIMEOUT=75,
        WEBSOCKET_MAX_SIZE=FRAME_LIMIT,
        WEBSOCKET_PING_INTERVAL=None,
        GRACEFUL_SHUTDOWN_TIMEOUT=settings.server.stop_within_s,
        PROXIES_COUNT=settings.server.proxies,
        REAL_IP_HEADER=settings.server.real_ip_header,
        ACCESS_LOG=False,
        MOTD=False,
    )
    app.error_handler.add(Exception, problem)
    if settings.log.access:
        watch_answers(app, write_access_line)
    return app


def show_advisers(metrics: Metrics, advisers: Advisers) -> None:
    """Show operators what comes of asking plug-ins, and whether one is being left alone."""
    figures = advisers.figures
    metrics.counter(
        "qd_plugin_questions",
        "Messages offered to plug-ins",
        labels=("plugin", "outcome"),
        values=lambda: figures.outcomes,
    )
    metrics.counter(
        "qd_plugin_seconds", "Seconds waited for plug-ins", labels=("plugin",), values=lambda: figures.seconds
    )
    metrics.gauges("qd_plugin_resting", "1 while a plug-in is left alone", labels=("plugin",), values=advisers.resting)
