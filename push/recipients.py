"""Who is told of a promise, where, and in which words."""

from typing import Protocol

from msgspec import Struct

from push.templates import petitions
from push.templates.worded import Worded
from services.conversations.message import ContactPoint, Message, ReplyPart
from services.conversations.model import Conversation
from services.ids import CitizenId, ConversationId
from services.outbox.delivery import Delivery
from services.outbox.notice import Notice
from services.promises import Pending, Topic


class Conversations(Protocol):
    """Where contact points and stored messages are looked up."""

    async def at(self, key: ConversationId) -> Conversation:
        """Return a conversation by its id."""
        ...

    async def range(self, key: ConversationId, *, first: int, last: int) -> tuple[Message, ...]:
        """Return messages of a conversation by their sequence numbers."""
        ...


class Recipient(Struct, frozen=True, kw_only=True):
    """One person at one address."""

    conversation_id: ConversationId
    citizen_id: CitizenId
    contact: ContactPoint


class Recipients:
    """Choose addresses and words for what was promised."""

    def __init__(self, *, conversations: Conversations, public_url: str) -> None:
        """Take the conversations and how the outside sees this server (scheme and host)."""
        self._conversations = conversations
        self._public_url = public_url.rstrip("/")

    async def of(self, promise: Pending) -> tuple[Recipient, ...]:
        """Return where a promise goes: the conversation it was made in; nobody when there is none.

        A guest who filed by query key alone has no conversation and follows on the page (design 6).
        """
        if promise.conversation_id is None:
            return ()
        conversation = await self._conversations.at(promise.conversation_id)
        return (
            Recipient(
                conversation_id=promise.conversation_id,
                citizen_id=promise.citizen_id,
                contact=conversation.contact,
            ),
        )

    async def notice(self, delivery: Delivery) -> Notice:
        """Return a delivery in words, ready for a channel."""
        promise = delivery.promise
        if promise.topic is Topic.CONVERSATION_REPLY:
            return await self._reply(delivery)
        worded = petitions.worded(promise)
        return self._worded(delivery, worded)

    async def _reply(self, delivery: Delivery) -> Notice:
        promise = delivery.promise
        messages: tuple[Message, ...] = ()
        if promise.conversation_id is not None:
            first, last = int(promise.facts["first_seq"]), int(promise.facts["last_seq"])
            messages = await self._conversations.range(promise.conversation_id, first=first, last=last)
        parts: tuple[ReplyPart, ...] = tuple(part for message in messages for part in message.parts)  # type: ignore[misc]  # ours
        notice = self._worded(delivery, Worded(parts=parts, fields={}))
        return Notice(
            delivery_id=notice.delivery_id,
            topic=notice.topic,
            contact=notice.contact,
            parts=parts,
            fields={},
            messages=messages,
        )

    def _worded(self, delivery: Delivery, worded: Worded) -> Notice:
        return Notice(
            delivery_id=delivery.id,
            topic=delivery.promise.topic,
            contact=delivery.contact,
            parts=worded.parts,
            fields=worded.fields,
            url=self._public_url + worded.path if worded.path else "",
        )
