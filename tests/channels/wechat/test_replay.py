"""A platform's retry passes, a stamp used for something else does not."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from channels.wechat.replay import Replays
from channels.wechat.signature import WINDOW_S, Forged
from services.coordination.in_process import InProcessMemory
from services.errors import Unavailable


async def test_a_retry_of_one_message_passes_again_and_again() -> None:
    replays = Replays(InProcessMemory())
    for _ in range(3):
        await replays.check("main", "sig", message=("o1", "1"))
    with pytest.raises(Forged):
        await replays.check("main", "sig", message=("o1", "2"))


@pytest.mark.parametrize("other", [("o1", "2"), ("o2", "1"), ("o1\n1", "")])
async def test_a_stamp_used_for_another_message_or_person_is_refused(other: tuple[str, str]) -> None:
    replays = Replays(InProcessMemory())
    await replays.check("main", "sig", message=("o1", "1"))
    with pytest.raises(Forged, match="used again"):
        await replays.check("main", "sig", message=other)
    await replays.check("main", "sig", message=("o1", "1"))


async def test_accounts_and_stamps_do_not_disturb_each_other() -> None:
    memory = InProcessMemory()
    replays = Replays(memory)
    await replays.check("main", "sig", message=("o1", "1"))
    await replays.check("shinan", "sig", message=("o1", "2"))
    await replays.check("main", "other", message=("o1", "3"))
    with pytest.raises(Forged):
        await replays.check("shinan", "sig", message=("o1", "1"))


async def test_what_is_remembered_names_nobody_and_outlives_the_window() -> None:
    kept: list[tuple[str, str, timedelta]] = []

    class Watched(InProcessMemory):
        async def put_first(self, key: str, value: str, *, lasting: timedelta) -> str:
            kept.append((key, value, lasting))
            return value

    await Replays(Watched()).check("main", "sig", message=("oPerson", "1"))
    assert "oPerson" not in str(kept)
    assert kept[0][2] >= timedelta(seconds=2 * WINDOW_S)


async def test_without_a_memory_the_citizen_is_still_answered() -> None:
    class Down(InProcessMemory):
        async def put_first(self, key: str, value: str, *, lasting: timedelta) -> str:
            raise Unavailable("redis")

    with capture_logs() as logs:
        await Replays(Down()).check("main", "sig", message=("o1", "1"))
    assert [entry["log_level"] for entry in logs] == ["warning"]
