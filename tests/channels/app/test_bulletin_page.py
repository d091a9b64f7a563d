"""Everybody reads the bulletins of months that are over."""

from datetime import timedelta

from channels.app.bulletin_page import bulletin_blueprint
from tests.channels.app.browsing import browsing
from tests.support.figures import Life, a_figure_stage

PLAIN = {"Accept-Encoding": "identity"}


async def test_last_months_bulletin_is_found_and_this_months_is_not() -> None:
    async with a_figure_stage() as stage:
        await Life(stage.ground, seed=3).go_on(60)
        await stage.figures().step()
        async with browsing(lambda: bulletin_blueprint(stage.bulletins())) as web:
            now = stage.ground.clock.now()
            async with web.get(f"/p/bulletins/{now:%Y-%m}", headers=PLAIN) as answer:
                assert answer.status == 404
            stage.ground.clock.advance(timedelta(days=31))
            async with web.get("/p/bulletins/", headers=PLAIN) as answer:
                html = await answer.text()
                assert (answer.status, answer.url.path) == (200, f"/p/bulletins/{now:%Y-%m}")
                assert "公开版" in html
                assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
            async with web.get(f"/p/bulletins/{now:%Y-%m}.csv", headers=PLAIN) as answer:
                assert answer.headers["Content-Type"].startswith("text/csv")
            for wrong in ("2020-01", "x", "2026-13.csv"):
                async with web.get(f"/p/bulletins/{wrong}", headers=PLAIN) as answer:
                    assert answer.status == 404
