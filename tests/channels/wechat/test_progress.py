"""How far a message has come is kept by message, and rubbish means from the start."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from channels.wechat.progress import Progress, Stage, notice_key, reply_key
from services.conversations.message import Text
from services.coordination.in_process import InProcessMemory
from tests.channels.wechat import platform
from tests.channels.wechat.down import DownMemory
from tests.channels.wechat.sending import CONTACT, a_notice, a_reply


async def test_a_stage_is_kept_by_its_message() -> None:
    progress = Progress(InProcessMemory())
    await progress.note("a", Stage(2, 3))
    assert await progress.of("a") == Stage(2, 3)
    assert await progress.of("b") == Stage(0, 0)


@pytest.mark.parametrize("raw", ["", "1", "x:y", "1:", "-1:2"])
async def test_rubbish_means_from_the_start(raw: str) -> None:
    memory = InProcessMemory()
    await memory.put("a", raw, lasting=timedelta(hours=1))
    assert await Progress(memory).of("a") == Stage(0, 0)


async def test_a_memory_that_is_down_is_passed_over() -> None:
    progress = Progress(DownMemory())
    with capture_logs() as logs:
        await progress.note("a", Stage(1, 1))
        assert await progress.of("a") == Stage(0, 0)
    assert [entry["log_level"] for entry in logs] == ["warning", "warning"]


def test_callback_and_sender_find_the_same_reply() -> None:
    assert notice_key(a_reply(Text("好"), first_seq=7)) == reply_key(CONTACT, 7)
    assert notice_key(a_notice()) != notice_key(a_notice(delivery="d2"))
    assert platform.OPENID not in reply_key(CONTACT, 7)
