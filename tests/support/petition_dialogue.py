"""A petition dialogue without a server: a small gazetteer, a few time phrases, and a desk that remembers what was filed."""

from datetime import date, datetime

from bots.petition.bot import PetitionBot
from bots.petition.ports import Filed
from bots.petition.reader import Reader
from bots.petition.state import Form, Place
from services.conversations.model import Conversation
from services.identity.sealing import Sealer

LAOSHAN = Place(text="崂山区", district="崂山区")
HAINAN = Place(text="海南路", district="市南区", street="香港中路街道")
BOTH = tuple(Place(text="和平社区", district=name, community="和平社区") for name in ("市北区", "李沧区"))


class FewPlaces:
    """Know three names; one of them is two places."""

    def recognise(self, text: str) -> tuple[Place, ...]:
        """Return the places a text names."""
        if "和平社区" in text:
            return BOTH
        if "海南路" in text:
            return (HAINAN,)
        return (LAOSHAN,) if "崂山" in text else ()


class FewMoments:
    """Know three time phrases."""

    def find(self, text: str, *, now: datetime) -> str:
        """Return the first known phrase in a text."""
        return next((phrase for phrase in ("半夜", "昨晚", "一直") if phrase in text), "")


class FilingDesk:
    """File forms and remember them; the same draft always gets the same number."""

    def __init__(self) -> None:
        self.filed: list[Form] = []
        self._numbers: dict[str, str] = {}

    async def file(self, form: Form, conversation: Conversation) -> Filed:
        """Return number and key of a form."""
        self.filed.append(form)
        number = self._numbers.setdefault(form.draft, f"QD20261124-0000{len(self._numbers)}0")
        return Filed(number=number, query_key="0123456789ABCDEF", due=date(2026, 12, 1))


def a_petition_bot(desk: FilingDesk) -> PetitionBot:
    """Return the bot over the small world."""
    reader = Reader(places=FewPlaces(), moments=FewMoments())
    return PetitionBot(reader=reader, petitions=desk, sealer=Sealer(b"k" * 32))
