"""What every channel of citizens must hold, whatever its platform: a suite that each channel's tests inherit.

A channel gives a `Callee`: it serves the channel around an inbox and builds the platform's calls. The sending half of the
contract (each send error mapped) is `SendErrors`.
"""

from collections.abc import Awaitable, Callable
from typing import ClassVar, Protocol

import pytest
from aiohttp import ClientSession

from services.conversations.message import Inbound, Text, Unsupported
from services.outbox.send_errors import SendFailed


class Call(Protocol):
    """One call of the platform, ready to be made as often as wanted."""

    path: str
    body: bytes


class Callee(Protocol):
    """A served channel, and the platform's hand to call it."""

    url: str
    received: list[Inbound]

    def text(self, body: str, *, key: str, stamp: str = "") -> Call:
        """Return a genuine text message; calls with another ``stamp`` differ in whatever the platform signs."""
        ...

    def forged(self) -> Call:
        """Return a text message signed with another secret."""
        ...

    def unknown_kind(self) -> Call:
        """Return a genuine message of a kind that does not exist."""
        ...

    def oversized(self) -> Call:
        """Return a call with a genuine signature and more than 64 KB."""
        ...

    def text_of(self, answer: bytes) -> str:
        """Return the text a citizen reads in an answer, empty when it shows nothing."""
        ...

    def is_acknowledged(self, answer: bytes) -> bool:
        """Tell whether the platform takes an answer for success."""
        ...


class ChannelContract:
    """Inherit it in ``Test…`` and give a fixture ``callee`` whose inbox echoes text with 收到：."""

    async def test_a_genuine_message_is_handed_in_and_answered(self, callee: Callee) -> None:
        status, answer = await _call(callee, callee.text("居住证", key="1"))
        assert status == 200
        assert callee.text_of(answer) == "收到：居住证"
        assert [inbound.part for inbound in callee.received] == [Text("居住证")]

    async def test_a_forged_signature_is_refused_and_changes_nothing(self, callee: Callee) -> None:
        status, answer = await _call(callee, callee.forged())
        assert 400 <= status < 500
        assert not callee.is_acknowledged(answer)
        assert callee.received == []

    async def test_a_repeat_has_no_second_effect_and_gets_the_first_answer(self, callee: Callee) -> None:
        call = callee.text("居住证", key="1")
        answers = [await _call(callee, call) for _ in range(3)]
        assert {callee.text_of(answer) for _, answer in answers} == {"收到：居住证"}
        assert {status for status, _ in answers} == {200}
        assert len(callee.received) == 1

    async def test_a_repeat_under_a_new_stamp_has_no_second_effect_either(self, callee: Callee) -> None:
        await _call(callee, callee.text("居住证", key="1", stamp="a"))
        _, answer = await _call(callee, callee.text("居住证", key="1", stamp="b"))
        assert callee.text_of(answer) == "收到：居住证"
        assert len(callee.received) == 1

    async def test_a_body_over_64_kb_is_refused(self, callee: Callee) -> None:
        status, _ = await _call(callee, callee.oversized())
        assert status == 413
        assert callee.received == []

    async def test_an_unknown_kind_of_message_is_handed_in_as_such_and_answered_politely(self, callee: Callee) -> None:
        status, answer = await _call(callee, callee.unknown_kind())
        assert status == 200
        assert callee.is_acknowledged(answer) or callee.text_of(answer)
        assert [type(inbound.part) for inbound in callee.received] == [Unsupported]


class SendErrors:
    """Inherit it in ``Test…``, fill ``expected`` and give a fixture ``send`` that sends once against a code."""

    expected: ClassVar[dict[int, type[SendFailed]]]

    async def test_each_send_error_is_mapped(self, send: Callable[[object], Awaitable[None]]) -> None:
        for code, failure in self.expected.items():
            with pytest.raises(SendFailed) as caught:
                await send(code)
            assert isinstance(caught.value, failure), code


async def _call(callee: Callee, call: Call) -> tuple[int, bytes]:
    async with ClientSession() as session, session.post(callee.url + call.path, data=call.body) as response:
        return response.status, await response.read()
