"""Build what learns from use: what the bot decided, what it failed, what operators publish about it."""

from msgspec import Struct

from assembly.ground import Ground
from assembly.knowledge import Knowledge
from assembly.services import Services
from assembly.settings import ROOT
from bots.improvement.judge import PipelineJudge
from bots.improvement.reading import TurnReader
from bots.improvement.recording import Noted, RecordingResponder
from bots.improvement.trial import Bench, PackTrial
from bots.router import Router
from services.clock import Clock
from services.improvement.board import QuestionBoard
from services.improvement.decisions import Decisions
from services.improvement.expiry import Expiry
from services.improvement.keeper import Keeper
from services.improvement.ledger import Ledger
from services.improvement.model import DECISIONS, DISMISSALS, QUESTIONS, VOTES
from services.improvement.publishing import WordingDesk
from services.improvement.votes import Votes
from services.improvement.wording_book import WordingBook
from services.improvement.wording_model import CHANGES, VERSIONS


class Improvement(Struct, frozen=True, kw_only=True):
    """The ledger of decisions, the questions left open, and the operators' wording."""

    ledger: Ledger[Noted]
    votes: Votes
    decisions: Decisions
    board: QuestionBoard
    book: WordingBook
    keeper: Keeper
    desk: WordingDesk
    expiry: Expiry


def build_improvement(ground: Ground, services: Services, *, knowledge: Knowledge) -> Improvement:
    """Build what learns from use."""
    store, clock, settings = ground.database, ground.clock, ground.settings
    batches, questions = store.collection(DECISIONS), store.collection(QUESTIONS)
    cast, dismissals, keep = store.collection(VOTES), store.collection(DISMISSALS), settings.improvement.keep
    votes = Votes(cast, questions, conversations=services.conversations, clock=clock)
    book = WordingBook(store.collection(VERSIONS), store.collection(CHANGES))
    keeper = Keeper(book, knowledge.watcher, audit=services.audit, bell=ground.shared.bell)
    bench = Bench(
        workshop=knowledge.items.workshop,
        parts=knowledge.understanding,
        settings=settings.search,
        pack=ROOT / settings.improvement.pack,
    )
    return Improvement(
        ledger=Ledger(batches, questions, votes=votes, read=TurnReader(knowledge.pipeline).entry),
        votes=votes,
        decisions=Decisions(batches, votes),
        board=QuestionBoard(
            questions, dismissals, judge=PipelineJudge(knowledge.pipeline), book=book, keep=keep, clock=clock
        ),
        book=book,
        keeper=keeper,
        desk=WordingDesk(
            book,
            keeper,
            trial=PackTrial(bench, lambda: knowledge.watcher.base),
            catalogue=knowledge.items.current,
            audit=services.audit,
            bell=ground.shared.bell,
            clock=clock,
        ),
        expiry=Expiry(batches, questions, cast, dismissals, keep=keep, clock=clock),
    )


def noted(router: Router, ledger: Ledger[Noted], *, knowledge: Knowledge, clock: Clock) -> RecordingResponder:
    """Return who answers citizens: the router, each of whose turns is noted."""
    return RecordingResponder(router, ledger, index=lambda: knowledge.items.matcher.index, clock=clock)
