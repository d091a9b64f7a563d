"""Guests, messages and tickets of the client API, against the whole running system."""

import pytest

from tests.support.system import Running
from tests.support.system import system as system  # noqa: PLC0414 - a fixture, imported by name

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_repeated_message_gets_the_first_answer(system: Running) -> None:
    guest = await system.client.guest()
    body = {"client_id": "m1", "parts": [{"type": "text", "body": "身份证丢了怎么补办"}]}
    first = await guest.call("POST", "/api/v1/messages", body)
    assert first.status == 200
    assert (await guest.call("POST", "/api/v1/messages", body)).body == first.body
