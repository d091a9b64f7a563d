"""Read a noted turn into what is kept of it: masked words, the decision, and the question it may leave open."""

from functools import lru_cache

from bots.choices import refuses
from bots.improvement.recording import Noted
from bots.ports import Understander
from bots.rules import DOWNVOTED, MISSES, NONE_OF_THESE
from bots.state import remembered
from bots.understanding.model import Action, Kind
from services.conversations.message import Message, Provenance, Speaker
from services.conversations.model import Conversation
from services.improvement.ledger import Entry
from services.improvement.model import Decision, OpenQuestion, Reason, Scored, Vote, turn_id
from services.improvement.questions import question_behind, words_of
from services.public_list.masking import masked

KEPT = 500
"""Characters of a text that are kept; a question is shorter."""


_ABOUT_ITEMS = frozenset({Kind.ITEM, Kind.OUT_OF_SCOPE})
_REMEMBERED = 2_048


class TurnReader:
    """Turn notes into entries, off the citizen's path."""

    def __init__(self, understander: Understander) -> None:
        """Take the understanding: it still remembers what it has just understood."""
        self._understander = understander
        self._read: dict[tuple[str, str], tuple[Scored, ...]] = {}

    def entry(self, noted: Noted) -> Entry:
        """Return what is kept of a turn."""
        why = noted.response.provenance
        said = words_of(noted.inbound.part)
        turn = turn_id(noted.conversation_id, noted.seq)
        decision = Decision(
            turn=turn,
            at=noted.at,
            channel=noted.inbound.contact.channel,
            text=_masked(said[:KEPT]) if why is not None and not _is_of_form(noted, why) else "",
            kind=why.kind if why else "",
            action=why.action if why else "",
            rule=_masked(why.rule) if why else "",
            item=why.item if why else "",
            field=why.field if why else "",
            score=why.score if why else 0.0,
            items=self._considered(said, noted.catalogue) if why is not None and why.kind in _ABOUT_ITEMS else (),
            catalogue=noted.catalogue,
            overlay=noted.overlay,
            took_us=round(noted.took_s * 1e6),
        )
        if why is None:
            return Entry(decision=decision)
        if why.rule == DOWNVOTED:
            return _downvoted(noted, decision)
        return Entry(decision=decision, question=_left_open(noted, decision, said=said))

    def _considered(self, said: str, catalogue: str) -> tuple[Scored, ...]:
        """Return the items that a text may have meant; remembered, for hot questions repeat."""
        found = self._read.get((catalogue, said))
        if found is None:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            matches = self._understander.understand(said).matches if said else ()
            found = tuple(Scored(match.code, round(match.score, 4), match.rule) for match in matches)
            self._read[catalogue, said] = found
        return found


def _is_of_form(noted: Noted, why: Provenance) -> bool:
    """Tell whether the words went into a form that was open: they belong to the petition, not to the bot's records."""
    before = noted.conversation
    return why.action == Action.FORM and before is not None and remembered(before.dialogue).form is not None


def _left_open(noted: Noted, decision: Decision, *, said: str) -> OpenQuestion | None:
    """Return the question that a turn left open, None when it left none."""
    if decision.action != Action.REJECT and decision.rule != MISSES:
        return None
    is_refusal = decision.rule == NONE_OF_THESE or refuses(said)
    if is_refusal and noted.conversation is not None:
        question, reason = question_behind(_kept(noted.conversation)), Reason.MENU_REFUSED
    else:
        question, reason = said, Reason.UNANSWERED
    if not question.strip() or refuses(question):
        return None
    return OpenQuestion(id=decision.turn, at=noted.at, text=_masked(question[:KEPT]), reason=reason)


def _downvoted(noted: Noted, decision: Decision) -> Entry:
    """Return a typed vote on the answer before; on the page the same vote is a button, with the same id."""
    before = _kept(noted.conversation) if noted.conversation else ()
    said_by_bot = [message for message in before if message.speaker is Speaker.BOT]
    question = question_behind(before)
    why = said_by_bot[-1].provenance if said_by_bot else None
    if why is None or not why.item or not question.strip():
        return Entry(decision=decision)
    turn = turn_id(noted.conversation_id, said_by_bot[-1].seq)
    text = _masked(question[:KEPT])
    return Entry(
        decision=decision,
        question=OpenQuestion(id=turn, at=noted.at, text=text, reason=Reason.DOWNVOTED, item=why.item),
        vote=Vote(id=turn, at=noted.at, is_useful=False, item=why.item),
    )


def _kept(conversation: Conversation) -> tuple[Message, ...]:
    return conversation.said(conversation.first_kept, conversation.seq)


@lru_cache(maxsize=_REMEMBERED)
def _masked(text: str) -> str:
    """Return a text masked; hot questions and rules repeat, and looking costs 30 µs."""
    return masked(text).text
