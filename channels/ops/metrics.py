"""Figures for Prometheus: requests by route, answer times, loop delay, and what other parts have to show."""

import asyncio
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic.response import BaseHTTPResponse

from channels.requests import TimedRequest, watch_answers

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 4.5, 10.0)
_LOOP_SAMPLE_S = 0.5
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Any other word counts as "other": a label that callers choose would grow without an end."""


Labelled = Callable[[], Mapping[tuple[str, ...], float]]
"""Values by the values of their labels, which are a closed set: asked for at each scrape."""


class Metrics:
    """Count what happens; one registry for each server, so that tests do not share figures.

    Every answer passes here, so it only adds to plain dictionaries; Prometheus' own objects are made at a scrape.
    """

    def __init__(self) -> None:
        """Begin at zero."""
        self._registry = CollectorRegistry()
        self._requests: dict[tuple[str, str, int], int] = {}
        self._seconds: dict[str, _Times] = {}
        self._loop_delay = _Times()
        self._registry.register(_Answers(self._requests, self._seconds, loop_delay=self._loop_delay))

    def gauge(self, name: str, help_text: str, *, value: Callable[[], float]) -> None:
        """Show a value that is asked for at each scrape."""
        Gauge(name, help_text, registry=self._registry).set_function(value)

    def gauges(self, name: str, help_text: str, *, labels: tuple[str, ...], values: Labelled) -> None:
        """Show several values that are asked for at each scrape."""
        self._registry.register(_LabelledValues(lambda: GaugeMetricFamily(name, help_text, labels=labels), values))

    def counter(self, name: str, help_text: str, *, labels: tuple[str, ...], values: Labelled) -> None:
        """Show counts that somebody else keeps; ``_total`` is added to the name."""
        self._registry.register(_LabelledValues(lambda: CounterMetricFamily(name, help_text, labels=labels), values))

    def watch(self, app: Sanic[Any, Any]) -> None:
        """Count every answer of an application by its route's name (never by path: ids would be labels)."""
        watch_answers(app, self._count)

    def _count(self, request: TimedRequest, response: BaseHTTPResponse) -> None:
        route = request.name or "none"
        key = (route, request.method if request.method in _METHODS else "other", response.status)
        self._requests[key] = self._requests.get(key, 0) + 1
        times = self._seconds.get(route)
        if times is None:
            times = self._seconds[route] = _Times()
        times.add(time.perf_counter() - request.began)

    def mount(self, blueprint: Blueprint) -> None:
        """Add ``/metrics``."""
        blueprint.add_route(self._scrape, "/metrics", methods=["GET", "HEAD"], name="metrics")

    async def sample_loop(self) -> None:
        """Measure how late the loop wakes, for ever."""
        while True:
            expected = time.perf_counter() + _LOOP_SAMPLE_S
            await asyncio.sleep(_LOOP_SAMPLE_S)
            self._loop_delay.add(max(0.0, time.perf_counter() - expected))

    async def _scrape(self, _: Request) -> HTTPResponse:
        return HTTPResponse(generate_latest(self._registry), content_type=CONTENT_TYPE_LATEST)


class _Times:
    """A histogram that costs one bisection an entry."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(_BUCKETS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(_BUCKETS, seconds)] += 1
        self.total += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """Return cumulative counts by upper bound, as Prometheus wants them."""
        bounds = [*map(str, _BUCKETS), "+Inf"]
        return list(zip(bounds, accumulate(self.counts), strict=True))


class _Answers(Collector):
    """Turn the plain figures into Prometheus' families at a scrape."""

    def __init__(
        self, requests: dict[tuple[str, str, int], int], seconds: dict[str, _Times], *, loop_delay: _Times
    ) -> None:
        self._requests = requests
        self._seconds = seconds
        self._loop_delay = loop_delay

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        requests = CounterMetricFamily("qd_requests", "Requests answered", labels=("route", "method", "status"))
        for (route, method, status), count in self._requests.items():
            requests.add_metric((route, method, str(status)), count)
        yield requests
        seconds = HistogramMetricFamily("qd_request_seconds", "Time to answer", labels=("route",))
        for route, times in self._seconds.items():
            seconds.add_metric((route,), times.buckets(), times.total)
        yield seconds
        delay = HistogramMetricFamily("qd_loop_delay_seconds", "How late the event loop runs")
        delay.add_metric((), self._loop_delay.buckets(), self._loop_delay.total)
        yield delay


class _LabelledValues(Collector):
    """Turn values by label into one of Prometheus' families at a scrape."""

    def __init__(self, family: Callable[[], CounterMetricFamily | GaugeMetricFamily], values: Labelled) -> None:
        self._family = family
        self._values = values

    def collect(self) -> Iterator[Metric]:
        """Yield the family."""
        family = self._family()
        for labels, value in self._values().items():
            family.add_metric(labels, value)
        yield family
