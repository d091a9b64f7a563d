"""What every document engine promises; test_contract.py runs it on each of them.

A subclass brings the fixture `place`: one empty store, and how to connect to it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.database.collection import (
    AlreadyExists,
    BadCursor,
    Collection,
    Database,
    Document,
    Index,
    MissingDocument,
    Range,
    Schema,
    StaleVersion,
    StoreUnavailable,
    UndecodableDocument,
    UnstorableDocument,
)

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


class Status(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Case(Document, frozen=True, kw_only=True):
    """A document with one field of every kind that an index may hold."""

    group: str = ""
    status: Status = Status.OPEN
    due: datetime | None = None
    rank: int | None = None
    is_urgent: bool = False
    title: str | None = None
    weight: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def waiting(self) -> datetime | None:
        """When an open case is due."""
        return self.due if self.status is Status.OPEN else None


CASES = Schema(
    name="cases",
    document=Case,
    indexes=(
        Index("waiting", ("waiting",)),
        Index("group", ("group", "rank", "title")),
        Index("due", ("due", "rank")),
        Index("rank", ("rank",)),
        Index("urgent", ("is_urgent", "status")),
    ),
)

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
CASE_LISTS = st.lists(
    st.builds(
        lambda rank, title, due: (rank, title, due),
        st.none() | st.integers(-3, 3) | st.sampled_from([-(2**63), 2**63 - 1]),
        st.none() | WORDS,
        st.none() | st.datetimes(timezones=st.just(UTC)),
    ),
    max_size=25,
)


class Place:
    """One store of one engine, to which clients connect."""

    def __init__(self, connect: Callable[[], Database], *, serves_several: bool) -> None:
        self._connect = connect
        self._serves_several = serves_several
        self._clients: list[Database] = []

    async def client(self, *schemas: Schema[Any]) -> Database:
        """Give an open client that knows these schemas."""
        new = self._connect()
        for schema in schemas:
            new.collection(schema)
        self._clients.append(new)
        await new.open()
        return new

    async def rival(self, first: Database, *schemas: Schema[Any]) -> Database:
        """Give a second client beside the first, or the first again where the engine serves only one process."""
        return await self.client(*schemas) if self._serves_several else first

    async def close(self) -> None:
        """Close all clients."""
        while self._clients:
            await self._clients.pop().close()


class Contract:
    """The promises, one test each."""

    @pytest.fixture
    async def database(self, place: Place) -> AsyncIterator[Database]:
        yield await place.client(CASES)
        await place.close()

    @pytest.fixture
    def cases(self, database: Database) -> Collection[Case]:
        return database.collection(CASES)

    # ------------------------------------------------------------------------------------------------ one document

    async def test_an_added_document_comes_back_at_version_one(self, cases: Collection[Case]) -> None:
        case = Case(id="a", due=NOON, rank=7, title="水管爆裂 🚰", weight=1.5, notes=("第一", "second"))
        added = await cases.add(case)
        assert added == replace(case, version=1)
        assert await cases.get("a") == added
        assert await cases.find("a") == added

    async def test_an_id_that_is_taken_is_refused_and_the_first_stays(self, cases: Collection[Case]) -> None:
        first = await cases.add(Case(id="a", title="first"))
        with pytest.raises(AlreadyExists):
            await cases.add(Case(id="a", title="second"))
        assert await cases.get("a") == first

    async def test_a_save_raises_the_version_by_one(self, cases: Collection[Case]) -> None:
        added = await cases.add(Case(id="a"))
        saved = await cases.save(replace(added, title="new"))
        assert saved == Case(id="a", title="new", version=2)
        assert await cases.get("a") == saved

    async def test_a_stale_save_is_refused_and_changes_nothing(self, cases: Collection[Case]) -> None:
        before = await cases.add(Case(id="a"))
        saved = await cases.save(replace(before, title="faster"))
        with pytest.raises(StaleVersion):
            await cases.save(replace(before, title="slower"))
        assert await cases.get("a") == saved

    async def test_a_document_that_is_gone_cannot_be_saved(self, cases: Collection[Case]) -> None:
        added = await cases.add(Case(id="a"))
        await cases.delete(added)
        with pytest.raises(StaleVersion):
            await cases.save(added)
        assert await cases.find("a") is None

    async def test_a_document_never_added_cannot_be_saved(self, cases: Collection[Case]) -> None:
        with pytest.raises(StaleVersion):
            await cases.save(Case(id="a"))
        assert await cases.find("a") is None

    async def test_a_stale_delete_is_refused_and_the_document_stays(self, cases: Collection[Case]) -> None:
        before = await cases.add(Case(id="a"))
        saved = await cases.save(before)
        with pytest.raises(StaleVersion):
            await cases.delete(before)
        assert await cases.get("a") == saved

    async def test_a_deleted_document_is_gone_from_every_index_and_can_be_added_again(
        self, cases: Collection[Case]
    ) -> None:
        added = await cases.add(Case(id="a", rank=1))
        await cases.delete(added)
        with pytest.raises(StaleVersion):
            await cases.delete(added)
        assert (await cases.query("rank")).documents == ()
        assert (await cases.add(Case(id="a", rank=1))).version == 1

    async def test_a_missing_document_is_none_or_an_error(self, cases: Collection[Case]) -> None:
        with pytest.raises(MissingDocument):
            await cases.get("nobody")
        assert await cases.find("nobody") is None

    @pytest.mark.parametrize("odd", ["", "\ud83d", "x" * 5_000, "a\x00b", "' OR 1=1 --", "$ne", '{"$gt": ""}'])
    async def test_an_odd_id_finds_nothing(self, cases: Collection[Case], odd: str) -> None:
        await cases.add(Case(id="a"))
        assert await cases.find(odd) is None

    @pytest.mark.parametrize(
        "document_id", ["汉字", "🚰", "e\u0301", "a b", "x" * 1_000, "a\x00b", "a'b", "a.b$c", "\N{LINE SEPARATOR}"]
    )
    async def test_any_text_is_an_id(self, cases: Collection[Case], document_id: str) -> None:
        added = await cases.add(Case(id=document_id, rank=1, title=document_id))
        assert await cases.get(document_id) == added
        assert (await cases.query("rank")).documents == (added,)

    async def test_a_large_document_comes_back(self, cases: Collection[Case]) -> None:
        added = await cases.add(Case(id="a", notes=("市民" * 250_000, "é" * 500_000)))
        assert await cases.get("a") == added

    @pytest.mark.parametrize(
        "changes",
        [
            {"weight": float("nan")},
            {"weight": float("inf")},
            {"notes": "no tuple"},
            {"notes": ("half \ud83d",)},
            {"rank": "seven"},
            {"rank": 2**63},
            {"title": "x" * 1_001},
            {"due": NOON.replace(tzinfo=None)},
            {"status": "unheard of"},
            {"notes": ("x" * 9_000_000,)},
        ],
        ids=lambda changes: next(iter(changes)),
    )
    async def test_what_would_not_come_back_as_itself_is_refused_and_changes_nothing(
        self, cases: Collection[Case], changes: dict[str, Any]
    ) -> None:
        before = await cases.add(Case(id="a"))
        with pytest.raises(UnstorableDocument):
            await cases.add(replace(before, id="b", **changes))
        with pytest.raises(UnstorableDocument):
            await cases.save(replace(before, **changes))
        assert await cases.find("b") is None
        assert await cases.get("a") == before

    @pytest.mark.parametrize("odd", ["", "\ud83d", "x" * 1_001])
    async def test_an_id_nobody_could_ask_for_is_refused(self, cases: Collection[Case], odd: str) -> None:
        with pytest.raises(UnstorableDocument):
            await cases.add(Case(id=odd))

    # ------------------------------------------------------------------------------------------------------- races

    async def test_of_two_saves_of_one_version_exactly_one_wins(self, place: Place, database: Database) -> None:
        one, other = database.collection(CASES), (await place.rival(database, CASES)).collection(CASES)
        for number in range(30):
            before = await one.add(Case(id=f"race-{number}"))
            results = await asyncio.gather(
                one.save(replace(before, title="one")),
                other.save(replace(before, title="other")),
                one.save(replace(before, title="third")),
                return_exceptions=True,
            )
            (winner,) = [result for result in results if isinstance(result, Case)]
            assert [type(result) for result in results].count(StaleVersion) == 2
            assert await other.get(before.id) == winner

    async def test_of_two_adds_of_one_id_exactly_one_wins(self, place: Place, database: Database) -> None:
        one, other = database.collection(CASES), (await place.rival(database, CASES)).collection(CASES)
        for number in range(30):
            results = await asyncio.gather(
                one.add(Case(id=f"race-{number}", title="one")),
                other.add(Case(id=f"race-{number}", title="other")),
                return_exceptions=True,
            )
            (winner,) = [result for result in results if isinstance(result, Case)]
            assert [type(result) for result in results].count(AlreadyExists) == 1
            assert await one.get(winner.id) == winner

    async def test_a_save_and_a_delete_of_one_version_cannot_both_win(self, place: Place, database: Database) -> None:
        one, other = database.collection(CASES), (await place.rival(database, CASES)).collection(CASES)
        for number in range(20):
            before = await one.add(Case(id=f"race-{number}"))
            saved, deleted = await asyncio.gather(one.save(before), other.delete(before), return_exceptions=True)
            assert isinstance(saved, StaleVersion) != isinstance(deleted, StaleVersion)
            assert (await one.find(before.id) is None) == (deleted is None)

    async def test_a_lease_is_never_taken_by_two(self, place: Place, database: Database) -> None:
        # Given work that waits, and workers on two clients that each claim by one save
        clients = [database, await place.rival(database, CASES)]
        for number in range(20):
            await clients[0].collection(CASES).add(Case(id=f"work-{number:02}", rank=number))
        taken: list[tuple[str, str]] = []

        async def work(name: str, cases: Collection[Case]) -> None:
            while page := (await cases.query("rank", limit=3)).documents:
                for case in page:
                    try:
                        await cases.save(replace(case, rank=None, title=name))
                    except StaleVersion:
                        continue
                    taken.append((case.id, name))

        # When all of them take what they can
        await asyncio.gather(*(work(f"worker-{n}", clients[n % 2].collection(CASES)) for n in range(6)))

        # Then everything was taken once, by the one whose name it bears
        assert sorted(case_id for case_id, _ in taken) == [f"work-{number:02}" for number in range(20)]
        for case_id, name in taken:
            assert (await clients[0].collection(CASES).get(case_id)).title == name

    async def test_no_increment_is_lost(self, place: Place, database: Database) -> None:
        clients = [database, await place.rival(database, CASES)]
        await clients[0].collection(CASES).add(Case(id="counter", rank=0))

        async def count(cases: Collection[Case]) -> None:
            for _ in range(5):
                while True:
                    case = await cases.get("counter")
                    try:
                        await cases.save(replace(case, rank=(case.rank or 0) + 1))
                    except StaleVersion:
                        continue
                    break

        await asyncio.gather(*(count(clients[n % 2].collection(CASES)) for n in range(8)))
        counter = await clients[0].collection(CASES).get("counter")
        assert (counter.rank, counter.version) == (40, 41)

    async def test_a_caller_that_gives_up_leaves_a_whole_document_or_none(self, cases: Collection[Case]) -> None:
        for number in range(20):
            adding = asyncio.ensure_future(cases.add(Case(id=f"case-{number}", title="whole")))  # noqa: TID251 - cancelled by hand
            for _ in range(number % 4):
                await asyncio.sleep(0)
            adding.cancel()
            await asyncio.wait([adding])
        await cases.add(Case(id="later"))
        found = [await cases.find(f"case-{number}") for number in range(20)]
        assert all(case is None or (case.title, case.version) == ("whole", 1) for case in found)

    # --------------------------------------------------------------------------------------------------- queries

    async def test_a_document_without_the_first_field_is_not_in_the_index(self, cases: Collection[Case]) -> None:
        case = await cases.add(Case(id="a", due=NOON))
        await cases.add(Case(id="b"))
        assert (await cases.query("waiting")).documents == (case,)
        closed = await cases.save(replace(case, status=Status.CLOSED))
        assert (await cases.query("waiting")).documents == ()
        assert (await cases.query("due")).documents == (closed,)
        reopened = await cases.save(replace(closed, status=Status.OPEN))
        assert (await cases.query("waiting")).documents == (reopened,)

    async def test_a_range_includes_its_start_and_not_its_end(self, cases: Collection[Case]) -> None:
        for rank in range(6):
            await cases.add(Case(id=f"case-{rank}", rank=rank))

        async def ranks(within: Range, *, descending: bool = False) -> list[int | None]:
            page = await cases.query("rank", within=within, descending=descending)
            return [case.rank for case in page.documents]

        assert await ranks(Range(at_least=2, below=4)) == [2, 3]
        assert await ranks(Range(at_least=4)) == [4, 5]
        assert await ranks(Range(below=2)) == [0, 1]
        assert await ranks(Range(at_least=2, below=4), descending=True) == [3, 2]
        assert await ranks(Range(at_least=4, below=2)) == []
        assert await ranks(Range()) == [0, 1, 2, 3, 4, 5]

    async def test_a_range_behind_an_equality_leaves_out_none(self, cases: Collection[Case]) -> None:
        for number, rank in enumerate([None, 1, 2, 3]):
            await cases.add(Case(id=f"case-{number}", group="g", rank=rank))
        await cases.add(Case(id="other", group="h", rank=2))
        below = await cases.query("group", {"group": "g"}, within=Range(below=3))
        assert [case.rank for case in below.documents] == [1, 2]
        everything = await cases.query("group", {"group": "g"})
        assert [case.rank for case in everything.documents] == [None, 1, 2, 3]
        without = await cases.query("group", {"group": "g", "rank": None})
        assert [case.id for case in without.documents] == ["case-0"]

    async def test_moments_are_compared_as_moments(self, cases: Collection[Case]) -> None:
        shanghai = timezone(timedelta(hours=8))
        moments = [
            datetime(1, 1, 1, tzinfo=UTC),
            datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            NOON.astimezone(shanghai),
            NOON + timedelta(microseconds=1),
            (NOON + timedelta(microseconds=2)).astimezone(shanghai),
            datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        ]
        for number, moment in enumerate(reversed(moments)):
            await cases.add(Case(id=f"case-{number}", due=moment))
        page = await cases.query("due")
        assert [case.due for case in page.documents] == moments
        exact = await cases.query("due", {"due": NOON})
        assert [case.id for case in exact.documents] == ["case-3"]

    async def test_texts_are_ordered_by_code_point(self, cases: Collection[Case]) -> None:
        # UTF-16 would put the emoji before the private-use character, a collation the small letters first.
        titles = ["", "A", "Z", "a", "é", "市", "\uffff", "🚰"]
        for number, title in enumerate(reversed(titles)):
            await cases.add(Case(id=f"case-{number}", group="g", rank=1, title=title))
        page = await cases.query("group", {"group": "g", "rank": 1})
        assert [case.title for case in page.documents] == titles

    async def test_truth_and_closed_sets_can_be_asked_for(self, cases: Collection[Case]) -> None:
        for number in range(4):
            status = Status.CLOSED if number % 2 else Status.OPEN
            await cases.add(Case(id=f"case-{number}", is_urgent=number > 1, status=status))
        page = await cases.query("urgent", {"is_urgent": True, "status": Status.CLOSED})
        assert [case.id for case in page.documents] == ["case-3"]

    @given(rows=CASE_LISTS, limit=st.integers(1, 7), descending=st.booleans())
    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    async def test_pages_give_everything_once_and_in_order(
        self,
        cases: Collection[Case],
        rows: list[tuple[int | None, str | None, datetime | None]],
        limit: int,
        descending: bool,  # noqa: FBT001 - hypothesis passes it by name
    ) -> None:
        group = uuid4().hex
        added = [
            await cases.add(Case(id=f"{group}-{number}", group=group, rank=rank, title=title, due=due))
            for number, (rank, title, due) in enumerate(rows)
        ]
        found = await everything(cases, {"group": group}, descending=descending, limit=limit)
        assert found == sorted(added, key=_group_order, reverse=descending)

    @given(rows=CASE_LISTS, edges=st.tuples(st.integers(-4, 4), st.integers(-4, 4)), descending=st.booleans())
    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    async def test_pages_of_a_range_give_all_of_it_once_and_in_order(
        self,
        cases: Collection[Case],
        rows: list[tuple[int | None, str | None, datetime | None]],
        edges: tuple[int, int],
        descending: bool,  # noqa: FBT001 - hypothesis passes it by name
    ) -> None:
        group = uuid4().hex
        added = [
            await cases.add(Case(id=f"{group}-{number}", group=group, rank=rank, title=title, due=due))
            for number, (rank, title, due) in enumerate(rows)
        ]
        within = Range(at_least=edges[0], below=edges[1])
        found = await everything(cases, {"group": group}, descending=descending, limit=2, within=within)
        inside = [case for case in added if case.rank is not None and edges[0] <= case.rank < edges[1]]
        assert found == sorted(inside, key=_group_order, reverse=descending)

    @given(data=st.data())
    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    async def test_what_stays_is_seen_once_whatever_comes_and_goes_between_pages(
        self, cases: Collection[Case], data: st.DataObject
    ) -> None:
        # Given documents that stay, some that go, and a reader that pages
        group = uuid4().hex
        ranks = data.draw(st.lists(st.integers(0, 5), min_size=4, max_size=16))
        added = [
            await cases.add(Case(id=f"{group}-{number}", group=group, rank=rank)) for number, rank in enumerate(ranks)
        ]
        going = added[:: data.draw(st.integers(2, 4))]
        staying = [case for case in added if case not in going]
        descending = data.draw(st.booleans())
        seen: list[str] = []
        cursor, number = None, 0
        # When between any two pages one document is added and one is deleted
        while True:
            page = await cases.query("group", {"group": group}, after=cursor, limit=2, descending=descending)
            seen += [case.id for case in page.documents]
            cursor, number = page.next, number + 1
            if cursor is None:
                break
            if len(seen) < 60:
                rank = data.draw(st.integers(0, 5))
                await cases.add(Case(id=f"{group}-new-{number}", group=group, rank=rank))
            if going:
                await cases.delete(going.pop())
        # Then whatever was there throughout was seen, and nothing twice
        assert {case.id for case in staying} <= set(seen)
        assert len(seen) == len(set(seen))

    async def test_a_last_page_that_is_full_has_no_next(self, cases: Collection[Case]) -> None:
        for number in range(4):
            await cases.add(Case(id=f"case-{number}", rank=1))
        first = await cases.query("rank", limit=2)
        assert first.next is not None
        assert (await cases.query("rank", after=first.next, limit=2)).next is None

    async def test_a_bound_may_move_between_pages(self, cases: Collection[Case]) -> None:
        for number in range(4):
            await cases.add(Case(id=f"case-{number}", rank=number))
        first = await cases.query("rank", within=Range(below=3), limit=2)
        second = await cases.query("rank", within=Range(below=4), after=first.next, limit=2)
        assert [case.rank for case in (*first.documents, *second.documents)] == [0, 1, 2, 3]

    @pytest.mark.parametrize("garbage", ["", "x", "%%%", "é", "AAAA", "A" * 70_000, "gAAAAABf", "null"])
    async def test_a_cursor_that_is_none_is_refused(self, cases: Collection[Case], garbage: str) -> None:
        with pytest.raises(BadCursor):
            await cases.query("rank", after=garbage)

    async def test_a_cursor_of_another_query_is_refused(self, cases: Collection[Case]) -> None:
        for number in range(3):
            await cases.add(Case(id=f"case-{number}", group="g", rank=number, due=NOON))
        cursor = (await cases.query("rank", limit=1)).next
        assert cursor is not None
        changed = ("B" if cursor[0] == "A" else "A") + cursor[1:]
        for ask in (
            cases.query("group", {"group": "g"}, after=cursor),
            cases.query("rank", after=cursor, descending=True),
            cases.query("rank", {"rank": 1}, after=cursor),
            cases.query("rank", after=changed),
            cases.query("rank", after=cursor[:-2]),
        ):
            with pytest.raises(BadCursor):
                await ask

    @pytest.mark.parametrize(
        "ask",
        [
            lambda cases: cases.query("unknown"),
            lambda cases: cases.query("group", {"rank": 1}),
            lambda cases: cases.query("group", {"title": "x"}),
            lambda cases: cases.query("rank", {"rank": None}),
            lambda cases: cases.query("rank", {"rank": "seven"}),
            lambda cases: cases.query("due", {"due": NOON.replace(tzinfo=None)}),
            lambda cases: cases.query("group", {"group": {"$ne": None}}),
            lambda cases: cases.query("rank", within=Range(at_least="seven")),
            lambda cases: cases.query("rank", limit=0),
            lambda cases: cases.query("rank", limit=1_001),
        ],
    )
    async def test_a_query_that_the_index_cannot_answer_is_the_callers_mistake(
        self, cases: Collection[Case], ask: Callable[[Collection[Case]], Any]
    ) -> None:
        with pytest.raises(ValueError, match=r"."):
            await ask(cases)

    async def test_a_scan_gives_everything_in_the_order_of_the_ids_or_of_an_index(
        self, cases: Collection[Case]
    ) -> None:
        ids = [f"case-{number:04}" for number in range(1_203)]
        for start in range(0, len(ids), 100):
            batch = ids[start : start + 100]
            await asyncio.gather(*(cases.add(Case(id=i, group="g", rank=int(i[-4:]) % 7)) for i in batch))
        await cases.add(Case(id="another", group="h"))
        assert [case.id async for case in cases.scan()] == ["another", *ids]
        found = [case async for case in cases.scan("group", {"group": "g"}, within=Range(at_least=3, below=5))]
        assert [case.id for case in found] == sorted((i for i in ids if int(i[-4:]) % 7 in {3, 4}), key=_by_seven)

    # ------------------------------------------------------------------------------------------- opening and closing

    async def test_what_was_stored_is_there_after_reopening(self, place: Place, database: Database) -> None:
        added = await database.collection(CASES).add(Case(id="a", rank=1))
        await place.close()
        again = (await place.client(CASES)).collection(CASES)
        assert await again.get("a") == added
        assert (await again.query("rank")).documents == (added,)
        await place.close()

    async def test_more_collections_can_be_asked_for_and_opened(self, database: Database) -> None:
        more = Schema(name="more", document=Case)
        collection = database.collection(more)
        with pytest.raises(StoreUnavailable):
            await collection.find("a")
        await database.open()
        added = await collection.add(Case(id="a"))
        assert await database.collection(more).get("a") == added
        assert await database.collection(CASES).find("a") is None

    async def test_two_schemas_of_one_name_are_refused(self, database: Database) -> None:
        with pytest.raises(ValueError, match="cases"):
            database.collection(Schema(name="cases", document=Case))

    async def test_a_store_that_is_closed_refuses_everything(self, place: Place, database: Database) -> None:
        cases = database.collection(CASES)
        await database.ping()
        await place.close()
        for ask in (cases.add(Case(id="a")), cases.find("a"), cases.query("rank"), database.ping()):
            with pytest.raises(StoreUnavailable):
                await ask

    async def test_a_new_index_finds_what_was_stored_before_it(self, place: Place, database: Database) -> None:
        # Given documents stored under a schema without this index
        plain = Schema(name="plain", document=Case, indexes=(Index("rank", ("rank",)),))
        old = database.collection(plain)
        await database.open()
        added = [await old.add(Case(id=f"case-{n}", rank=n, title=f"t{n}")) for n in range(3)]
        await place.close()
        # When the index on rank goes and one on title comes
        changed = Schema(name="plain", document=Case, indexes=(Index("title", ("title",)),))
        new = (await place.client(changed)).collection(changed)
        # Then it finds them
        assert list((await new.query("title", descending=True)).documents) == added[::-1]
        assert list((await new.query("title", {"title": "t1"})).documents) == [added[1]]
        await new.save(added[0])
        await place.close()

    async def test_an_older_shape_is_brought_to_the_present_one(self, place: Place, database: Database) -> None:
        # Given a document of an older shape
        old = database.collection(OLD_PEOPLE)
        await database.open()
        before = await old.save(await old.add(OldPerson(id="a", surname="Li", given="Na")))
        await place.close()
        # When a release opens the store whose documents look different
        people = (await place.client(PEOPLE)).collection(PEOPLE)
        # Then it reads, finds and changes it in its new shape, at the version it had
        assert await people.get("a") == Person(id="a", name="Li Na", version=before.version)
        (found,) = (await people.query("name", {"name": "Li Na"})).documents
        assert (await people.save(found)).version == before.version + 1
        await place.close()

    async def test_a_store_of_a_newer_release_is_refused(self, place: Place, database: Database) -> None:
        new = database.collection(PEOPLE)
        await database.open()
        await new.add(Person(id="a", name="Li Na"))
        await place.close()
        with pytest.raises(StoreUnavailable, match="newer release"):
            await place.client(OLD_PEOPLE)
        await place.close()

    async def test_a_shape_nobody_upgrades_stops_the_start_by_name(self, place: Place, database: Database) -> None:
        old = database.collection(OLD_PEOPLE)
        await database.open()
        await old.add(OldPerson(id="person-7", surname="Li", given="Na"))
        await place.close()
        with pytest.raises(UndecodableDocument, match="people person-7"):
            await place.client(msgspec.structs.replace(PEOPLE, upgrade=None))
        await place.close()
        kept = (await place.client(OLD_PEOPLE)).collection(OLD_PEOPLE)
        assert (await kept.get("person-7")).surname == "Li"
        await place.close()

    async def test_a_document_that_does_not_fit_its_type_is_named_and_never_skipped(
        self, place: Place, database: Database
    ) -> None:
        # Given a type that was changed without raising the shape
        old = database.collection(OLD_PEOPLE)
        await database.open()
        await old.add(OldPerson(id="person-7", surname="Li", given="Na"))
        await place.close()
        careless = Schema(name="people", document=Careless, indexes=OLD_PEOPLE.indexes)
        people = (await place.client(careless)).collection(careless)
        # When it is read in any way, then the error names it
        with pytest.raises(UndecodableDocument, match="people person-7"):
            await people.get("person-7")
        with pytest.raises(UndecodableDocument, match="people person-7"):
            await people.query("surname")
        with pytest.raises(UndecodableDocument, match="people person-7"):
            _ = [person async for person in people.scan()]
        await place.close()


class OldPerson(Document, frozen=True, kw_only=True):
    surname: str
    given: str


class Person(Document, frozen=True, kw_only=True):
    name: str


class Careless(Document, frozen=True, kw_only=True):
    surname: str
    age: int


def _join_names(old: dict[str, Any], shape: int) -> dict[str, Any]:
    assert shape == 1
    return {"id": old["id"], "version": old["version"], "name": f"{old['surname']} {old['given']}"}


OLD_PEOPLE = Schema(name="people", document=OldPerson, indexes=(Index("surname", ("surname",)),))
PEOPLE = Schema(name="people", document=Person, indexes=(Index("name", ("name",)),), shape=2, upgrade=_join_names)


async def everything(
    cases: Collection[Case], equals: dict[str, Any], *, descending: bool, limit: int, within: Range | None = None
) -> list[Case]:
    """Return all pages of the index "group" in a row."""
    found: list[Case] = []
    cursor = None
    while True:
        page = await cases.query("group", equals, within=within, descending=descending, after=cursor, limit=limit)
        assert len(page.documents) <= limit
        found += page.documents
        cursor = page.next
        if cursor is None:
            return found


def _group_order(case: Case) -> tuple[Any, ...]:
    """Order as the index "group" does within one group: None lowest, texts by code point, the id last."""
    return (case.rank is not None, case.rank or 0, case.title is not None, case.title or "", case.id)


def _by_seven(case_id: str) -> tuple[int, str]:
    return (int(case_id[-4:]) % 7, case_id)
