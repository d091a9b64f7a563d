"""Questions that want an operator, in groups; putting a group aside; and what the bot decided lately."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from channels.endpoints import Call, Caller, Endpoint, NoAnswer
from services.conversations.message import Channel
from services.errors import NotAllowed
from services.identity.staff import Role, Session
from services.improvement.board import QuestionBoard, Waiting
from services.improvement.decisions import Decisions, Judged
from services.improvement.model import Reason
from services.improvement.ports import Candidate

WORDINGS_SHOWN = 10


class QuestionsQuery(Struct, frozen=True, kw_only=True):
    """How many groups; those asked most often come first."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 20


class QuestionLine(Struct, frozen=True, kw_only=True):
    """One group under the wording that was asked most often; texts are masked.

    ``of_no_use`` are the items that were answered from when citizens said so. ``kind``, ``action`` and ``candidates``
    are what the bot makes of it by now.
    """

    id: str
    question: str
    count: int
    first_seen: datetime
    last_seen: datetime
    reasons: dict[Reason, int]
    wordings: tuple[str, ...]
    of_no_use: tuple[str, ...]
    kind: str
    action: str
    candidates: tuple[Candidate, ...]


class QuestionsAnswer(Struct, frozen=True):
    """The groups that want an operator now."""

    questions: tuple[QuestionLine, ...]


class DecisionsQuery(Struct, frozen=True, kw_only=True):
    """Where the last page ended."""

    cursor: str = ""


class ConsideredLine(Struct, frozen=True, kw_only=True):
    """One item that was considered, and what spoke for it."""

    item: str
    score: float
    rule: str


class DecisionLine(Struct, frozen=True, kw_only=True):
    """One turn of the bot; ``useful`` is null when nobody said."""

    turn: str
    at: datetime
    channel: Channel
    text: str
    kind: str
    action: str
    rule: str
    item: str
    field: str
    score: float
    considered: tuple[ConsideredLine, ...]
    catalogue: str
    wording: int
    took_us: int
    useful: bool | None


class DecisionsAnswer(Struct, frozen=True, kw_only=True):
    """One page, newest first."""

    decisions: tuple[DecisionLine, ...]
    next: str | None = None


class QuestionRoutes:
    """What operators may do about questions."""

    def __init__(self, *, board: QuestionBoard, decisions: Decisions) -> None:
        """Take the groups and the ledger."""
        self._board = board
        self._decisions = decisions

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="GET",
                path="/questions",
                summary="Questions that were not answered, or to no use, in groups",
                handler=self._waiting,
                query=QuestionsQuery,
                answer=QuestionsAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="POST",
                path="/questions/<question:str>/dismiss",
                summary="Put a group of questions aside",
                handler=self._dismiss,
                answer=NoAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="GET",
                path="/decisions",
                summary="What the bot decided, newest first",
                handler=self._decided,
                query=DecisionsQuery,
                answer=DecisionsAnswer,
                caller=Caller.STAFF,
            ),
        )

    async def _waiting(self, call: Call) -> QuestionsAnswer:
        check_operator(call.who)
        return QuestionsAnswer(tuple(map(_question, await self._board.waiting(limit=call.query.limit))))

    async def _dismiss(self, call: Call) -> NoAnswer:
        check_operator(call.who)
        await self._board.dismiss(call.path["question"], by=call.who.name)
        return NoAnswer()

    async def _decided(self, call: Call) -> DecisionsAnswer:
        check_operator(call.who)
        judged, after = await self._decisions.page(call.query.cursor or None)
        return DecisionsAnswer(decisions=tuple(map(_decision, judged)), next=after)


def check_operator(session: Session) -> None:
    """Refuse everybody but operators."""
    if session.role is not Role.OPERATOR:
        raise NotAllowed(session.role)


def _question(waiting: Waiting) -> QuestionLine:
    cluster, judgement = waiting.cluster, waiting.judgement
    return QuestionLine(
        id=cluster.id,
        question=cluster.question,
        count=cluster.count,
        first_seen=cluster.first_seen,
        last_seen=cluster.last_seen,
        reasons=dict(cluster.reasons),
        wordings=cluster.wordings[:WORDINGS_SHOWN],
        of_no_use=cluster.items,
        kind=judgement.kind,
        action=judgement.action,
        candidates=judgement.candidates,
    )


def _decision(judged: Judged) -> DecisionLine:
    one = judged.decision
    return DecisionLine(
        turn=one.turn,
        at=one.at,
        channel=one.channel,
        text=one.text,
        kind=one.kind,
        action=one.action,
        rule=one.rule,
        item=one.item,
        field=one.field,
        score=one.score,
        considered=tuple(ConsideredLine(item=item.item, score=item.score, rule=item.rule) for item in one.items),
        catalogue=one.catalogue,
        wording=one.overlay,
        took_us=one.took_us,
        useful=judged.is_useful,
    )
