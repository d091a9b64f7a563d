"""Build what learns from use over a fresh store, with a trial and a server that do as they are told."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from services.audit.log import AuditLog
from services.audit.model import ENTRIES, HEADS
from services.coordination.in_process import InProcessBell
from services.database.collection import Collection, Database
from services.improvement.board import QuestionBoard
from services.improvement.keeper import Keeper
from services.improvement.model import (
    DECISIONS,
    DISMISSALS,
    QUESTIONS,
    VOTES,
    DecisionBatch,
    Dismissal,
    OpenQuestion,
    Reason,
    Vote,
)
from services.improvement.ports import Findings, Judgement
from services.improvement.publishing import By, WordingDesk
from services.improvement.votes import Votes
from services.improvement.wording_book import WordingBook
from services.improvement.wording_model import CHANGES, VERSIONS, Change, ChangeKind, Proposal, WordingVersion
from services.items.model import ItemCode
from services.items.overlay import Overlay
from tests.support.conversations import conversations_in
from tests.support.database import fresh_database
from tests.support.items import CODE, a_catalogue
from tests.support.set_clock import SetClock
from tests.support.source_tree import ROOT

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
OPERATOR = By(name="operator1", role="operator")
T = TypeVar("T")
FINE = Findings(rows=10, is_answered=True)


class ToldTrial:
    """A trial that finds what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.findings = FINE
        self.asked: list[tuple[Overlay, Overlay, Change, tuple[str, ...]]] = []

    async def run(self, now: Overlay, then: Overlay, *, change: Change, wordings: Sequence[str]) -> Findings:
        self.asked.append((now, then, change, tuple(wordings)))
        return self.findings


class Shelf:
    """What one process serves."""

    def __init__(self) -> None:
        self.overlays: list[Overlay] = []

    async def put_over(self, overlay: Overlay) -> None:
        self.overlays.append(overlay)


class ToldJudge:
    """A judge that answers the questions it is told to, from their items."""

    def __init__(self) -> None:
        self.answers: dict[str, ItemCode] = {}

    def judge(self, question: str) -> Judgement:
        code = self.answers.get(question)
        if code is None:
            return Judgement(kind="out_of_scope", action="reject", answered=(), candidates=())
        return Judgement(kind="item", action="answer", answered=(code,), candidates=())


class Workroom(Struct, frozen=True, kw_only=True):
    """Everything over one store."""

    database: Database
    clock: SetClock
    bell: InProcessBell
    audit: AuditLog
    batches: Collection[DecisionBatch]
    questions: Collection[OpenQuestion]
    cast: Collection[Vote]
    dismissals: Collection[Dismissal]
    votes: Votes
    book: WordingBook
    shelf: Shelf
    keeper: Keeper
    trial: ToldTrial
    judge: ToldJudge
    desk: WordingDesk
    board: QuestionBoard

    def another_process(self) -> tuple[Keeper, Shelf]:
        """Return what follows the versions in another process."""
        shelf = Shelf()
        return Keeper(WordingBook(*_versions(self.database)), shelf, audit=self.audit, bell=self.bell), shelf

    async def asked(self, *texts: str, reason: Reason = Reason.UNANSWERED, item: str = "") -> None:
        """Let these questions have been asked to no use, a second apart."""
        for text in texts:
            self.clock.advance(timedelta(seconds=1))
            number = len((await self.questions.query("at", limit=1_000)).documents)
            _ = await self.questions.add(
                OpenQuestion(id=f"turn_{number}", at=self.clock.now(), text=text, reason=reason, item=item)
            )


@asynccontextmanager
async def a_workroom() -> AsyncIterator[Workroom]:
    """Give everything over a fresh store."""
    async with fresh_database() as database:
        clock, bell, trial, judge, shelf = SetClock(AT), InProcessBell(), ToldTrial(), ToldJudge(), Shelf()
        audit = AuditLog(database.collection(ENTRIES), database.collection(HEADS))
        questions, cast = database.collection(QUESTIONS), database.collection(VOTES)
        dismissals = database.collection(DISMISSALS)
        book = WordingBook(*_versions(database))
        keeper = Keeper(book, shelf, audit=audit, bell=bell)
        catalogue = a_catalogue()
        room = Workroom(
            database=database,
            clock=clock,
            bell=bell,
            audit=audit,
            batches=database.collection(DECISIONS),
            questions=questions,
            cast=cast,
            dismissals=dismissals,
            votes=Votes(cast, questions, conversations=conversations_in(database, clock), clock=clock),
            book=book,
            shelf=shelf,
            keeper=keeper,
            trial=trial,
            judge=judge,
            desk=WordingDesk(
                book, keeper, trial=trial, catalogue=lambda: catalogue, audit=audit, bell=bell, clock=clock
            ),
            board=QuestionBoard(questions, dismissals, judge=judge, book=book, keep=timedelta(days=90), clock=clock),
        )
        await database.open()
        yield room


async def until(look: Callable[[], Awaitable[T]], wanted: T) -> None:
    """Let others work until what is looked at is as wanted; the test's own time limit ends it."""
    found = await look()
    while found != wanted:
        await asyncio.sleep(0)
        found = await look()


def an_alias(alias: str = "旧卡换新", *, question: str = "旧卡换新要啥", item: ItemCode = CODE) -> Proposal:
    """Return the wish for an alias."""
    return Proposal(kind=ChangeKind.ALIAS, item=item, question=question, alias=alias)


def an_answer(question: str = "旧卡要交回吗", answer: str = "要交回。", *, item: ItemCode = CODE) -> Proposal:
    """Return the wish for a reviewed question."""
    return Proposal(kind=ChangeKind.FAQ, item=item, question=question, answer=answer)


def _versions(database: Database) -> tuple[Collection[WordingVersion], Collection[Change]]:
    return database.collection(VERSIONS), database.collection(CHANGES)


def a_small_pack(folder: Path) -> str:
    """Make a folder with the shortest file of the shipped pack, for tests that are not about the whole of it."""
    folder.mkdir(parents=True)
    _ = shutil.copy(ROOT / "evaluation" / "data" / "kinds_b.jsonl", folder)
    return str(folder)
