"""The frames of the stream (design 6): JSON objects with a ``type``."""

from typing import Annotated

from msgspec import Meta, Struct

from channels.app.bodies import MessageBody, MessageLine, line_as
from services.conversations.message import Message

FRAME_LIMIT = 64 * 1024


class MessageFrame(MessageLine, frozen=True, kw_only=True, omit_defaults=True, tag="message"):
    """One message of the conversation, of whoever said it: the same fields as when it is read."""


class AckFrame(Struct, frozen=True, kw_only=True, tag="ack"):
    """A client's message was accepted and has this ``seq``.

    0: it is kept safe and has no place yet, for its answer is late. It comes as a message with its ``client_id``.
    """

    client_id: str
    seq: int


class RefusedFrame(Struct, frozen=True, kw_only=True, tag="refused"):
    """A client's message was not accepted; ``title`` may be shown."""

    client_id: str
    code: str
    title: str


class PingFrame(Struct, frozen=True, tag="ping"):
    """Asks for a ``pong``."""


ServerFrame = MessageFrame | AckFrame | RefusedFrame | PingFrame
"""What we send. ``typing``, ``read`` and ``queue`` of design 6 belong to agents and come with them: a bot answers at once,
and nothing is shown that nobody did."""


class ClientMessage(MessageBody, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="message"):
    """A message sent by the socket.

    A client keeps at most eight of them unacknowledged and after a cut sends those again under their ``client_id``,
    oldest first: a conversation remembers a bounded number of answers, and an older message would count anew.
    """


class ClientTyping(Struct, frozen=True, tag="typing"):
    """The citizen is writing. A sign of life; there is nobody to show it to while bots alone answer."""


class ClientRead(Struct, frozen=True, tag="read"):
    """Everything up to this ``seq`` was seen. A sign of life; nobody asks for it while bots alone answer."""

    seq: Annotated[int, Meta(ge=0)]


class ClientPong(Struct, frozen=True, tag="pong"):
    """Still there."""


ClientFrame = ClientMessage | ClientTyping | ClientRead | ClientPong


def message_frame(message: Message) -> MessageFrame:
    """Return a stored message as the stream shows it."""
    return line_as(MessageFrame, message)
