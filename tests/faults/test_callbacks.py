"""The platform's callbacks as they really come: repeated, shuffled, all at once, while parts of ours hang."""

import asyncio
import random
import threading
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from channels.inbox import InboxSettings
from channels.time_limit import TimeLimit
from services.database.sql import Sql, sql
from tests.support.faulty_store import FaultyConnection
from tests.support.kill_checker import Store
from tests.support.measured import keep_figures
from tests.support.outside_platform import OutsidePlatform
from tests.support.outside_system import Gate, Town, outside_town
from tests.support.outside_wechat import Account, Call, Heard, text_call

pytestmark = pytest.mark.asyncio(loop_scope="module")

MESSAGES, PERSONS = 1_000, 100
AT_ONCE = 200
REAL = InboxSettings(messages_per_minute=0)
SCALED = InboxSettings(messages_per_minute=0, answer_within_s=1.0, keep_within_s=0.6)
SCALED_LIMIT_S = 2.5
"""A second and what 200 calls at once cost on a busy machine: client and server share one loop here."""
COMMIT = sql("COMMIT")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with (
        OutsidePlatform().serving() as platform,
        outside_town(tmp_path_factory.mktemp("callbacks"), platform) as town,
    ):
        yield town


@contextmanager
def limits(town: Town, settings: InboxSettings) -> Iterator[None]:
    """Give the inbox other limits for a while."""
    inbox = town.running.system.inbox
    before, time_limit = inbox._settings, inbox._time_limit
    inbox._settings, inbox._time_limit = settings, TimeLimit(settings.decide_within_s)
    try:
        yield
    finally:
        inbox._settings, inbox._time_limit = before, time_limit


async def test_a_thousand_messages_in_one_to_four_copies_out_of_order_have_a_thousand_effects(town: Town) -> None:
    # Given 1,000 messages of 100 citizens in both modes, each in one to four copies, shuffled within a window
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    deliveries: list[tuple[Account, Call]] = []
    for number in range(MESSAGES):
        account = dice.choice((town.safe, town.plain))
        call = text_call(
            account, f"oShuffled{number % PERSONS:05d}", f"公积金怎么提取 s{number}", message_id=f"9{number:05d}"
        )
        deliveries += [(account, call)] * dice.randint(1, 4)
    dice.shuffle(deliveries)
    # When they come with up to 200 under way at once
    answers: dict[str, list[str]] = defaultdict(list)
    room = asyncio.Semaphore(AT_ONCE)

    async def deliver(account: Account, call: Call) -> None:
        async with room:
            heard = await town.post(account, call, waits_s=10)
        assert heard.status == 200
        answers[call.message_id].append(heard.reply)

    with limits(town, REAL):
        async with asyncio.TaskGroup() as group:
            for account, call in deliveries:
                _ = group.create_task(deliver(account, call))
    # Then every copy of a message got the same answer
    assert {message_id for message_id, replies in answers.items() if len(set(replies)) > 1} == set(), f"seed {seed}"
    # And each message stands in its conversation once, without gaps
    said = _said(town)
    assert {said[f"公积金怎么提取 s{number}"] for number in range(MESSAGES)} == {1}, f"seed {seed}"
    keep_figures("shuffled copies", messages=MESSAGES, deliveries=len(deliveries), effects=MESSAGES)


async def test_a_stamp_that_comes_again_with_another_message_is_refused(town: Town) -> None:
    for number, account in enumerate((town.safe, town.plain)):
        # Given a message that came
        openid = f"oReplayed{number}"
        first = text_call(account, openid, "第一句", message_id=f"81{number}")
        heard = await town.post(account, first)
        assert heard.status == 200
        # When somebody sends another one under its stamp
        other = text_call(account, openid, "偷换的一句", message_id=f"82{number}")
        stolen = Call(openid=openid, message_id=other.message_id, query=first.query, body=other.body)
        # Then it is refused and has no effect, while the platform's own repeat is answered as before
        assert (await town.post(account, stolen)).status == 403
        assert _said(town)["偷换的一句"] == 0
        assert (await town.post(account, first)).reply == heard.reply
        assert _said(town)["第一句"] == number + 1


async def test_a_repeat_after_a_restart_gets_the_first_answer(tmp_path: Path) -> None:
    async with OutsidePlatform().serving() as platform:
        # Given a message that was answered before the server stopped
        async with outside_town(tmp_path, platform) as town:
            call = text_call(town.safe, "oRestart", "身份证丢了怎么补办", message_id="71")
            first = await town.post(town.safe, call)
            assert "身份证" in first.reply
        # When the platform repeats it to the next process
        async with outside_town(tmp_path, platform) as town:
            again = await town.post(town.safe, call)
            # Then the answer is the same and nothing happened twice
            assert again.reply == first.reply
            assert _said(town)["身份证丢了怎么补办"] == 1


async def test_while_the_answers_hang_200_callbacks_are_acknowledged_in_time_and_answered_later_once(
    town: Town,
) -> None:
    # Given answers that hang
    gate = Gate(town)
    gate.shut()
    calls = [
        text_call(town.safe, f"oHung{number:05d}", f"社保卡怎么办 h{number}", message_id=f"6{number:05d}")
        for number in range(AT_ONCE)
    ]
    with limits(town, SCALED):
        # When 200 citizens write at once, and the platform repeats half of it though it was acknowledged
        first = await asyncio.gather(*(town.post(town.safe, call) for call in calls))
        repeats = [asyncio.ensure_future(town.post(town.safe, call)) for call in calls[::2]]  # noqa: TID251 - gathered below
        gate.open()
        again = await asyncio.gather(*repeats)
    # Then every try was acknowledged in time, without an answer
    _assert_acknowledged(first, within_s=SCALED_LIMIT_S)
    _assert_acknowledged(again, within_s=SCALED_LIMIT_S)
    # And every answer comes once, as a customer message
    await _told(town, [call.openid for call in calls])
    assert {_said(town)[f"社保卡怎么办 h{number}"] for number in range(AT_ONCE)} == {1}
    keep_figures("hung answers", callbacks=AT_ONCE, slowest_s=round(max(heard.took_s for heard in first), 2))


async def test_while_the_disk_hangs_200_callbacks_are_kept_in_the_file_and_answered_later_once(town: Town) -> None:
    # Given a disk that takes nothing
    with _hanging_disk(town), limits(town, SCALED):
        # When 200 citizens write at once
        calls = [
            text_call(town.safe, f"oDisk{number:05d}", f"居住证怎么办 d{number}", message_id=f"5{number:05d}")
            for number in range(AT_ONCE)
        ]
        heard = await asyncio.gather(*(town.post(town.safe, call) for call in calls))
        # Then all of them are acknowledged in time, for they stand in a file
        _assert_acknowledged(heard, within_s=SCALED_LIMIT_S)
        assert (town.running.folder / "spill.jsonl").exists()
        # And nothing else pretends: the app is told to come again, and nobody is told "ready"
        ready = await town.client.call("GET", "/health/ready")
        assert ready.status == 503
    # When it works again, then every answer comes once
    await _told(town, [call.openid for call in calls])
    assert {_said(town)[f"居住证怎么办 d{number}"] for number in range(AT_ONCE)} == {1}
    assert (await town.client.call("GET", "/health/ready")).status == 200
    keep_figures("hung disk", callbacks=AT_ONCE, slowest_s=round(max(one.took_s for one in heard), 2))


async def test_with_the_real_limits_no_callback_takes_longer_than_four_and_a_half_seconds(town: Town) -> None:
    gate = Gate(town)
    gate.shut()
    calls = [
        text_call(town.plain, f"oReal{number:03d}", "公交卡怎么办", message_id=f"4{number:03d}") for number in range(20)
    ]
    with limits(town, REAL):
        heard = await asyncio.gather(*(town.post(town.plain, call) for call in calls))
    _assert_acknowledged(heard, within_s=4.5)
    assert min(one.took_s for one in heard) > 4.0, "the answer was given every chance"
    gate.open()
    await _told(town, [call.openid for call in calls])


async def test_a_crash_between_the_acknowledgement_and_the_answer_loses_nothing(tmp_path: Path) -> None:
    async with OutsidePlatform().serving() as platform:
        # Given messages that were acknowledged while their answers hung, by a process that then ended
        async with outside_town(tmp_path, platform) as town:
            Gate(town).shut()
            calls = [
                text_call(town.safe, f"oCrash{number:03d}", f"驾驶证怎么换 c{number}", message_id=f"3{number:03d}")
                for number in range(50)
            ]
            with limits(town, SCALED):
                _assert_acknowledged(await asyncio.gather(*(town.post(town.safe, call) for call in calls)), within_s=3)
            assert platform.customer == []
        # When the next process starts, then it answers each of them, once
        async with outside_town(tmp_path, platform) as town:
            await _told(town, [call.openid for call in calls])
            assert {_said(town)[f"驾驶证怎么换 c{number}"] for number in range(50)} == {1}


def _assert_acknowledged(heard: list[Heard], *, within_s: float) -> None:
    assert {one.status for one in heard} == {200}
    assert {one.reply for one in heard} == {""}
    assert max(one.took_s for one in heard) < within_s


async def _told(town: Town, openids: list[str]) -> None:
    """Wait until everybody was sent something, and then for what must not come."""
    await town.platform.until(lambda: {person for person, _ in town.platform.customer}.issuperset(openids))
    await asyncio.sleep(0.3)
    told = Counter(person for person, _ in town.platform.customer)
    assert {openid: told[openid] for openid in openids if told[openid] != 1} == {}


def _said(town: Town) -> Counter[str]:
    """Count every text of a citizen in the store, and check that no conversation has gaps."""
    store = Store(town.running.folder / "system.db")
    said: Counter[str] = Counter()
    for conversation in store.conversations:
        messages = store.transcript(conversation)
        assert [message["seq"] for message in messages] == list(range(1, conversation.get("seq", 0) + 1))
        said.update(message["parts"][0].get("body", "") for message in messages if message["from"] == "citizen")
    return said


@contextmanager
def _hanging_disk(town: Town) -> Iterator[None]:
    """Let every commit hang while the block lasts."""
    writer = town.running.system.ground.database._parts.writer  # type: ignore[attr-defined]  # SQLite's
    real, goes_on = writer._connection, threading.Event()
    faulty = FaultyConnection(real)

    def hang(statement: Sql) -> None:
        if statement == COMMIT:
            _ = goes_on.wait(30)

    faulty.before = hang
    writer._connection = faulty
    try:
        yield
    finally:
        faulty.before = lambda _: None
        goes_on.set()
