"""A status push is a promise: the server is killed while it sends, and everybody is told all the same, in order.

A template message carries a key by which the platform drops a repeat: nobody reads one twice. A customer message has no
key there: what was under way at a kill may be read twice, and is counted here.
"""

import asyncio
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from services.clock import SystemClock
from services.conversations.message import Channel, ContactPoint
from services.conversations.model import Conversation, Reach, citizen_id, conversation_id
from services.conversations.store import CONVERSATIONS
from services.database.sqlite import SqliteDatabase
from services.promises import Pending, Topic
from tests.support.measured import keep_figures
from tests.support.outside_platform import OutsidePlatform
from tests.support.restarting import Restarting

KILLS = 2
PERSONS = 150
PUSHES = 2 * PERSONS
IN_FLIGHT = 16
RESUMED_WITHIN_S = 5.0
TOPICS = (Topic.PETITION_ACCEPTED, Topic.PETITION_DISPATCHED)


@pytest.mark.timeout(120)
async def test_every_push_arrives_though_the_server_is_killed_while_it_sends(tmp_path: Path) -> None:
    # Given 300 status pushes, half of them as templates and half as customer messages, to a platform that takes its time
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    await _promise_everybody(tmp_path / "live.db")
    async with OutsidePlatform().serving() as platform:
        platform.latency_s = 0.25
        settings = {"QD_PUSH__IN_FLIGHT": str(IN_FLIGHT)}
        async with Restarting(tmp_path, platform_url=platform.url, extra=_TEMPLATES, **settings) as server:
            resumed: list[float] = []
            # When the server is killed again and again in the middle of sending
            for _ in range(KILLS):
                await _more_calls(platform, platform.calls)
                await asyncio.sleep(moments.uniform(0.0, 1.0))
                await server.kill()
                before = platform.calls
                await server.start()
                began = time.monotonic()
                await _more_calls(platform, before)
                resumed.append(time.monotonic() - began)
            await _quiet(platform)
    # Then nobody was left out
    shown = Counter(platform.customer) + Counter(platform.templates)
    told = Counter(person for person, _ in shown)
    assert told == {_openid(number): len(TOPICS) for number in range(PERSONS)}, f"seed {seed}"
    # And no template was read twice, though some were sent twice
    assert set(Counter(platform.templates).values()) == {1}, f"seed {seed}"
    # And of the customer messages at most what was under way at the kills
    doubled = sum(count - 1 for count in Counter(platform.customer).values())
    assert doubled <= KILLS * IN_FLIGHT, f"seed {seed}"
    # And each person was told in the order of events
    for number in range(1, PERSONS, 2):
        first_told = list(dict.fromkeys(platform.customer_to(_openid(number))))
        assert ["受理" in first_told[0], "转交" in first_told[1]] == [True, True], f"seed {seed}"
    # And sending went on as soon as the server was back
    assert max(resumed) < RESUMED_WITHIN_S, f"seed {seed}: {resumed}"
    repeats = sum(platform.template_calls.values()) - len(platform.templates)
    keep_figures(
        "push kill",
        kills=KILLS,
        pushes=PUSHES,
        lost=0,
        templates_sent_again=repeats,
        templates_shown_twice=0,
        customer_messages_shown_twice=doubled,
        resumed_s=[round(seconds, 2) for seconds in resumed],
    )


async def _promise_everybody(path: Path) -> None:
    store = SqliteDatabase(path)
    conversations = store.collection(CONVERSATIONS)
    await store.open()
    now = SystemClock().now()
    async with asyncio.TaskGroup() as group:
        for number in range(PERSONS):
            account = "plain" if number % 2 else "main"
            contact = ContactPoint(channel=Channel.WECHAT, account=account, address=_openid(number))
            key, who = conversation_id(contact), citizen_id(contact)
            facts = {"number": f"QD20261124-{number:06d}", "department": "青岛市公安局", "due": "2026-12-01"}
            promises = tuple(
                Pending(
                    id=f"pt_{number}:{place}", topic=topic, at=now, citizen_id=who, conversation_id=key, facts=facts
                )
                for place, topic in enumerate(TOPICS)
            )
            reach = Reach(message_at=now)
            conversation = Conversation(id=key, contact=contact, citizen_id=who, reach=reach, pending=promises)
            _ = group.create_task(conversations.add(conversation))
    await store.close()


def _openid(number: int) -> str:
    return f"oCitizen{number:05d}abcdefgh"


async def _more_calls(platform: OutsidePlatform, before: int) -> None:
    await platform.until(lambda: platform.calls > before)


async def _quiet(platform: OutsidePlatform) -> None:
    """Wait until everything has arrived, and a little for what should not."""
    await platform.until(lambda: len(set(platform.customer)) + len(platform.templates) == PUSHES, within_s=30)
    await asyncio.sleep(1.0)


_TEMPLATES = "\n".join(
    f'[wechat.templates."{topic}"]\nid = "template-1"\nfields = {{ character_string1 = "number", phrase2 = "status" }}\n'
    for topic in TOPICS
)
