"""The spill file: what was acknowledged comes back, in order, whatever stands between."""

import asyncio
import multiprocessing
import resource
from pathlib import Path

import pytest

from channels.spill import SpillFile
from tests.support.conversations import an_inbound


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spill.jsonl"


async def test_what_is_kept_comes_back_in_order_until_it_is_cleared(path: Path) -> None:
    spill = SpillFile(path)
    kept = [an_inbound(f"第{number}条", key=f"m{number}") for number in range(5)]
    for inbound in kept:
        await spill.keep(inbound)
    assert await spill.take() == tuple(kept)
    await spill.clear(tuple(kept[:2]))
    assert await spill.take() == tuple(kept[2:])
    await spill.clear(tuple(kept))
    assert not path.exists()


async def test_a_line_cut_short_by_a_crash_spoils_neither_the_lines_before_nor_the_one_after(path: Path) -> None:
    # Given a crash in the middle of a line
    first, after = an_inbound(key="m1"), an_inbound(key="m3")
    await SpillFile(path).keep(first)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    # When the next process keeps a message
    spill = SpillFile(path)
    await spill.keep(after)
    # Then both whole ones are there, and clearing them clears the rest too
    assert await spill.take() == (first, after)
    await spill.clear((first, after))
    assert not path.exists()


async def test_what_is_kept_between_taking_and_clearing_stays(path: Path) -> None:
    spill, other_process = SpillFile(path), SpillFile(path)
    await spill.keep(an_inbound(key="m1"))
    taken = await spill.take()
    assert await other_process.take() == taken
    late = an_inbound(key="m2")
    await other_process.keep(late)
    # When both clear what both took
    await spill.clear(taken)
    await other_process.clear(taken)
    # Then nothing else went
    assert await spill.take() == (late,)


async def test_a_disk_that_is_full_leaves_the_file_as_it_was(path: Path) -> None:
    spill = SpillFile(path)
    first, last = an_inbound(key="m1"), an_inbound(key="m3")
    await spill.keep(first)
    size = path.stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, hard))
    try:
        with pytest.raises(OSError, match="large"):
            await spill.keep(an_inbound(key="m2"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.stat().st_size == size
    await spill.keep(last)
    assert await spill.take() == (first, last)


async def test_messages_that_come_at_once_are_all_kept_though_some_give_up_waiting(path: Path) -> None:
    # Given 200 messages at once, some of whose callers have no time left
    spill = SpillFile(path)
    kept = [an_inbound(f"{number}", key=f"m{number}") for number in range(200)]

    async def keep(number: int) -> None:
        async with asyncio.timeout(0 if number % 3 == 0 else 5):
            await spill.keep(kept[number])

    outcomes = await asyncio.gather(*(keep(number) for number in range(200)), return_exceptions=True)
    # Then all that were told so are in the file
    taken = await spill.take()
    assert {kept[number].key for number in range(200) if outcomes[number] is None} <= {one.key for one in taken}
    assert [outcomes[number] is None for number in range(200)] == [number % 3 != 0 for number in range(200)]


async def test_two_processes_may_keep_at_the_same_time(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=_keep_many, args=(path, name)) for name in ("a", "b")]
    for other in others:
        other.start()
    for other in others:
        await asyncio.to_thread(other.join)
    assert len(await SpillFile(path).take()) == 40


def _keep_many(path: Path, name: str) -> None:
    async def keep() -> None:
        spill = SpillFile(path)
        await asyncio.gather(*(spill.keep(an_inbound(key=f"{name}{number}")) for number in range(20)))

    asyncio.run(keep())
