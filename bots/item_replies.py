"""Answer about items, or admit that nothing was understood; the second time a human is offered, the third time named."""

from msgspec.structs import replace

from bots import plain, wording
from bots.answers import wording as answer_wording
from bots.answers.bot import ItemAnswers
from bots.rules import MISSES
from bots.turn import Said, Turn
from bots.understanding.model import Action, Understanding
from services.conversations.message import Text

MISSES_BEFORE_OFFER = 2
MISSES_BEFORE_HUMAN = 3


class ItemReplies:
    """What an understanding about items leads to: an answer, a menu, or a miss that is counted."""

    def __init__(self, answers: ItemAnswers) -> None:
        """Take the answers from the catalogue."""
        self._answers = answers

    def reply(self, turn: Turn, understanding: Understanding, *, text: str = "") -> Said:
        """Answer, ask which, or count a miss, as the understanding says."""
        match understanding.action:
            case Action.ANSWER if understanding.answered:
                return self._answers.direct(turn, understanding, text=text)
            case Action.MENU if understanding.matches:
                return self._asked_before(turn, understanding, text=text) or self._answers.menu(turn, understanding)
            case _:
                return self.missed(turn, understanding, prompt=answer_wording.NOTHING_FOUND)

    def _asked_before(self, turn: Turn, understanding: Understanding, *, text: str) -> Said | None:
        """Answer what a reviewed question of the best item asks almost word for word; None when there is none."""
        best = understanding.matches[0]
        if not best.is_grounded or not self._answers.has_answer(best.code, text, word_for_word=True):
            return None
        return self._answers.about(turn, best.code, field=understanding.field, rule=understanding.rule, text=text)

    def missed(self, turn: Turn, understanding: Understanding, *, prompt: str) -> Said:
        """Count what was not understood: the second time a human is offered, the third time it is done."""
        misses = turn.dialogue.misses + 1
        if misses >= MISSES_BEFORE_HUMAN:
            return plain.human(turn, rule=MISSES)
        missed = replace(turn, dialogue=replace(turn.dialogue, misses=misses))
        said = self._answers.nothing(missed, understanding, prompt=prompt)
        if misses < MISSES_BEFORE_OFFER:
            return said
        return replace(said, replies=(Text(wording.OFFER_HUMAN_TOO), *said.replies))
