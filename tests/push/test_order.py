"""What one receiver is told about one matter stays in order, for a bounded time, and holds up nobody else."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from push.order import LOOK_AGAIN, held_until
from services.conversations.message import Channel, Text
from services.database.collection import Database
from services.outbox.delivery import Delivery, DeliveryStatus
from services.outbox.notice import Notice, Receipt
from services.outbox.send_errors import SendDelayed, SendRefused
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.pushing import Phone, PushWorld, a_delivery
from tests.support.set_clock import SetClock

NOW = SetClock().now()
WAIT = timedelta(minutes=10)


def test_a_line_is_one_receiver_and_one_document_and_ends_with_the_delivery() -> None:
    waiting = a_delivery(7, due_in_s=0)
    assert waiting.line == a_delivery(8, due_in_s=60).line == "pt_1@cv_1"
    assert replace(waiting, id="pt_1:7@unit").line == "pt_1@unit"
    assert replace(waiting, due=None).line is None


@pytest.mark.parametrize(
    ("earlier", "seconds"),
    [
        ((), None),
        ((a_delivery(1, due_in_s=None),), None),
        ((a_delivery(1, due_in_s=30),), 30),
        ((a_delivery(1, due_in_s=-5),), 0),
        ((a_delivery(1, due_in_s=15, lease="other"),), 1),
        ((a_delivery(1, due_in_s=60), a_delivery(2, due_in_s=30)), 30),
        # One that will not be tried in time holds up nobody
        ((a_delivery(1, due_in_s=3_600),), None),
        ((a_delivery(1, due_in_s=3_600), a_delivery(2, due_in_s=30)), 30),
    ],
)
def test_one_waits_for_the_next_try_of_those_before_it(earlier: tuple[Delivery, ...], seconds: float | None) -> None:
    due = held_until(a_delivery(3, due_in_s=0), earlier, now=NOW, at_most=WAIT)
    assert due == (None if seconds is None else NOW + timedelta(seconds=seconds))


def test_after_its_time_nobody_waits_any_more() -> None:
    late, before = a_delivery(2, due_in_s=0), a_delivery(1, due_in_s=601)
    assert held_until(late, (before,), now=late.created_at + WAIT, at_most=WAIT) is None


def test_what_waits_for_working_hours_counts_its_time_from_then() -> None:
    morning = NOW + timedelta(hours=12)
    late = a_delivery(2, due_in_s=0, not_before=morning)
    before = a_delivery(1, due_in_s=12 * 3_600 + 5, not_before=morning)
    assert held_until(late, (before,), now=morning, at_most=WAIT) == morning + timedelta(seconds=5)


@given(dues=st.lists(st.floats(-3_600, 3_600)), leased=st.booleans(), passed=st.floats(0, 1_000))
def test_a_wait_never_lies_in_the_past_and_never_ends_after_its_bound(
    dues: list[float],
    leased: bool,  # noqa: FBT001 - drawn
    passed: float,
) -> None:
    late, now = a_delivery(99, due_in_s=0), NOW + timedelta(seconds=passed)
    earlier = [a_delivery(place, due_in_s=due, lease="x" * leased) for place, due in enumerate(dues)]
    due = held_until(late, earlier, now=now, at_most=WAIT)
    assert due is None or now <= due <= late.created_at + WAIT
    assert due is None or due - now <= max(WAIT, LOOK_AGAIN)


@pytest.fixture
async def world(database: Database) -> PushWorld:
    world = PushWorld(database, attempts_most=20)
    await database.open()
    return world


def heard(phone: Phone) -> list[str]:
    return [part.body for notice in phone.notices for part in notice.parts if isinstance(part, Text)]


async def test_a_later_message_does_not_overtake_one_that_was_delayed(world: PushWorld) -> None:
    # Given a first message that the platform does not take now
    await world.promise("1", key="m1")
    world.phone.failures = [SendDelayed("wechat.busy", retry_after=timedelta(seconds=30))]
    await world.relay().step()
    # When a second one is promised, to the same person in the same conversation, then it waits
    second = await world.promise("2", key="m2")
    await world.relay().step()
    assert heard(world.phone) == []
    waiting = await world.desk.life(second)
    assert (waiting.status, waiting.attempts) == (DeliveryStatus.WAITING, ())
    # And both go, in order, when the first may
    world.clock.advance(timedelta(seconds=40))
    await world.relay().step()
    assert heard(world.phone) == ["1", "2"]


async def test_in_one_line_the_rest_waits_when_its_first_fails(world: PushWorld) -> None:
    for number in range(3):
        await world.promise(f"{number}", key=f"m{number}")
    world.phone.failures = [SendDelayed("wechat.busy")]
    await world.relay().step()
    assert heard(world.phone) == []
    world.clock.advance(timedelta(seconds=2))
    await world.relay().step()
    assert heard(world.phone) == ["0", "1", "2"]


async def test_another_person_is_not_held_up(world: PushWorld) -> None:
    await world.promise("1", key="m1")
    world.phone.failures = [SendDelayed("wechat.busy", retry_after=timedelta(seconds=30))]
    await world.relay().step()
    await world.promise("2", key="m2", address="oCitizen2")
    await world.relay().step()
    assert heard(world.phone) == ["2"]


async def test_one_that_is_given_up_holds_up_nobody(world: PushWorld) -> None:
    await world.promise("1", key="m1")
    await world.promise("2", key="m2")
    world.phone.failures = [SendRefused("wechat.blocked")]
    await world.relay().step()
    assert heard(world.phone) == ["2"]


async def test_the_wait_has_an_end(world: PushWorld) -> None:
    # Given a first message that fails for hours
    first = await world.promise("1", key="m1")
    await world.promise("2", key="m2")
    until = world.clock.now() + timedelta(seconds=world.settings.order_wait_s)
    told_at: datetime | None = None
    while told_at is None:
        world.phone.failing_for = {first}
        await world.relay().step()
        if heard(world.phone):
            told_at = world.clock.now()
        world.clock.advance(timedelta(seconds=20))
    # Then the second goes as soon as no try of the first lies within its time any more
    assert heard(world.phone) == ["2"]
    assert until - timedelta(minutes=6) <= told_at <= until


async def test_with_the_setting_at_zero_nobody_waits(database: Database) -> None:
    world = PushWorld(database, attempts_most=20, order_wait_s=0)
    await database.open()
    await world.promise("1", key="m1")
    await world.promise("2", key="m2")
    world.phone.failures = [SendDelayed("wechat.busy")]
    await world.relay().step()
    assert heard(world.phone) == ["2"]


async def test_while_another_process_is_sending_the_earlier_one_the_later_waits(world: PushWorld) -> None:
    # Given an earlier message that another worker has leased
    first = await world.promise("1", key="m1")
    relay = world.relay()
    await relay._outbox.collect()
    leased = replace(await world.desk.life(first), lease="other", due=world.clock.now() + timedelta(seconds=15))
    leased = await world.deliveries.save(leased)
    await world.promise("2", key="m2")
    await relay.step()
    assert heard(world.phone) == []
    # When that one is done, then the later goes within a second
    await world.deliveries.save(replace(leased, lease="", due=None, status=DeliveryStatus.SENT))
    world.clock.advance(LOOK_AGAIN)
    await relay.step()
    assert heard(world.phone) == ["2"]


class Moody(Phone):
    """A platform that delays, refuses or takes by chance, and remembers the order of what it took by person."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.by_person: dict[str, list[int]] = defaultdict(list)
        self._chance = random.Random(seed)

    async def send(self, notice: Notice) -> Receipt:
        draw = self._chance.random()
        if draw < 0.3:
            raise SendDelayed("wechat.busy")
        if draw < 0.35:
            raise SendRefused("wechat.blocked")
        part = notice.parts[0]
        assert isinstance(part, Text)
        self.by_person[notice.contact.address].append(int(part.body))
        return Receipt(way="template")


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_fails_nobody_hears_a_later_word_before_an_earlier_one(database: Database, seed: int) -> None:
    # Given time for every retry
    world = PushWorld(database, attempts_most=20, order_wait_s=timedelta(days=30).total_seconds())
    await database.open()
    moody, chance = Moody(seed), random.Random(seed)
    relays = [world.relay(senders={Channel.WECHAT: moody}) for _ in range(2)]
    for number in range(40):
        person = f"oCitizen{chance.randrange(4)}"
        await world.promise(str(number), key=f"m{number}", address=person)
        await chance.choice(relays).step()
        world.clock.advance(timedelta(seconds=chance.choice((0, 1, 5))))
    while (await world.deliveries.query("due")).documents:
        world.clock.advance(timedelta(minutes=5))
        await chance.choice(relays).step()
    assert sum(map(len, moody.by_person.values())) > 25
    assert all(told == sorted(told) for told in moody.by_person.values())
