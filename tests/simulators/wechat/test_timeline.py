"""Keep and watch what a phone shows."""

import asyncio
from datetime import timedelta

from simulators.wechat.content import Origin, Text
from simulators.wechat.timeline import KEPT, Timeline
from tests.support.set_clock import SetClock


def test_entries_are_numbered_and_the_oldest_fall_off(clock: SetClock) -> None:
    timeline = Timeline(clock)
    for number in range(KEPT + 10):
        timeline.show(Origin.FOLLOWER, Text(str(number)))
    kept = timeline.after(0)
    assert [kept[0].seq, kept[-1].seq, len(kept)] == [11, KEPT + 10, KEPT]
    assert timeline.after(KEPT + 8)[0].content == Text(str(KEPT + 8))


async def test_a_watcher_sees_at_once_what_is_there_and_wakes_for_what_comes(clock: SetClock) -> None:
    timeline = Timeline(clock)
    first = timeline.show(Origin.FOLLOWER, Text("一"))
    assert await timeline.changed(0, within=timedelta(seconds=5)) == (first,)
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(timeline.changed(first.seq, within=timedelta(seconds=5)))
        await asyncio.sleep(0)
        second = timeline.show(Origin.PASSIVE, Text("二"))
    assert watching.result() == (second,)


async def test_a_watcher_goes_home_with_nothing_when_the_time_is_over_or_only_the_state_changed(
    clock: SetClock,
) -> None:
    timeline = Timeline(clock)
    assert await timeline.changed(0, within=timedelta()) == ()
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(timeline.changed(0, within=timedelta(seconds=5)))
        await asyncio.sleep(0)
        timeline.wake()
    assert watching.result() == ()
