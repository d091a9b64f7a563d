"""Talk to the router over the real catalogue, places, calendar and understanding; petitions are filed in memory."""

import functools
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Raw
from msgspec.structs import replace

from bots.advice.advisers import Advisers
from bots.answers.bot import ItemAnswers
from bots.petition.bot import PetitionBot
from bots.petition.moments import TimePhrases
from bots.petition.places import GazetteerPlaces
from bots.petition.reader import Reader
from bots.progress.acting import ActingBot
from bots.progress.bot import ProgressBot
from bots.progress.ports import View
from bots.progress.ports_acting import Deed, Own, Refused
from bots.router import Router
from bots.understanding.loader import load_pipeline
from bots.understanding.pipeline import Pipeline
from services.conversations.history import with_turn
from services.conversations.message import Card, Choices, InboundPart, Provenance, ReplyPart, Text
from services.conversations.model import Conversation, citizen_id, conversation_id
from services.identity.sealing import Sealer
from services.ids import CitizenId
from services.items.search.settings import SearchSettings
from services.items.service import ItemService
from services.petitions.loader import City, load_city
from tests.support.conversations import a_contact, an_inbound
from tests.support.halls import a_hall_bot, the_gazetteer
from tests.support.petition_dialogue import FilingDesk
from tests.support.set_clock import SetClock

_DATA = Path(__file__).parents[2] / "data"


@functools.cache
def the_items() -> ItemService:
    """Return the shipped catalogue with its search, read once for all tests."""
    with tempfile.TemporaryDirectory() as cache:
        return ItemService.load((_DATA / "items.json",), settings=SearchSettings(), data=_DATA, cache=Path(cache))


@functools.cache
def the_city() -> City:
    """Return the city's rules, read once for all tests."""
    return load_city(_DATA)


@functools.cache
def the_pipeline() -> Pipeline:
    """Return the real understanding, read once for all tests."""
    return load_pipeline(_DATA, the_items().matcher, settings=SearchSettings(), doors=the_city().rules.doors)


class Filed:
    """The petitions of one citizen: what the desk filed shows in the progress."""

    def __init__(self, desk: FilingDesk) -> None:
        self._desk = desk

    async def latest(self, citizen_id: CitizenId) -> tuple[View, ...]:
        """Return what was filed, newest first."""
        return tuple(
            View(number=f"QD20261124-0000{order}0", status="待受理", due=None, steps=())
            for order in reversed(range(len({form.draft for form in self._desk.filed})))
        )

    async def mine(self, number: str, citizen_id: CitizenId) -> View | None:
        """Return one of them by its number."""
        return next((view for view in await self.latest(citizen_id) if view.number == number), None)

    async def by_key(self, number: str, query_key: str) -> View | None:
        """Return nothing: nobody else's petition is known here."""
        return None


class NothingToActOn:
    """A citizen none of whose petitions may be acted on now."""

    async def own(self, citizen_id: CitizenId, *, key: str) -> tuple[Own, ...]:
        """Return nothing."""
        return ()

    async def one(self, number: str, citizen_id: CitizenId, *, key: str) -> Own | None:
        """Return nothing."""
        return None

    async def do(self, deed: Deed, citizen_id: CitizenId) -> str:
        """Refuse: nothing was offered."""
        raise Refused(deed.number)


class BotChat:
    """One citizen's chat, kept between messages as the conversation service would."""

    def __init__(self, *, clock: SetClock | None = None, advisers: Advisers | None = None) -> None:
        """Begin with an empty conversation; without plug-ins unless some are given."""
        self.desk = FilingDesk()
        self.clock = clock or SetClock()
        contact = a_contact()
        self.conversation = Conversation(
            id=conversation_id(contact), contact=contact, citizen_id=citizen_id(contact), version=1
        )
        self.why: Provenance | None = None
        self._count = 0
        self._router = a_router(self.desk, self.clock, advisers=advisers)

    def restart(self) -> None:
        """Go on as another process would: with nothing but the conversation as it is stored, read back from bytes."""
        self.conversation = replace(self.conversation, dialogue=Raw(bytes(self.conversation.dialogue)))
        self._router = a_router(self.desk, self.clock)

    async def say(self, part: str | InboundPart) -> tuple[ReplyPart, ...]:
        """Send one message and return what the bots answer."""
        self._count += 1
        inbound = an_inbound(part, key=f"m{self._count}")
        response = await self._router.respond(self.conversation, inbound)
        self.why = response.provenance
        self.conversation, _ = with_turn(self.conversation, inbound, response=response, at=self.clock.now())
        return response.replies


def a_router(desk: FilingDesk, clock: SetClock, *, advisers: Advisers | None = None) -> Router:
    """Return the router as the server wires it, but for the petitions."""
    reader = Reader(places=GazetteerPlaces(the_gazetteer()), moments=TimePhrases())
    return Router(
        understander=the_pipeline(),
        answers=ItemAnswers(catalogues=the_items()),
        petition=PetitionBot(reader=reader, petitions=desk, sealer=Sealer(b"k" * 32)),
        progress=ProgressBot(petitions=Filed(desk)),
        acting=ActingBot(NothingToActOn()),
        halls=a_hall_bot(the_items()),
        doors=the_city().rules.doors,
        clock=clock,
        advisers=advisers,
    )


def as_read(parts: Sequence[ReplyPart]) -> str:
    """Return everything a person reads in some parts."""
    lines: list[str] = []
    for part in parts:
        match part:
            case Text(body):
                lines.append(body)
            case Choices(prompt=prompt, options=options):
                lines += [prompt, *(f"{n}. {option.label}" for n, option in enumerate(options, 1))]
            case Card(title=title, rows=rows):
                lines += [title, *(f"{row.label}:{row.text}" for row in rows)]
            case _:
                lines.append(repr(part))
    return "\n".join(lines)
