"""What stamps came with is known to the next process too."""

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from channels.wechat.replay import REMEMBERED, Replays
from channels.wechat.signature import Forged
from channels.wechat.stamps import StampFile
from services.coordination.in_process import InProcessMemory
from services.tasks import Tasks
from tests.support.set_clock import SetClock


class Process:
    """One process with a memory of its own and the file of all."""

    def __init__(self, path: Path, clock: SetClock, *, lines_most: int = 100) -> None:
        self.file = StampFile(
            InProcessMemory(lambda: clock.now().timestamp()), path=path, clock=clock, lines_most=lines_most
        )
        self.replays = Replays(self.file)

    async def sees(self, signature: str, message: str) -> None:
        """Take one callback's stamp."""
        await self.replays.check("main", signature, message=("o1", message))


async def test_after_a_restart_a_stamp_used_for_another_message_is_refused_and_a_retry_passes(tmp_path: Path) -> None:
    # Given a process that was killed after it had written
    path, clock = tmp_path / "stamps.jsonl", SetClock()
    first = Process(path, clock)
    await first.sees("sig", "1")
    await first.file.write()
    # When the next one has started
    clock.advance(timedelta(seconds=60))
    second = Process(path, clock)
    assert await second.file.load() == 1
    # Then a retry passes and another message does not
    await second.sees("sig", "1")
    with pytest.raises(Forged):
        await second.sees("sig", "2")


async def test_what_is_older_than_any_stamp_may_be_is_not_loaded(tmp_path: Path) -> None:
    path, clock = tmp_path / "stamps.jsonl", SetClock()
    first = Process(path, clock)
    await first.sees("old", "1")
    await first.file.write()
    clock.advance(REMEMBERED)
    await first.sees("new", "1")
    await first.file.write()
    assert await Process(path, clock).file.load() == 1


async def test_a_stop_writes_the_rest(tmp_path: Path) -> None:
    path, clock, tasks = tmp_path / "stamps.jsonl", SetClock(), Tasks()
    first = Process(path, clock)
    running = tasks.start("stamps", first.file.run())
    await first.sees("sig", "1")
    while not running.get_coro().cr_await:  # type: ignore[union-attr]  # begun
        await tasks.drain(timedelta(0))
    await tasks.stop()
    assert await Process(path, clock).file.load() == 1


async def test_a_line_that_was_cut_short_costs_that_line_alone(tmp_path: Path) -> None:
    path, clock = tmp_path / "stamps.jsonl", SetClock()
    for number in range(2):
        process = Process(path, clock)
        await process.sees(f"sig{number}", "1")
        await process.file.write()
        path.write_bytes(path.read_bytes() + b'[1764000000,"wechat:ma')
    assert await Process(path, clock).file.load() == 2


async def test_the_file_is_bounded_and_the_newest_are_kept(tmp_path: Path) -> None:
    path, clock = tmp_path / "stamps.jsonl", SetClock()
    process = Process(path, clock, lines_most=10)
    for number in range(55):
        await process.sees(f"sig{number}", "1")
        await process.file.write()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["stamps.jsonl", "stamps.older"]
    after = Process(path, clock, lines_most=10)
    assert 10 <= await after.file.load() <= 20
    with pytest.raises(Forged):
        await after.sees("sig54", "2")


async def test_a_disk_that_takes_nothing_is_logged_and_nobody_is_turned_away(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    process = Process(blocked / "stamps.jsonl", SetClock())
    await process.sees("sig", "1")
    with capture_logs() as logs:
        await process.file.write()
    assert [line["event"] for line in logs] == ["stamps not written down"]
    await process.sees("sig", "1")
    with pytest.raises(Forged):
        await process.sees("sig", "2")


async def test_a_refused_stamp_is_not_written_down(tmp_path: Path) -> None:
    path, clock = tmp_path / "stamps.jsonl", SetClock()
    process = Process(path, clock)
    await process.sees("sig", "1")
    with pytest.raises(Forged):
        await process.sees("sig", "2")
    await process.file.write()
    assert await Process(path, clock).file.load() == 1
