"""A message is the same whether the stream brings it or it is read."""

from datetime import UTC, datetime

import msgspec
import pytest

from channels.app.bodies import line
from channels.app.frames import message_frame
from services.conversations.message import Message, Provenance, Speaker, Text

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
QUOTED = Provenance(kind="item", action="answer", item="370709901000")
ASKED_BACK = Provenance(kind="item", action="menu")


@pytest.mark.parametrize(
    ("speaker", "why", "client_id", "is_votable"),
    [
        (Speaker.CITIZEN, None, "m1", False),
        (Speaker.BOT, QUOTED, "", True),
        (Speaker.BOT, ASKED_BACK, "", False),
        (Speaker.SYSTEM, None, "", False),
    ],
)
def test_the_stream_says_of_a_message_what_reading_it_says(
    speaker: Speaker, why: Provenance | None, client_id: str, *, is_votable: bool
) -> None:
    message = Message(seq=7, speaker=speaker, parts=(Text("户口簿"),), at=AT, provenance=why, client_id=client_id)
    streamed = msgspec.to_builtins(message_frame(message))
    assert streamed == {"type": "message", **msgspec.to_builtins(line(message))}
    assert streamed.get("votable", False) is is_votable
