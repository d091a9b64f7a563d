"""What the petition dialogue asks of the petitions."""

from datetime import date
from typing import Protocol

from msgspec import Struct

from bots.petition.state import Form
from services.conversations.model import Conversation


class Filed(Struct, frozen=True, kw_only=True):
    """What the citizen is told after filing: the same again when the same draft is filed again.

    ``due`` is None while the calendar does not reach the date yet (the State Council's notice is not out).
    """

    number: str
    query_key: str
    due: date | None


class Filing(Protocol):
    """File a finished form."""

    async def file(self, form: Form, conversation: Conversation) -> Filed:
        """File once per draft and return number and query key; the phone in the form is plain."""
        ...
