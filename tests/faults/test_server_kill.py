"""A server that is killed at any moment, under load, loses nothing it acknowledged and does nothing twice.

Twelve kills by default; ``FAULT_ROUNDS=200 make test T=tests/faults/test_server_kill.py`` goes on for some minutes. A
failure names the seed and the file with the history.
"""

import asyncio
import os
import random
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector

from tests.support.kill_checker import Store, judge
from tests.support.live import Api
from tests.support.measured import keep_figures
from tests.support.outside_load import ApiCitizen, History, Town, WeChatCitizen
from tests.support.outside_platform import OutsidePlatform
from tests.support.restarting import Restarting

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "12"))
ALIVE_MOST_S = 1.0
SAFE, PLAIN, APP = 80, 80, 40


@pytest.mark.timeout(120 + 8 * ROUNDS)
async def test_nothing_acknowledged_is_lost_or_done_twice_over_kills(tmp_path: Path) -> None:
    # Given 200 citizens who write, complain and file at once
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    history = History(tmp_path / "history.jsonl")
    async with OutsidePlatform().serving() as platform, ClientSession(connector=TCPConnector(limit=0)) as session:
        scaled = {"QD_LIMITS__ANSWER_WITHIN_S": "1.6"}
        async with Restarting(tmp_path, platform_url=platform.url, **scaled) as server:
            town = Town(server.url, session, history, seed=seed)
            everybody: list[WeChatCitizen | ApiCitizen] = [
                *(WeChatCitizen(town, server.safe, number) for number in range(SAFE)),
                *(WeChatCitizen(town, server.plain, number + 1_000) for number in range(PLAIN)),
                *(ApiCitizen(town, number) for number in range(APP)),
            ]
            async with asyncio.TaskGroup() as group:
                for citizen in everybody:
                    _ = group.create_task(citizen.live())
                # When the server is killed again and again, at random moments
                for _ in range(ROUNDS):
                    await asyncio.sleep(moments.uniform(0.0, ALIVE_MOST_S))
                    await server.kill()
                    await server.start()
                town.is_over.set()
            await _settled(platform)
            # Then every number that was given out opens
            _assert_all_open(Api(server.url), history)
    # And the store holds each acknowledged thing once, in order, with its answer
    verdict = judge(Store(tmp_path / "live.db"), history.lines)
    figures = keep_figures(
        "server kill",
        kills=ROUNDS,
        acknowledged=verdict.acknowledged,
        petitions=verdict.numbers,
        lost=len(verdict.lost),
        doubled=len(verdict.doubled),
        unknown=verdict.unknown,
    )
    report = f"seed {seed}; {figures}; {history.write()}"
    assert (verdict.lost, verdict.doubled, verdict.broken) == ([], [], []), report
    assert verdict.acknowledged > 20 * ROUNDS, report
    assert verdict.numbers > ROUNDS, report


async def _settled(platform: OutsidePlatform, *, quiet_s: float = 1.0, at_most_s: float = 20.0) -> None:
    """Wait until the platform has heard nothing for a while."""
    async with asyncio.timeout(at_most_s):
        before = -1
        while before != len(platform.customer):
            before = len(platform.customer)
            await asyncio.sleep(quiet_s)


def _assert_all_open(api: Api, history: History) -> None:
    for line in history.lines:
        if line["op"] == "file":
            assert api.call("GET", f"/api/v1/petitions/{line['number']}?key={line['key']}")[0] == 200, line
