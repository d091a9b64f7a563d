"""The simulated plug-in answers as it is told, and insists on what the interface asks of us."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from simulators.plugins.__main__ import create_app, settings_for_server
from simulators.plugins.routes import PREFIX, PluginRoutes
from tests.support.running import running

CANDIDATES = [{"code": "1", "name": "护照", "score": 0.3}, {"code": "2", "name": "身份证补领", "score": 0.2}]
QUESTION = {"text": "身份证补领", "candidates": CANDIDATES, "deadline_ms": 300}


class Outside:
    """Talk to the plug-in as the city would."""

    def __init__(self, base: str, session: ClientSession) -> None:
        self._base = base
        self._session = session

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        async with self._session.request(method, f"{self._base}{PREFIX}/{path}", json=body) as answer:
            return answer.status, await answer.json(content_type=None)


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    app = create_app(PluginRoutes(), name=f"plugins_{uuid4().hex}")
    async with running(app) as base, ClientSession() as session:
        yield Outside(base, session)


async def test_a_good_ranker_prefers_what_the_text_names(outside: Outside) -> None:
    assert await outside.call("POST", "rank", QUESTION) == (200, {"order": ["2", "1"]})


@pytest.mark.parametrize(
    ("manner", "order"),
    [("reversed", ["2", "1"]), ("foreign", ["000000000000", "1"]), ("twice", ["2", "2"]), ("left_out", ["2"])],
)
async def test_an_order_is_what_it_was_told_to_be(outside: Outside, manner: str, order: list[str]) -> None:
    await outside.call("PUT", "behaviour", {"manner": manner})
    _, answer = await outside.call("POST", "rank", QUESTION)
    assert answer["order"] == order


async def test_a_rewriter_says_what_it_was_told(outside: Outside) -> None:
    await outside.call("PUT", "behaviour", {"says": "身份证补领"})
    answer = await outside.call("POST", "rewrite", {"text": "小本本", "deadline_ms": 300})
    assert answer == (200, {"text": "身份证补领"})


@pytest.mark.parametrize(
    "body", [{}, {"text": "x", "candidates": [], "deadline_ms": 300}, {**QUESTION, "deadline_ms": 0}]
)
async def test_a_question_that_does_not_fit_the_interface_is_refused(outside: Outside, body: object) -> None:
    status, _ = await outside.call("POST", "rank", body)
    assert status == 400
    assert await outside.call("GET", "questions") == (200, {"questions": []})


async def test_what_was_asked_can_be_looked_at(outside: Outside) -> None:
    await outside.call("POST", "rank", QUESTION)
    _, kept = await outside.call("GET", "questions")
    assert kept["questions"] == [QUESTION]


def test_the_printed_settings_name_both_ways() -> None:
    lines = settings_for_server("http://127.0.0.1:8200").splitlines()
    assert lines == [
        f"QD_PLUGINS__RANKER__URL=http://127.0.0.1:8200{PREFIX}/rank",
        f"QD_PLUGINS__REWRITER__URL=http://127.0.0.1:8200{PREFIX}/rewrite",
    ]
