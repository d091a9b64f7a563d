"""The centre's staff read figures as JSON, page and spreadsheet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels.desk.routes_figures import FigureRoutes
from services.petitions.centre_commands import Accept
from tests.support.desk import Desk, a_desk, signed_in
from tests.support.figures import Life, a_figure_stage
from tests.support.petitions import AGENT, a_draft


@asynccontextmanager
async def desk_with_figures() -> AsyncIterator[Desk]:
    """Serve figures of some lives."""
    async with a_figure_stage() as stage:
        number = (await stage.ground.service.file(a_draft())).number
        await stage.ground.service.perform(number, Accept(), by=AGENT)
        await Life(stage.ground, seed=3).go_on(60)
        await stage.figures().step()
        routes = FigureRoutes(bulletins=stage.bulletins(), authenticate=signed_in)
        async with a_desk(*routes.endpoints(), mount=routes.mount) as desk:
            yield desk


async def test_a_bulletin_comes_in_three_forms_with_the_same_figures() -> None:
    async with desk_with_figures() as desk:
        status, bulletin = await desk.call("GET", "/bulletins/2026-11", by="supervisor1")
        assert status == 200
        accepted = str(bulletin["tables"][0]["total"]["accepted"])
        for form in ("html", "csv"):
            status, text = await desk.call("GET", f"/bulletins/2026-11/{form}", by="clerk1")
            assert status == 200
            assert accepted in text
            assert "合计" in text


async def test_a_days_counters_are_given_in_full() -> None:
    async with desk_with_figures() as desk:
        status, answer = await desk.call("GET", "/figures?day=2026-11-24", by="operator1")
        assert (status, answer["next"]) == (200, None)
        assert answer["cells"]
        assert (await desk.call("GET", "/figures?day=yesterday", by="operator1"))[0] == 422


async def test_departments_and_agents_and_strangers_are_refused() -> None:
    async with desk_with_figures() as desk:
        for path in (
            "/bulletins/2026-11",
            "/bulletins/2026-11.csv",
            "/bulletins/2026-11.html",
            "/figures?day=2026-11-24",
        ):
            assert (await desk.call("GET", path, by="lamps1"))[0] == 403
            assert (await desk.call("GET", path))[0] == 401
        assert (await desk.call("GET", "/bulletins/2026-99", by="clerk1"))[0] == 422
        assert (await desk.call("GET", "/bulletins/2020-01", by="clerk1"))[0] == 404
