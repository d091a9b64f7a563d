"""The bot's wording at the desk: try an alias or an answer, publish it, see versions, go back to an earlier one."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from channels.desk.routes_questions import check_operator
from channels.endpoints import Call, Caller, Endpoint
from services.errors import Invalid
from services.improvement.board import QuestionBoard
from services.improvement.ports import Findings, Worse
from services.improvement.publishing import By, WordingDesk
from services.improvement.wording_book import WordingBook
from services.improvement.wording_model import ALIAS_MOST, ANSWER_MOST, QUESTION_MOST, Change, ChangeKind, Proposal
from services.items.model import ItemCode


class ProposalBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to add for which item, and the question it is for: a group's id, the words themselves, or both.

    With both, the words stand for the group's, which may be masked. ``alias`` for an alias; ``answer`` for a reviewed
    question.
    """

    kind: ChangeKind
    item: Annotated[str, Meta(max_length=12)]
    question_id: Annotated[str, Meta(max_length=64)] = ""
    question: Annotated[str, Meta(max_length=QUESTION_MOST)] = ""
    alias: Annotated[str, Meta(max_length=ALIAS_MOST)] = ""
    answer: Annotated[str, Meta(max_length=ANSWER_MOST)] = ""


class ChangeBody(ProposalBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same, and the version the operator has seen: another one in force refuses it."""

    base: Annotated[int, Meta(ge=0)]


class RollbackBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which version to go back to, 0 for the files alone, and the one that is in force."""

    base: Annotated[int, Meta(ge=0)]
    to: Annotated[int, Meta(ge=0)]


class VersionsQuery(Struct, frozen=True, kw_only=True):
    """Where the last page ended."""

    cursor: str = ""


class WorseLine(Struct, frozen=True, kw_only=True):
    """One row of the pack that would be worse, and what was right about it before."""

    place: str
    text: str
    lost: tuple[str, ...]


class FindingsAnswer(Struct, frozen=True, kw_only=True):
    """What a trial found: ``settled`` of the group's ``wordings`` are answered with the change and were not before."""

    flaws: dict[str, str]
    worse: tuple[WorseLine, ...]
    better: int
    rows: int
    is_answered: bool
    settled: int
    wordings: int


class ChangeLine(Struct, frozen=True, kw_only=True):
    """One change in force."""

    id: str
    kind: ChangeKind
    item: str
    question: str
    alias: str
    answer: str
    at: datetime
    by: str


class WordingAnswer(Struct, frozen=True, kw_only=True):
    """The version in force, 0 for the files alone, and its changes."""

    version: int
    changes: tuple[ChangeLine, ...]


class VersionLine(Struct, frozen=True, kw_only=True):
    """One version; ``restored`` is the one it went back to, null for one that added a change."""

    number: int
    changes: int
    at: datetime
    by: str
    restored: int | None


class VersionsAnswer(Struct, frozen=True, kw_only=True):
    """One page, newest first."""

    versions: tuple[VersionLine, ...]
    next: str | None = None


class PublishedAnswer(Struct, frozen=True, kw_only=True):
    """The version in force now, and what the trial had found."""

    version: int
    findings: FindingsAnswer


class RolledBackAnswer(Struct, frozen=True):
    """The version in force now."""

    version: int


class WordingRoutes:
    """What operators may do about the wording."""

    def __init__(self, *, desk: WordingDesk, book: WordingBook, board: QuestionBoard) -> None:
        """Take the use cases, the versions and the groups of questions."""
        self._desk = desk
        self._book = book
        self._board = board

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (*self._seeing(), *self._changing())

    def _seeing(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                method="GET",
                path="/wording",
                summary="What operators have laid over the shipped wording",
                handler=self._current,
                answer=WordingAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="GET",
                path="/wording/versions",
                summary="Every version, newest first",
                handler=self._versions,
                query=VersionsQuery,
                answer=VersionsAnswer,
                caller=Caller.STAFF,
            ),
        )

    def _changing(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                method="POST",
                path="/wording/trials",
                summary="Try an alias or an answer on the regression pack; nothing is published",
                handler=self._try,
                body=ProposalBody,
                answer=FindingsAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="POST",
                path="/wording/changes",
                summary="Publish an alias or an answer if the regression pack lets it",
                handler=self._publish,
                body=ChangeBody,
                answer=PublishedAnswer,
                status=201,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="POST",
                path="/wording/rollback",
                summary="Go back to an earlier version",
                handler=self._roll_back,
                body=RollbackBody,
                answer=RolledBackAnswer,
                caller=Caller.STAFF,
            ),
        )

    async def _current(self, call: Call) -> WordingAnswer:
        check_operator(call.who)
        number, changes = await self._desk.current()
        return WordingAnswer(version=number, changes=tuple(map(_change, changes)))

    async def _versions(self, call: Call) -> VersionsAnswer:
        check_operator(call.who)
        page = await self._book.listed(cursor=call.query.cursor or None)
        lines = tuple(
            VersionLine(number=one.number, changes=len(one.changes), at=one.at, by=one.by, restored=one.restored)
            for one in page.documents
        )
        return VersionsAnswer(versions=lines, next=page.next)

    async def _try(self, call: Call) -> FindingsAnswer:
        by = _operator(call)
        proposal, wordings = await self._proposed(call.body)
        return _findings(await self._desk.tried(proposal, wordings=wordings, by=by))

    async def _publish(self, call: Call) -> PublishedAnswer:
        by = _operator(call)
        body: ChangeBody = call.body
        proposal, wordings = await self._proposed(body)
        published = await self._desk.publish(proposal, base=body.base, wordings=wordings, by=by)
        return PublishedAnswer(version=published.version.number, findings=_findings(published.findings))

    async def _roll_back(self, call: Call) -> RolledBackAnswer:
        by = _operator(call)
        version = await self._desk.roll_back(call.body.to, base=call.body.base, by=by)
        return RolledBackAnswer(version.number)

    async def _proposed(self, body: ProposalBody) -> tuple[Proposal, tuple[str, ...]]:
        """Return what is proposed, and every wording of the group it is for."""
        question, wordings = body.question.strip(), tuple[str, ...]()
        if body.question_id:
            cluster = await self._board.cluster(body.question_id)
            question, wordings = question or cluster.question[:QUESTION_MOST], cluster.wordings
        if not question:
            raise Invalid(fields={"question": "不能为空"})
        proposal = Proposal(
            kind=body.kind,
            item=ItemCode(body.item),
            question=question,
            settles=body.question_id,
            alias=body.alias,
            answer=body.answer,
        )
        return proposal, wordings


def _operator(call: Call) -> By:
    check_operator(call.who)
    return By(name=call.who.name, role=call.who.role)


def _change(change: Change) -> ChangeLine:
    return ChangeLine(
        id=change.id,
        kind=change.kind,
        item=change.item,
        question=change.question,
        alias=change.alias,
        answer=change.answer,
        at=change.at,
        by=change.by,
    )


def _findings(findings: Findings) -> FindingsAnswer:
    return FindingsAnswer(
        flaws=dict(findings.flaws),
        worse=tuple(map(_worse, findings.worse)),
        better=findings.better,
        rows=findings.rows,
        is_answered=findings.is_answered,
        settled=findings.settled,
        wordings=findings.wordings,
    )


def _worse(row: Worse) -> WorseLine:
    return WorseLine(place=row.place, text=row.text, lost=row.lost)
