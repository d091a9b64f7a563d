"""Who is told of a promise, where, and in which words: a citizen, a unit's own system, or the desk of the centre."""

from typing import Protocol

from msgspec import Struct

from push.templates import petitions, staff
from push.templates.worded import Worded
from services.conversations.message import Channel, ContactPoint, Message, ReplyPart
from services.conversations.model import Conversation
from services.ids import CitizenId, ConversationId
from services.outbox.delivery import Delivery
from services.outbox.notice import Notice
from services.promises import CENTRE, Pending, Topic

CARDS = frozenset({Topic.DEPARTMENT_YELLOW_CARD, Topic.DEPARTMENT_RED_CARD})


class Conversations(Protocol):
    """Where contact points and stored messages are looked up."""

    async def at(self, key: ConversationId) -> Conversation:
        """Return a conversation by its id."""
        ...

    async def range(self, key: ConversationId, *, first: int, last: int) -> tuple[Message, ...]:
        """Return messages of a conversation by their sequence numbers."""
        ...


class Recipient(Struct, frozen=True, kw_only=True):
    """One person, unit or desk at one address; ``id`` tells its delivery from others of the same promise."""

    id: str
    citizen_id: CitizenId
    contact: ContactPoint


class Recipients:
    """Choose addresses and words for what was promised."""

    def __init__(self, *, conversations: Conversations, public_url: str, systems: frozenset[str] = frozenset()) -> None:
        """Take the conversations, how the outside sees this server (scheme and host), and who has a system of its own.

        ``systems`` are the ids of the units whose systems take pushes.
        """
        self._conversations = conversations
        self._systems = systems
        self._public_url = public_url.rstrip("/")

    async def of(self, promise: Pending) -> tuple[Recipient, ...]:
        """Return where a promise goes: the conversation it was made in; nobody when there is none.

        A guest who filed by query key alone has no conversation and follows on the page (design 6).
        """
        if promise.handler:
            return self._staff(promise)
        if promise.conversation_id is None:
            return ()
        conversation = await self._conversations.at(promise.conversation_id)
        return (
            Recipient(
                id=promise.conversation_id,
                citizen_id=promise.citizen_id,
                contact=conversation.contact,
            ),
        )

    def _staff(self, promise: Pending) -> tuple[Recipient, ...]:
        """Return a unit's system, or the desk for what the centre must know.

        Clerks record for a unit without a system and see its petitions on their lists; only its cards are put before
        them.
        """
        if promise.handler in self._systems:
            channel = Channel.DEPARTMENT
        elif promise.handler == CENTRE or promise.topic in CARDS:
            channel = Channel.DESK
        else:
            return ()
        contact = ContactPoint(channel=channel, account="staff", address=promise.handler)
        return (Recipient(id=promise.handler, citizen_id=promise.citizen_id, contact=contact),)

    async def notice(self, delivery: Delivery) -> Notice:
        """Return a delivery in words, ready for a channel."""
        promise = delivery.promise
        if promise.topic is Topic.CONVERSATION_REPLY:
            return await self._reply(delivery)
        worded = staff.worded(promise) if promise.handler else petitions.worded(promise)
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
