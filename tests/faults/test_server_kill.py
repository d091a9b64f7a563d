"""A server that is killed at any moment, under load, loses nothing it acknowledged and does nothing twice.

Twelve kills by default; ``FAULT_ROUNDS=200 make test T=tests/faults/test_server_kill.py`` goes on for some minutes. A
failure names the seed and the file with the history.
"""

import asyncio
import os
import random
from contextlib import suppress
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
INSTALLATIONS = 2
"""Side by side, because a start is the work of one processor."""
ALIVE_MOST_S = 1.2
SAFE, PLAIN, APP = 40, 40, 20
"""Citizens of each installation."""
ENOUGH = 10 * ROUNDS
"""Messages that each installation must have acknowledged before its kills prove anything."""
KILLS = ROUNDS // INSTALLATIONS
LIVES_SHORT = 3
"""Every third life ends at any moment, even before anybody was heard. The others end no sooner than their share of
messages was acknowledged: on a busy machine a server would barely speak before it is killed, and prove nothing."""
LIVES_MOST_S = 30.0


@pytest.mark.timeout(120 + 8 * ROUNDS)
async def test_nothing_acknowledged_is_lost_or_done_twice_over_kills(tmp_path: Path) -> None:
    # Given 200 citizens who write, complain and file at once, and servers that are killed at random moments
    seed = random.randrange(2**32)
    folders = [tmp_path / f"town-{number}" for number in range(INSTALLATIONS)]
    lives = await asyncio.gather(*(_lived_through_kills(folder, f"{seed}-{folder.name}") for folder in folders))
    # Then each store holds every acknowledged thing once, in order, with its answer
    verdicts = [
        judge(Store(folder / "live.db"), history.lines) for folder, (history, _) in zip(folders, lives, strict=True)
    ]
    figures = keep_figures(
        "server kill",
        kills=sum(kills for _, kills in lives),
        acknowledged=sum(verdict.acknowledged for verdict in verdicts),
        petitions=sum(verdict.numbers for verdict in verdicts),
        lost=sum(len(verdict.lost) for verdict in verdicts),
        doubled=sum(len(verdict.doubled) for verdict in verdicts),
        unknown=sum(verdict.unknown for verdict in verdicts),
    )
    report = f"seed {seed}; {figures}; {tmp_path}"
    for verdict in verdicts:
        assert (verdict.lost, verdict.doubled, verdict.broken) == ([], [], []), report
        assert verdict.acknowledged >= ENOUGH, report
        assert verdict.numbers > ROUNDS, report


async def _lived_through_kills(folder: Path, seed: str) -> tuple[History, int]:
    """Let one installation serve its citizens over its kills, and return what they were told and how many it were."""
    folder.mkdir()
    moments = random.Random(seed)
    history = History(folder / "history.jsonl")
    async with OutsidePlatform().serving() as platform, ClientSession(connector=TCPConnector(limit=0)) as session:
        scaled = {"QD_LIMITS__ANSWER_WITHIN_S": "1.6"}
        async with Restarting(folder, platform_url=platform.url, **scaled) as server:
            town = Town(server.url, session, history, seed=seed)
            everybody: list[WeChatCitizen | ApiCitizen] = [
                *(WeChatCitizen(town, server.safe, number) for number in range(SAFE)),
                *(WeChatCitizen(town, server.plain, number + 1_000) for number in range(PLAIN)),
                *(ApiCitizen(town, number) for number in range(APP)),
            ]
            async with asyncio.TaskGroup() as group:
                for citizen in everybody:
                    _ = group.create_task(citizen.live())
                for life in range(1, KILLS + 1):
                    if life % LIVES_SHORT:
                        await _heard_enough(history, ENOUGH * life // KILLS)
                    await asyncio.sleep(moments.uniform(0.0, ALIVE_MOST_S))
                    await server.kill()
                    await server.start()
                await _heard_enough(history, ENOUGH)
                town.is_over.set()
            _ = history.write()
            await _settled(platform)
            # Every number that was given out opens.
            await asyncio.to_thread(_assert_all_open, Api(server.url), history)
    return history, KILLS


async def _heard_enough(history: History, count: int) -> None:
    """Wait until so many messages were acknowledged, at most half a minute."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LIVES_MOST_S):
            await history.until(lambda: _acknowledged(history) >= count)


def _acknowledged(history: History) -> int:
    return sum(line["op"] == "say" and line["outcome"] == "ok" for line in history.lines)


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
