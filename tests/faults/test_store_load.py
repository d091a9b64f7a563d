"""Closing and giving up in the middle of heavy work: what was acknowledged is stored, once."""

import asyncio
import random
import time
from collections import Counter
from pathlib import Path

from msgspec.structs import replace

from services.database.collection import Collection, Document, Index, Schema, StaleVersion, StoreUnavailable
from services.database.sqlite import SqliteDatabase

WRITERS = 200


class Count(Document, frozen=True, kw_only=True):
    value: int = 0


COUNTS = Schema(name="counts", document=Count, indexes=(Index("value", ("value",)),))


async def test_closing_under_load_keeps_what_was_acknowledged_and_tells_the_rest(tmp_path: Path) -> None:
    # Given 200 writers that never pause
    store = SqliteDatabase(tmp_path / "store.db")
    counts = store.collection(COUNTS)
    await store.open()
    acknowledged: dict[str, int] = {}
    started = asyncio.Event()

    async def write(name: str) -> None:
        count = await counts.add(Count(id=name))
        while True:
            acknowledged[name] = count.version
            if sum(acknowledged.values()) > WRITERS * 5:
                started.set()
            count = await counts.save(replace(count, value=count.value + 1))

    writing = asyncio.gather(*(write(f"writer-{n}") for n in range(WRITERS)), return_exceptions=True)
    await started.wait()
    # When the store is closed
    began = time.perf_counter()
    await store.close()
    # Then that takes no time, each writer is told, and everything acknowledged is stored, and nothing more
    assert time.perf_counter() - began < 2
    assert {type(result) for result in await writing} == {StoreUnavailable}
    again = SqliteDatabase(tmp_path / "store.db")
    counts = again.collection(COUNTS)
    await again.open()
    assert {count.id: count.version async for count in counts.scan()} == acknowledged
    await again.close()


async def test_callers_that_give_up_at_random_moments_neither_lose_nor_double_a_count(tmp_path: Path) -> None:
    # Given counters, each counted by one caller at a time, most of whom are cancelled while they wait
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    store = SqliteDatabase(tmp_path / "store.db")
    counts = store.collection(COUNTS)
    await store.open()
    outcomes: Counter[str] = Counter()

    async def count_up(name: str) -> None:
        sure, tried = 0, 0
        await counts.add(Count(id=name))
        for _ in range(15):
            tried += 1
            counting = asyncio.ensure_future(_add_one(counts, name))  # noqa: TID251 - cancelled by hand
            if moments.randrange(4):
                for _ in range(moments.randrange(100)):
                    await asyncio.sleep(0)
                counting.cancel()
            (result,) = await asyncio.gather(counting, return_exceptions=True)
            sure += result is None
        count = await counts.get(name)
        # Then every count that was acknowledged is there, and none was made twice
        assert sure <= count.value <= tried, f"seed {seed}"
        assert count.version == count.value + 1
        outcomes.update(sure=sure, given_up=tried - sure)

    # When that happens to many of them at once
    await asyncio.gather(*(count_up(f"counter-{n}") for n in range(60)))
    assert min(outcomes["sure"], outcomes["given_up"]) > 20, f"seed {seed}"
    await store.close()


async def _add_one(counts: Collection[Count], name: str) -> None:
    while True:
        count = await counts.get(name)
        try:
            await counts.save(replace(count, value=count.value + 1))
        except StaleVersion:  # the write of a caller that gave up came in between
            continue
        return
