"""What is remembered of a talk about halls."""

from datetime import datetime

from msgspec import Struct

from services.items.model import ItemCode


class HallTalk(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The halls talked about last.

    ``district`` and ``street`` are codes, empty while the citizen has not said; ``item`` is what they want to do there;
    ``text`` is the question that waits for the district, empty when it was answered.
    """

    at: datetime
    district: str = ""
    street: str = ""
    item: ItemCode | None = None
    text: str = ""
