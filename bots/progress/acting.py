"""Act on a citizen's petitions by their words: rate, ask for a redo, withdraw, urge, supplement.

Which petition and which grade are asked for, never guessed. The option's id carries what was chosen so far
(``do:rate:<number>:<solved>:<result>:<process>``), so nothing else has to be remembered.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from bots.progress import wording
from bots.progress.ports_acting import Acting, Deed, Own, Rating, Refused
from bots.progress.wishes import Wish, supplement_in, wish_of
from bots.turn import Said, Turn, choices, with_menu
from bots.understanding.model import Kind, Understanding
from services.conversations.message import Provenance, ReplyPart, Text
from services.ids import find_petition_number

_NO = "no"
_BAD_GRADES = (2, 1)
_ELSE = {Kind.OUT_OF_SCOPE: "none", Kind.PETITION: f"kind:{Kind.PETITION}"}
"""What words are that may answer a unit's question, with the option of the router for what they are otherwise."""


class ActingBot:
    """Do what citizens want of their petitions."""

    def __init__(self, petitions: Acting) -> None:
        """Take the petitions."""
        self._petitions = petitions

    async def by_words(self, turn: Turn, text: str, *, understanding: Understanding) -> Said | None:
        """Do what a text wants of a petition, or ask what is missing; None when it wants nothing of one."""
        wish = wish_of(text, understanding.kind)
        if wish is None:
            return await self._answer_to_question(turn, text, understanding=understanding)
        number = find_petition_number(text)
        if number is not None:
            one = await self._petitions.one(number, turn.conversation.citizen_id, key=_key(turn))
            if one is None:
                return _said(turn, wording.NOT_YOURS, wish=wish)
            return await self._about(turn, _able((one,), wish), wish=wish, text=text)
        able = _able(await self._petitions.own(turn.conversation.citizen_id, key=_key(turn)), wish)
        if not able and wish is Wish.RATE:
            # "满意" without an answered petition is only kindness.
            return None
        return await self._about(turn, able, wish=wish, text=text)

    async def chosen(self, turn: Turn, rest: str, *, text: str) -> Said:
        """Go on with an option ``<wish>:<number>:...``; ``text`` is what the citizen had said."""
        name, _, path = rest.partition(":")
        number, *given = path.split(":")
        if name not in set(Wish) or given == [_NO]:
            return _said(turn, wording.KEPT, wish=None)
        wish = Wish(name)
        one = await self._petitions.one(number, turn.conversation.citizen_id, key=_key(turn))
        if one is None or not _able((one,), wish):
            return _said(turn, wording.NOT_NOW[wish], wish=wish)
        return await self._go_on(turn, one, wish=wish, given=given, text=text)

    async def _about(self, turn: Turn, able: tuple[Own, ...], *, wish: Wish, text: str) -> Said:
        if not able:
            return _said(turn, wording.NOT_NOW[wish], wish=wish)
        if wish is Wish.SUPPLEMENT and not supplement_in(text):
            return _said(turn, wording.SUPPLEMENT_HOW, wish=wish)
        if len(able) == 1:
            return await self._go_on(turn, able[0], wish=wish, given=[], text=text)
        options = ((f"do:{wish}:{one.number}", f"{one.number} {one.status}") for one in able)
        return _asked(turn, wording.CHOOSE[wish], options=options, wish=wish, text=text)

    async def _go_on(self, turn: Turn, one: Own, *, wish: Wish, given: list[str], text: str) -> Said:
        match wish:
            case Wish.URGE:
                return await self._do(turn, Deed(wish=wish, number=one.number, key=_key(turn)))
            case Wish.SUPPLEMENT:
                words = supplement_in(text) or text
                return await self._do(turn, Deed(wish=wish, number=one.number, key=_key(turn), words=words))
            case Wish.WITHDRAW if not given:
                sure = wording.WITHDRAW_SURE.format(number=one.number)
                options = (("yes", wording.OPTION_WITHDRAW), (_NO, wording.OPTION_KEEP))
                return _further(turn, sure, options=options, so_far=f"{wish}:{one.number}", text=text)
            case Wish.WITHDRAW:
                return await self._do(turn, Deed(wish=wish, number=one.number, key=_key(turn), words=text))
            case Wish.REDO if one.is_rated and not given:
                return await self._do(turn, Deed(wish=wish, number=one.number, key=_key(turn), words=text))
            case _:
                return await self._rate(turn, one, wish=wish, given=given, text=text)

    async def _rate(self, turn: Turn, one: Own, *, wish: Wish, given: list[str], text: str) -> Said:
        """Ask the three answers one after another; whoever asks for a redo has said that it is not solved."""
        answers = ["0", *given] if wish is Wish.REDO else given
        grades = [grade for grade in answers[1:] if grade.isdecimal() and int(grade) in wording.GRADES]
        so_far = ":".join((wish, one.number, *given))
        if not answers:
            options = (("1", wording.OPTION_SOLVED), ("0", wording.OPTION_NOT_SOLVED))
            return _further(turn, wording.SOLVED.format(number=one.number), options=options, so_far=so_far, text=text)
        if not grades:
            shown = _BAD_GRADES if wish is Wish.REDO else tuple(wording.GRADES)
            return _further(turn, wording.RESULT, options=_grades(shown), so_far=so_far, text=text)
        if len(grades) == 1:
            return _further(turn, wording.PROCESS, options=_grades(tuple(wording.GRADES)), so_far=so_far, text=text)
        rating = Rating(solved=answers[0] == "1", result=int(grades[0]), process=int(grades[1]))
        deed = Deed(wish=wish, number=one.number, key=_key(turn), words=text, rating=rating)
        return await self._do(turn, deed)

    async def _do(self, turn: Turn, deed: Deed) -> Said:
        try:
            done = await self._petitions.do(deed, turn.conversation.citizen_id)
        except Refused as refused:
            return _said(turn, wording.REFUSED.format(why=str(refused)), wish=deed.wish)
        return _said(turn, wording.DONE[done].format(number=deed.number), wish=deed.wish)

    async def _answer_to_question(self, turn: Turn, text: str, *, understanding: Understanding) -> Said | None:
        """Ask whether words that mean nothing else answer what a unit asked of the citizen."""
        if understanding.kind not in _ELSE:
            return None
        waiting = [
            one for one in await self._petitions.own(turn.conversation.citizen_id, key=_key(turn)) if one.question
        ]
        if len(waiting) != 1:
            return None
        one = waiting[0]
        prompt = wording.SUPPLEMENT_SURE.format(number=one.number, question=one.question)
        options = (
            (f"do:{Wish.SUPPLEMENT}:{one.number}", wording.OPTION_SUPPLEMENT),
            (_ELSE[understanding.kind], wording.OPTION_NO_SUPPLEMENT),
        )
        return _asked(turn, prompt, options=options, wish=Wish.SUPPLEMENT, text=text)


def _able(petitions: Iterable[Own], wish: Wish) -> tuple[Own, ...]:
    return tuple(one for one in petitions if wish in one.may)


def _grades(shown: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((str(grade), wording.GRADES[grade]) for grade in shown)


def _key(turn: Turn) -> str:
    """Return what makes a repeat of this message the same deed."""
    return f"{turn.conversation.id}:{turn.inbound.key}"


def _further(turn: Turn, prompt: str, *, options: Iterable[tuple[str, str]], so_far: str, text: str) -> Said:
    """Ask the next question; each option carries all that was chosen so far."""
    asked = ((f"do:{so_far}:{answer}", label) for answer, label in options)
    return _asked(turn, prompt, options=asked, wish=Wish(so_far.partition(":")[0]), text=text)


def _asked(turn: Turn, prompt: str, *, options: Iterable[tuple[str, str]], wish: Wish, text: str) -> Said:
    asked = choices(prompt, *options)
    said = _parts(turn, (asked,), wish=wish)
    return replace(said, dialogue=with_menu(said.dialogue, asked, now=turn.now, text=text))


def _said(turn: Turn, body: str, *, wish: Wish | None) -> Said:
    return _parts(turn, (Text(body),) if body else (), wish=wish)


def _parts(turn: Turn, parts: tuple[ReplyPart, ...], *, wish: Wish | None) -> Said:
    why = Provenance(kind="progress", action="card", rule=f"progress.{wish or 'kept'}")
    return Said(replies=parts, dialogue=replace(turn.dialogue, misses=0, menu=None), provenance=why)
