"""Acts are appended once each, by however many writers."""

import asyncio

from services.audit.chain import GENESIS, faults_of
from services.audit.log import AuditLog
from services.audit.model import HEAD_ID, Head
from tests.support.audit import LogBook, an_act


async def test_acts_stand_one_behind_another(book: LogBook) -> None:
    first = await book.log.record(an_act("a"))
    second = await book.log.record(an_act("b"))
    assert (first.seq, first.previous) == (1, GENESIS)
    assert (second.seq, second.previous) == (2, first.hash)
    assert faults_of(await book.all(), head=await book.log.head()) == []


async def test_the_same_act_is_recorded_once(book: LogBook) -> None:
    first = await book.log.record(an_act("a"))
    await book.log.record(an_act("b"))
    again = await book.log.record(an_act("a"))
    assert again.seq == first.seq
    assert len(await book.all()) == 2


async def test_many_writers_at_once_make_one_chain_with_each_act_once(book: LogBook) -> None:
    # Given two processes over one store, both told of the same acts
    other = AuditLog(book.entries, book.heads)
    acts = [an_act(f"k{number % 20}") for number in range(60)]
    # When all are recorded at once
    await asyncio.gather(*((book.log, other)[place % 2].record(act) for place, act in enumerate(acts)))
    # Then each stands there once, and the chain is whole
    entries = await book.all()
    assert sorted(entry.key for entry in entries) == sorted({act.key for act in acts})
    assert faults_of(entries, head=await book.log.head()) == []


async def test_a_writer_stopped_between_entry_and_head_leaves_a_log_that_goes_on(book: LogBook) -> None:
    # Given a head that was not moved
    first = await book.log.record(an_act("a"))
    await book.log.record(an_act("b"))
    head = await book.heads.get(HEAD_ID)
    await book.heads.save(Head(id=HEAD_ID, version=head.version, seq=1, hash=first.hash))
    # When the next act comes
    third = await book.log.record(an_act("c"))
    # Then it stands behind the last entry and the head is right again
    assert third.seq == 3
    assert (await book.heads.get(HEAD_ID)).seq == 3
    assert faults_of(await book.all(), head=await book.log.head()) == []


async def test_the_log_is_listed_newest_first_also_about_one_subject(book: LogBook) -> None:
    for key in "abc":
        await book.log.record(an_act(key))
    assert [entry.key for entry in (await book.log.listed()).documents] == ["c", "b", "a"]
    about = await book.log.listed(subject="QD20261124-7K3M9P", limit=2)
    assert [entry.key for entry in about.documents] == ["c", "b"]
    assert (await book.log.listed(subject="QD20261124-000000")).documents == ()
