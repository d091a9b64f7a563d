"""A petition stays bounded and loses nothing."""

import msgspec
import pytest
from msgspec.structs import replace

from services.database.collection import Collection, Database
from services.petitions.model import Event, HistoryPart
from services.petitions.store import HISTORY, HISTORY_MOST, KEPT, KEPT_BYTES, part_id, shortened, whole_history
from services.petitions.transitions import Action, ActorRole, Status
from tests.support.database import database as database  # noqa: PLC0414  # a fixture, imported by name
from tests.support.petitions import TUESDAY, a_petition


@pytest.fixture
async def parts(database: Database) -> Collection[HistoryPart]:
    collection = database.collection(HISTORY)
    await database.open()
    return collection


def events(count: int, *, first: int = 1, internal: str = "") -> tuple[Event, ...]:
    return tuple(
        Event(
            seq=seq,
            at=TUESDAY,
            action=Action.SUPERVISE,
            status=Status.HANDLING,
            role=ActorRole.SUPERVISOR,
            internal=internal,
        )
        for seq in range(first, first + count)
    )


async def test_a_short_history_stays_where_it_is(parts: Collection[HistoryPart]) -> None:
    petition = replace(a_petition(), history=events(HISTORY_MOST))
    assert await shortened(petition, parts) == petition


async def test_a_long_history_moves_its_older_events_out_and_is_whole_together(parts: Collection[HistoryPart]) -> None:
    petition = replace(a_petition(), history=events(HISTORY_MOST + 1))
    short = await shortened(petition, parts)
    assert len(short.history) == KEPT
    assert short.revision == petition.revision
    assert short.archived == (1,)
    assert await whole_history(short, parts) == petition.history


async def test_a_heavy_history_moves_out_too(parts: Collection[HistoryPart]) -> None:
    petition = replace(a_petition(), history=events(KEPT + 20, internal="字" * 400))
    short = await shortened(petition, parts)
    assert len(msgspec.json.encode(short.history)) <= KEPT_BYTES + KEPT
    assert short.history[-1] == petition.history[-1]
    assert await whole_history(short, parts) == petition.history


async def test_a_history_can_move_out_again_and_again(parts: Collection[HistoryPart]) -> None:
    petition = replace(a_petition(), history=events(HISTORY_MOST + 1))
    once = await shortened(petition, parts)
    grown = replace(once, history=(*once.history, *events(HISTORY_MOST, first=once.revision + 1)))
    twice = await shortened(grown, parts)
    assert len(twice.archived) == 2
    whole = await whole_history(twice, parts)
    assert [event.seq for event in whole] == list(range(1, len(whole) + 1))


async def test_a_move_that_was_begun_before_a_lost_race_is_finished_not_repeated(
    parts: Collection[HistoryPart],
) -> None:
    # Given a part that was stored, and then the petition's save was stale
    petition = replace(a_petition(), history=events(HISTORY_MOST + 1))
    await shortened(petition, parts)
    # When the next try comes with one event more
    longer = replace(petition, history=events(HISTORY_MOST + 2))
    short = await shortened(longer, parts)
    # Then no event is lost or doubled
    assert await whole_history(short, parts) == longer.history
    assert (await parts.get(part_id(petition.id, 1))).events == petition.history[:-KEPT]
