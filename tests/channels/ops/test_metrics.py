"""Figures are counted by route, method and status, and no caller can make them grow."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families
from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic.response import text

from channels.ops.metrics import Metrics
from channels.requests import TimedRequest
from tests.support.running import running


class World:
    """Two routes whose answers are counted."""

    url: str
    session: ClientSession

    def __init__(self) -> None:
        self.metrics = Metrics()

    async def call(self, method: str, path: str) -> None:
        """Call a route."""
        async with self.session.request(method, self.url + path):
            pass

    async def figures(self, name: str) -> dict[tuple[str, ...], float]:
        """Return the samples of a name by their labels' values, in the order of the labels' names."""
        async with self.session.get(f"{self.url}/metrics") as answer:
            families = list(text_string_to_metric_families(await answer.text()))
        return {
            tuple(value for _, value in sorted(sample.labels.items())): sample.value
            for family in families
            for sample in family.samples
            if sample.name == name and not sample.labels.get("route", "").endswith(".metrics")
        }


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    app = await asyncio.to_thread(application, world.metrics)
    async with running(app) as world.url, ClientSession() as world.session:
        yield world


def application(metrics: Metrics) -> Sanic:  # type: ignore[type-arg]  # its context does not matter here
    app = Sanic(f"metrics-{uuid4().hex}", request_class=TimedRequest, configure_logging=False)

    async def show(_: Request, number: str) -> HTTPResponse:
        return text(number)

    blueprint = Blueprint("city")
    blueprint.add_route(show, "/petitions/<number:str>", methods=["GET"], name="show")
    metrics.mount(blueprint)
    metrics.watch(app)
    app.blueprint(blueprint)
    return app


async def test_requests_are_counted_by_route_and_never_by_path(world: World) -> None:
    for number in range(5):
        await world.call("GET", f"/petitions/{number}")
    counted = await world.figures("qd_requests_total")
    assert [(method, route.split(".")[-1], status) for method, route, status in counted] == [("GET", "show", "200")]
    assert list(counted.values()) == [5.0]


async def test_what_callers_make_up_gets_no_label_of_its_own(world: World) -> None:
    for number in range(20):
        await world.call(f"BREW{number}", "/petitions/1")
        await world.call("GET", f"/nothing/{number}")
    counted = await world.figures("qd_requests_total")
    assert set(counted) == {("other", "none", "405"), ("GET", "none", "404")}
    assert sum(counted.values()) == 40


async def test_times_stand_in_buckets_that_add_up(world: World) -> None:
    await world.call("GET", "/petitions/1")
    buckets = list((await world.figures("qd_request_seconds_bucket")).values())
    assert buckets == sorted(buckets)
    assert buckets[-1] == 1.0
    (seconds,) = (await world.figures("qd_request_seconds_sum")).values()
    assert 0 < seconds < 5


async def test_a_gauge_is_asked_at_each_scrape(world: World) -> None:
    values = iter([3.0, 4.0])
    world.metrics.gauge("qd_things", "Things", value=lambda: next(values))
    assert [(await world.figures("qd_things"))[()] for _ in range(2)] == [3.0, 4.0]


async def test_the_delay_of_the_loop_is_sampled(world: World) -> None:
    async def until_sampled() -> None:
        while not (await world.figures("qd_loop_delay_seconds_bucket"))[("+Inf",)]:
            pass

    sampling = asyncio.ensure_future(world.metrics.sample_loop())  # noqa: TID251 - cancelled below
    await asyncio.wait_for(until_sampled(), 5)
    sampling.cancel()
    assert (await world.figures("qd_loop_delay_seconds_bucket"))[("+Inf",)] >= 1
