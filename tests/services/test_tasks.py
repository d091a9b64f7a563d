"""Background work is reported when it dies and stopped in bounded time."""

import asyncio
from datetime import timedelta

from structlog.testing import capture_logs

from services.tasks import Tasks

SOON = timedelta(milliseconds=50)


async def test_a_failure_is_logged_with_its_name_and_error_and_others_go_on() -> None:
    tasks, error = Tasks(), ValueError("broken")
    going_on = asyncio.Event()

    async def fails() -> None:
        raise error

    async def waits() -> None:
        await going_on.wait()

    with capture_logs() as lines:
        other = tasks.start("other", waits())
        tasks.launch("fails", fails())
        await tasks.drain(timedelta(milliseconds=20))
    assert [(line["event"], line["task"], line["exc_info"]) for line in lines] == [("task failed", "fails", error)]
    assert not other.done()
    going_on.set()
    await other


async def test_what_is_done_is_forgotten() -> None:
    tasks = Tasks()
    for number in range(100):
        tasks.launch(f"{number}", asyncio.sleep(0))
    await tasks.drain(SOON)
    assert not tasks._running


async def test_stopping_cancels_and_lets_clean_up_without_a_word() -> None:
    tasks, steps = Tasks(), list[str]()

    async def loops() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("cleaned up")

    with capture_logs() as lines:
        tasks.launch("loops", loops())
        await asyncio.sleep(0)
        await tasks.stop()
    assert (steps, lines) == (["cleaned up"], [])


async def test_what_is_started_while_stopping_is_stopped_too() -> None:
    tasks, begun = Tasks(), asyncio.Event()

    async def starts_another() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            tasks.launch("another", _never(begun))

    tasks.launch("first", starts_another())
    await asyncio.sleep(0)
    await tasks.stop()
    assert not tasks._running


async def _never(begun: asyncio.Event) -> None:
    begun.set()
    await asyncio.Event().wait()


async def test_a_task_that_ignores_its_cancellation_is_named_and_not_waited_for() -> None:
    tasks, release = Tasks(), asyncio.Event()

    async def deaf() -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    with capture_logs() as lines:
        tasks.launch("deaf", deaf())
        await asyncio.sleep(0)
        await tasks.stop(SOON)
    assert [(line["event"], line["task"]) for line in lines] == [("task ignored its cancellation", "deaf")]
    release.set()
    await tasks.drain(SOON)


async def test_stopping_and_draining_nothing_is_nothing() -> None:
    tasks = Tasks()
    await tasks.stop()
    await tasks.drain(SOON)
    assert not tasks._running
