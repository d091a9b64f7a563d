"""Measure the push: how many promises a second reach a receiver that takes 50 ms: ``python -m benchmarks.push``.

The relay as server.py wires it, on SQLite with durable commits, each promise to a person of its own, then several to
each. The receiver only waits, so that what is measured is ours: collecting, leasing, ordering, settling.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

import uvloop
from msgspec import Struct

from push.outbox import Outbox
from push.recipients import Recipients
from push.relay import Relay
from push.settings import PushSettings
from services.clock import SystemClock
from services.conversations.message import Channel, ContactPoint, Inbound, MessageKey, Text
from services.conversations.model import Response
from services.conversations.service import ConversationService
from services.conversations.store import ARCHIVES, CONVERSATIONS
from services.coordination.in_process import InProcessBell, InProcessFanout
from services.database.sqlite import SqliteDatabase
from services.outbox.delivery import DELIVERIES
from services.outbox.notice import Notice, Receipt

RECEIVER_S = 0.05
GOAL_PER_SECOND = 1_000.0


class Pushed(Struct, frozen=True, kw_only=True):
    """One run: so many messages to so many people, and what came of them."""

    messages: int
    people: int
    per_second: float
    per_cpu_second: float
    out_of_order: int


class Receiver:
    """A platform that takes its time and notes who was told what, in order."""

    def __init__(self, count: int) -> None:
        """Wait for so many messages."""
        self.told: dict[str, list[str]] = {}
        self.is_done = asyncio.Event()
        self._left = count

    async def send(self, notice: Notice) -> Receipt:
        """Take a notice."""
        await asyncio.sleep(RECEIVER_S)
        part = notice.parts[0]
        self.told.setdefault(notice.contact.address, []).append(part.body if isinstance(part, Text) else "")
        self._left -= 1
        if not self._left:
            self.is_done.set()
        return Receipt(way="benchmark")


async def pushed(folder: Path, *, people: int, each: int) -> Pushed:
    """Promise, then start the relay and measure until the last receiver has answered."""
    database, clock, bell = SqliteDatabase(folder / "push.db"), SystemClock(), InProcessBell()
    conversations = ConversationService(
        database.collection(CONVERSATIONS),
        database.collection(ARCHIVES),
        clock=clock,
        bell=bell,
        fanout=InProcessFanout(),
    )
    deliveries = database.collection(DELIVERIES)
    recipients = Recipients(conversations=conversations, public_url="http://127.0.0.1")
    sources = (database.collection(CONVERSATIONS),)
    await database.open()
    await asyncio.gather(*(promise(conversations, number, each=each) for number in range(people)))
    receiver = Receiver(people * each)
    relay = Relay(
        outbox=Outbox(sources=sources, deliveries=deliveries, recipients=recipients, clock=clock),
        deliveries=deliveries,
        recipients=recipients,
        senders={Channel.WECHAT: receiver},
        bell=bell,
        clock=clock,
        settings=PushSettings(),
    )
    began, spent = time.perf_counter(), time.process_time()
    running = asyncio.get_running_loop().create_task(relay.run())
    await receiver.is_done.wait()
    took, spent = time.perf_counter() - began, time.process_time() - spent
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await database.close()
    return Pushed(
        messages=people * each,
        people=people,
        per_second=round(people * each / took, 1),
        per_cpu_second=round(people * each / spent, 1),
        out_of_order=sum(heard != sorted(heard, key=int) for heard in receiver.told.values()),
    )


async def promise(conversations: ConversationService, number: int, *, each: int) -> None:
    """Let one person be promised so many answers, one after another."""
    contact = ContactPoint(channel=Channel.WECHAT, account="main", address=f"o{number}")
    for turn in range(each):
        now = SystemClock().now()
        inbound = Inbound(contact=contact, key=MessageKey(f"m{turn}"), part=Text(str(turn)), at=now)
        conversation = await conversations.open(contact)
        _ = await conversations.record(conversation, inbound, response=Response(replies=(Text(str(turn)),)), push=True)


def measure(*, people: int) -> list[Pushed]:
    """Return the runs: one message each, then four each to a quarter of the people."""
    found = []
    for count, each in ((people, 1), (people // 4, 4)):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
            with runner:
                found.append(runner.run(pushed(Path(folder), people=count, each=each)))
    return found


def shown(run: Pushed) -> str:
    """Return one line of a run."""
    verdict = "ok" if run.per_second >= GOAL_PER_SECOND else "MISSED"
    return (
        f"push to a {RECEIVER_S * 1000:.0f} ms receiver, {run.messages} to {run.people} people: {run.per_second:.0f}/s, "
        f"{run.per_cpu_second:.0f} per CPU-s, out of order {run.out_of_order}, must be >= {GOAL_PER_SECOND:.0f}/s  {verdict}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.push")
    parser.add_argument("--people", type=int, default=8_000)
    for run in measure(people=parser.parse_args().people):
        print(shown(run))


if __name__ == "__main__":
    main()
