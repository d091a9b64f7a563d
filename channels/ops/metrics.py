"""Figures for Prometheus: requests by route, answer times, loop delay, open sockets, waiting deliveries."""

import asyncio
import time
from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic.response import BaseHTTPResponse

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 4.5, 10.0)
_LOOP_SAMPLE_S = 0.5


class Metrics:
    """Count what happens; one registry for each server, so that tests do not share figures."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "qd_requests_total", "Requests answered", ("route", "method", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "qd_request_seconds", "Time to answer", ("route",), buckets=_BUCKETS, registry=self._registry
        )
        self._loop_delay = Histogram(
            "qd_loop_delay_seconds", "How late the event loop runs", buckets=_BUCKETS, registry=self._registry
        )

    def gauge(self, name: str, help_text: str, *, value: Callable[[], float]) -> None:
        """Show a value that is asked for at each scrape."""
        Gauge(name, help_text, registry=self._registry).set_function(value)

    def watch(self, app: Sanic) -> None:  # type: ignore[type-arg]  # Sanic's own defaults
        """Count every answer of an application by its route's name (never by path: ids would be labels)."""

        async def begin(request: Request) -> None:
            request.ctx.counted_from = time.perf_counter()

        async def end(request: Request, response: BaseHTTPResponse) -> None:
            route = request.name or "none"
            self._requests.labels(route, request.method, str(response.status)).inc()
            began = getattr(request.ctx, "counted_from", None)
            if began is not None:
                self._seconds.labels(route).observe(time.perf_counter() - began)

        app.register_middleware(begin, "request")
        app.register_middleware(end, "response")

    def mount(self, blueprint: Blueprint) -> None:
        """Add ``/metrics``."""
        blueprint.add_route(self._scrape, "/metrics", methods=["GET"], name="metrics")

    async def sample_loop(self) -> None:
        """Measure how late the loop wakes, for ever."""
        while True:
            expected = time.perf_counter() + _LOOP_SAMPLE_S
            await asyncio.sleep(_LOOP_SAMPLE_S)
            self._loop_delay.observe(max(0.0, time.perf_counter() - expected))

    async def _scrape(self, _: Request) -> HTTPResponse:
        return HTTPResponse(generate_latest(self._registry), content_type=CONTENT_TYPE_LATEST)
