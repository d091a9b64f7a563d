"""How a conversation document changes when something is said: pure functions, no store."""

from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from services.conversations.message import (
    Channel,
    Event,
    EventKind,
    Inbound,
    InboundPart,
    Message,
    ReplyPart,
    Speaker,
)
from services.conversations.model import (
    ANSWERS_KEPT,
    ARCHIVE_CHUNK,
    MESSAGES_KEPT,
    WINDOW_RULES,
    Answer,
    Answered,
    Archive,
    Conversation,
    Owner,
    Reach,
    Response,
    Window,
    encoded,
)
from services.promises import Pending, Topic

WINDOWED = frozenset({Channel.WECHAT, Channel.ALIPAY})
"""Platforms that carry a message of ours only for a while after the citizen's."""
_INTERACTIONS = frozenset({EventKind.MENU_CLICKED, EventKind.FOLLOWED, EventKind.SCANNED})


def with_turn(
    conversation: Conversation, inbound: Inbound, *, response: Response, at: datetime
) -> tuple[Conversation, Answered]:
    """Return the conversation after one message of the citizen and what the bot answered to it, and the answer."""
    seq = conversation.seq + 1
    said = [
        Message(seq=seq, speaker=Speaker.CITIZEN, parts=(inbound.part,), at=at, client_id=inbound.client_id),
    ]
    if response.replies:
        said.append(
            Message(seq=seq + 1, speaker=Speaker.BOT, parts=response.replies, at=at, provenance=response.provenance)
        )
    answer = Answer(key=inbound.key, seq=seq, first=seq + 1, last=said[-1].seq, at=at)
    changed = replace(
        conversation,
        seq=said[-1].seq,
        kept=conversation.kept + tuple(map(encoded, said)),
        answers=(*conversation.answers[1 - ANSWERS_KEPT :], answer),
        dialogue=response.dialogue,
        reach=_reached(conversation.reach, inbound.part, at=at),
        remind_at=response.remind_at,
    )
    return changed, Answered(seq=seq, replies=tuple(said[1:]))


def with_notice(conversation: Conversation, message: Message, *, key: str) -> tuple[Conversation, Message]:
    """Return the conversation after a message of ours that nobody asked for, and the message with its ``seq``.

    The key makes a repeat visible.
    """
    from_us = replace(message, seq=conversation.seq + 1)
    answer = Answer(key=key, seq=from_us.seq, first=from_us.seq, last=from_us.seq, at=message.at, pushed=True)  # type: ignore[arg-type]  # a delivery id is a key too
    changed = replace(
        conversation,
        seq=from_us.seq,
        kept=(*conversation.kept, encoded(from_us)),
        answers=(*conversation.answers[1 - ANSWERS_KEPT :], answer),
    )
    return changed, from_us


def with_push(conversation: Conversation, answer: Answer, *, at: datetime, late: bool = False) -> Conversation:
    """Return the conversation promising that an answer's replies leave through the outbox; ``late``: all of them."""
    promise = Pending(
        id=f"{conversation.id}:reply:{answer.first}",
        topic=Topic.CONVERSATION_REPLY,
        at=at,
        citizen_id=conversation.citizen_id,
        conversation_id=conversation.id,  # type: ignore[arg-type]  # the document's id is the conversation's
        facts={"first_seq": str(answer.first), "last_seq": str(answer.last)},
    )
    return replace(
        conversation,
        answers=tuple(replace(a, pushed=True, late=late) if a.key == answer.key else a for a in conversation.answers),
        pending=(*conversation.pending, promise),
    )


def with_reminder(conversation: Conversation, parts: tuple[ReplyPart, ...], *, at: datetime) -> Conversation:
    """Return the conversation after its reminder is settled: said, or passed over where it would reach nobody.

    A platform with windows (WeChat) refuses a message outside them, and what a human holds is not interrupted.
    """
    settled = replace(conversation, remind_at=None)
    is_closed = conversation.contact.channel in WINDOWED and open_window(conversation.reach, at=at) is Window.CLOSED
    if is_closed or conversation.owner is not Owner.BOT:
        return settled
    message = Message(seq=0, speaker=Speaker.BOT, parts=parts, at=at)
    reminded, _ = with_notice(settled, message, key=f"remind:{conversation.seq}")
    return with_push(reminded, reminded.answers[-1], at=at, late=True)


def outcome_of(conversation: Conversation, answer: Answer) -> Answered:
    """Return an answer as it was given; replies that went to the archive meanwhile are left out."""
    return Answered(seq=answer.seq, replies=conversation.said(answer.first, answer.last), late=answer.late)


def overflow(conversation: Conversation) -> tuple[Conversation, Archive | None]:
    """Split off the oldest chunk when the document holds more messages than it should.

    The archive must be stored before the shortened conversation: after a crash between the two the chunk is found
    there already and nothing is missing.
    """
    if len(conversation.kept) <= MESSAGES_KEPT:
        return conversation, None
    first = conversation.first_kept
    chunk = (first - 1) // ARCHIVE_CHUNK
    end = (chunk + 1) * ARCHIVE_CHUNK - first + 1
    archive = Archive(id=archive_id(conversation.id, chunk), first=first, kept=conversation.kept[:end])
    return replace(conversation, kept=conversation.kept[end:]), archive


def archive_id(conversation_id: str, chunk: int) -> str:
    """Return the id of one chunk of a conversation's archive."""
    return f"{conversation_id}:{chunk}"


def open_window(reach: Reach, *, at: datetime) -> Window:
    """Return which window still carries a message of ours at a moment; the longer one is spent last."""
    lasting, count = WINDOW_RULES[Window.INTERACTION]
    if reach.interaction_at and at < reach.interaction_at + lasting and reach.interaction_sent < count:
        return Window.INTERACTION
    lasting, count = WINDOW_RULES[Window.MESSAGE]
    if reach.message_at and at < reach.message_at + lasting and reach.message_sent < count:
        return Window.MESSAGE
    return Window.CLOSED


def spent(reach: Reach, window: Window) -> Reach:
    """Return the ledger after one message went out through a window."""
    match window:
        case Window.INTERACTION:
            return replace(reach, interaction_sent=reach.interaction_sent + 1)
        case Window.MESSAGE:
            return replace(reach, message_sent=reach.message_sent + 1)
        case Window.CLOSED:
            return reach
        case _:
            assert_never(window)


def _reached(reach: Reach, part: InboundPart, *, at: datetime) -> Reach:
    if not isinstance(part, Event):
        return replace(reach, message_at=at, message_sent=0, following=True)
    match part.kind:
        case EventKind.UNFOLLOWED:
            return Reach(following=False)
        case kind if kind in _INTERACTIONS:
            return replace(reach, interaction_at=at, interaction_sent=0, following=True)
        case _:
            return reach
