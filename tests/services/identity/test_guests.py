"""Guests are known again by their token alone."""

import pytest

from services.conversations.message import Channel
from services.conversations.model import citizen_id
from services.database.collection import Database
from services.identity.guests import GuestService, NotSignedIn
from services.identity.store import GUESTS
from services.identity.tokens import token_id
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.set_clock import SetClock


async def test_a_guest_is_known_by_the_token_and_the_store_cannot_give_it_away(database: Database) -> None:
    guests = database.collection(GUESTS)
    await database.open()
    service = GuestService(guests, clock=SetClock())
    one, other = await service.welcome(), await service.welcome()
    contact = await service.known(one.token)
    assert (contact.channel, citizen_id(contact)) == (Channel.APP, one.citizen_id)
    assert one.citizen_id != other.citizen_id
    assert await guests.find(one.token) is None
    assert one.token not in (await guests.get(token_id("gt", one.token))).id


@pytest.mark.parametrize("token", ["", "x", "\ud800", "gt_"])
async def test_any_other_token_is_nobody(database: Database, token: str) -> None:
    service = GuestService(database.collection(GUESTS), clock=SetClock())
    await database.open()
    with pytest.raises(NotSignedIn):
        await service.known(token)
