"""Do what an option stands for, wherever it was shown: a menu, a button, or the platform's own menu bar."""

from collections.abc import Awaitable, Callable

from msgspec import Struct
from msgspec.structs import replace

from bots import plain, wording
from bots.answers import wording as answer_wording
from bots.answers.bot import ItemAnswers
from bots.choices import NONE
from bots.halls.bot import HallBot
from bots.item_replies import ItemReplies
from bots.petition.bot import PetitionBot
from bots.ports import Understander
from bots.progress.acting import ActingBot
from bots.progress.bot import ProgressBot
from bots.rules import NONE_OF_THESE
from bots.turn import Said, Turn
from bots.understanding.model import Action, Kind, Understanding
from services.conversations.message import Location
from services.items.model import GuideField, ItemCode

_FIELDS = frozenset(field.value for field in GuideField)


class Bots(Struct, frozen=True, kw_only=True):
    """Everybody who may be asked."""

    understander: Understander
    answers: ItemAnswers
    replies: ItemReplies
    petition: PetitionBot
    progress: ProgressBot
    acting: ActingBot
    halls: HallBot


class Pick(Struct, frozen=True):
    """What was picked: the rest of the option's id behind its name, and the words that led to the menu."""

    rest: str
    text: str


class Options:
    """Options by the name in front of their id; what stands behind the colon is theirs."""

    def __init__(self, bots: Bots) -> None:
        """Take the bots that options lead to."""
        self._bots = bots
        self._by_name: dict[str, Callable[[Turn, Pick], Awaitable[Said]]] = {
            "item": self._item,
            "kind": self._kind,
            "petition": self._petition,
            "progress": self._progress,
            "do": self._deed,
            "human": self._human,
            "guide": self._guide,
            NONE: self._none,
            "hall": self._hall,
            "halls": self._halls_here,
            "here": self._petition_here,
        }

    async def act(self, turn: Turn, name: str, *, pick: Pick) -> Said | None:
        """Do what an option of this name stands for; None when there is none of this name."""
        act = self._by_name.get(name)
        return None if act is None else await act(turn, pick)

    async def _item(self, turn: Turn, pick: Pick) -> Said:
        code, _, field = pick.rest.partition(":")
        known = GuideField(field) if field in _FIELDS else None
        return self._bots.answers.about(turn, ItemCode(code), field=known, rule="menu")

    async def _kind(self, turn: Turn, pick: Pick) -> Said:
        if pick.rest == Kind.PETITION:
            return await self._bots.petition.begin(turn, pick.text)
        understanding = self._bots.understander.understand(pick.text)
        if understanding.answered:
            return self._bots.answers.direct(turn, understanding)
        return self._bots.replies.reply(turn, replace(understanding, kind=Kind.ITEM, action=Action.MENU, rival=None))

    async def _petition(self, turn: Turn, _: Pick) -> Said:
        return await self._bots.petition.begin(turn, "")

    async def _progress(self, turn: Turn, pick: Pick) -> Said:
        return await self._bots.progress.by_number(turn, pick.rest) or await self._bots.progress.overview(turn)

    async def _deed(self, turn: Turn, pick: Pick) -> Said:
        return await self._bots.acting.chosen(turn, pick.rest, text=pick.text)

    async def _human(self, turn: Turn, _: Pick) -> Said:
        return plain.human(turn, rule="chosen")

    async def _guide(self, turn: Turn, _: Pick) -> Said:
        return plain.said(turn, wording.GUIDE_HOW)

    async def _none(self, turn: Turn, _: Pick) -> Said:
        understanding = Understanding(kind=Kind.ITEM, action=Action.REJECT, rule=NONE_OF_THESE)
        return self._bots.replies.missed(turn, understanding, prompt=answer_wording.NOTHING_FOUND)

    async def _hall(self, turn: Turn, pick: Pick) -> Said:
        return self._bots.halls.choose(turn, pick.rest)

    async def _halls_here(self, turn: Turn, pick: Pick) -> Said:
        location = _point(pick)
        return self._bots.halls.near(turn, location) if location else plain.said(turn, wording.UNSUPPORTED)

    async def _petition_here(self, turn: Turn, pick: Pick) -> Said:
        location = _point(pick)
        return (
            await self._bots.petition.begin_here(turn, location)
            if location
            else await self._bots.petition.begin(turn, "")
        )


def _point(pick: Pick) -> Location | None:
    """Return the location that an option carries; None when a client sends something else."""
    try:
        lat, lng = map(float, pick.rest.split(","))
    except ValueError:
        return None
    return Location(lat=lat, lng=lng, label=pick.text)
