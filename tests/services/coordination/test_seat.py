"""The seat: one process at a time, and the next one as soon as it may."""

from datetime import datetime, timedelta

import pytest

from services.coordination.seat import LASTING, SEATS, Seat
from services.database.collection import Database, StoreInUse
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.set_clock import SetClock


class Hurried(SetClock):
    """A clock on which every look takes a while, so that nobody waits in a test."""

    def now(self) -> datetime:
        """Return the moment, and let two seconds pass."""
        self.advance(timedelta(seconds=2))
        return super().now()


async def test_a_second_process_is_refused_while_the_first_renews_and_let_in_after_it_left(database: Database) -> None:
    clock = SetClock()
    first = Seat(database.collection(SEATS), clock=clock, is_needed=True)
    second = Seat(database.collection(SEATS), clock=Hurried(), is_needed=True, looks_every=timedelta(0))
    await database.open()
    await first.take()
    clock.advance(timedelta(days=1))
    assert await first.renewed()
    with pytest.raises(StoreInUse, match="QD_REDIS__URL"):
        await second.take()
    await first.leave()
    await second.take()
    assert not await first.renewed()


async def test_a_dead_holders_seat_is_taken_when_its_word_has_run_out(database: Database) -> None:
    clock = SetClock()
    collection = database.collection(SEATS)
    await database.open()
    await Seat(collection, clock=clock, is_needed=True).take()
    clock.advance(LASTING)
    heir = Seat(collection, clock=clock, is_needed=True)
    await heir.take()
    assert await heir.renewed()


async def test_where_no_seat_is_needed_nothing_is_written(database: Database) -> None:
    collection = database.collection(SEATS)
    await database.open()
    seat = Seat(collection, clock=SetClock(), is_needed=False)
    await seat.take()
    await seat.keep(lost=lambda: pytest.fail("nothing to lose"))
    await seat.leave()
    assert await collection.find("server") is None
