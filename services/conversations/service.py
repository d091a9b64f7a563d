"""The use cases of a conversation; each is one write of one document."""

from datetime import timedelta

from msgspec.structs import replace

from services.clock import Clock
from services.conversations import history
from services.conversations.message import (
    Channel,
    ContactPoint,
    Inbound,
    Message,
    MessageKey,
    ReplyPart,
    Speaker,
)
from services.conversations.model import (
    ARCHIVE_CHUNK,
    Answered,
    Archive,
    Conversation,
    Reach,
    Response,
    Window,
    citizen_id,
    conversation_id,
    decoded,
)
from services.coordination.ports import Bell, Fanout
from services.database.collection import AlreadyExists, Collection, Range, StaleVersion
from services.errors import Conflict
from services.ids import ConversationId
from services.promises import PENDING_BELL

WATCHED = frozenset({Channel.APP})
"""Channels whose citizens may have a socket open."""
NEWS = b"news"
"""The payload of a wake-up: who listens reads the messages behind their last ``seq`` from the store."""

ATTEMPTS = 5
"""How often a change decided from the document alone is decided again when somebody else was faster."""


class NotYourTurn(Conflict):
    """Refuse a message that was decided before the conversation got another owner."""

    code = "conversation.not_your_turn"
    title = "会话已由他人接手"


class ConversationService:
    """Open, record and read conversations."""

    def __init__(
        self,
        conversations: Collection[Conversation],
        archives: Collection[Archive],
        *,
        clock: Clock,
        bell: Bell,
        fanout: Fanout,
    ) -> None:
        """Take the two collections of store.py, what wakes the relay, and what wakes open sockets."""
        self._conversations = conversations
        self._archives = archives
        self._clock = clock
        self._bell = bell
        self._fanout = fanout

    async def open(self, contact: ContactPoint) -> Conversation:
        """Return the conversation at a contact point; a new one is not stored before something is said."""
        key = conversation_id(contact)
        found = await self._conversations.find(key)
        return found or Conversation(id=key, contact=contact, citizen_id=citizen_id(contact))

    async def ensure(self, contact: ContactPoint) -> None:
        """Store the conversation at a contact point if nothing was said there yet, so that it can be written to."""
        conversation = await self.open(contact)
        if not conversation.version:
            _ = await self._tried(conversation)

    async def at(self, key: ConversationId) -> Conversation:
        """Return a stored conversation by its id."""
        return await self._conversations.get(key)

    async def record(
        self, conversation: Conversation, inbound: Inbound, *, response: Response, push: bool = False
    ) -> Answered:
        """Store one message of the citizen together with its answer, durably, and return the answer.

        Args:
            conversation: as the response was decided on.
            inbound: what the citizen said.
            response: what the bot decided.
            push: whether the replies leave through the outbox, because the callback cannot carry them any more.

        Raises:
            StaleVersion: somebody else changed the conversation: read again and decide again.
        """
        now = self._clock.now()
        changed, answered = history.with_turn(conversation, inbound, response=response, at=now)
        if push and response.replies:
            changed = history.with_push(changed, changed.answers[-1], at=now, late=True)
        await self._store(changed)
        return answered

    async def repeat(self, conversation: Conversation, key: MessageKey) -> Answered | None:
        """Return what a message was answered with before, or None when it is new."""
        answer = conversation.answer_to(key)
        if answer is None:
            return None
        outcome = history.outcome_of(conversation, answer)
        if outcome.replies or answer.last < answer.first:
            return outcome
        replies = await self._archived(conversation.id, first=answer.first, last=answer.last)
        return Answered(seq=answer.seq, replies=replies, late=answer.late)

    async def push_answer(self, contact: ContactPoint, key: MessageKey, *, late: bool = False) -> None:
        """Promise that an answer already stored leaves through the outbox; repeating it changes nothing.

        ``late`` says that the callback was answered without any of it.
        """
        for _ in range(ATTEMPTS):
            conversation = await self.open(contact)
            answer = conversation.answer_to(key)
            if answer is None or answer.pushed or answer.last < answer.first:
                return
            if await self._tried(history.with_push(conversation, answer, at=self._clock.now(), late=late)):
                return
        raise StaleVersion(conversation_id(contact))

    async def notify(
        self, contact: ContactPoint, parts: tuple[ReplyPart, ...], *, key: str, counted: bool = False
    ) -> Message | None:
        """Append a message of ours that nobody asked for, once per key; return it, also when it stood there already.

        With ``counted`` the same write spends one message of an open window; None is returned, and nothing written,
        when no window is open.
        """
        for _ in range(ATTEMPTS):
            conversation = await self.open(contact)
            if (answer := conversation.answer_to(MessageKey(key))) is not None:
                return next(iter(history.outcome_of(conversation, answer).replies), None)
            now = self._clock.now()
            message = Message(seq=0, speaker=Speaker.SYSTEM, parts=parts, at=now)
            changed, noticed = history.with_notice(conversation, message, key=key)
            if counted:
                window = history.open_window(conversation.reach, at=now)
                if window is Window.CLOSED:
                    return None
                changed = replace(changed, reach=history.spent(conversation.reach, window))
            if await self._tried(changed):
                return noticed
        raise StaleVersion(conversation_id(contact))

    async def due_reminders(self, *, limit: int = 100) -> tuple[ConversationId, ...]:
        """Return conversations whose reminder is due, the longest due first."""
        due = Range(below=self._clock.now() + timedelta(microseconds=1))
        page = await self._conversations.query("remind", within=due, limit=limit)
        return tuple(ConversationId(document.id) for document in page.documents)

    async def remind(self, key: ConversationId, parts: tuple[ReplyPart, ...]) -> bool:
        """Bring to mind what was left unfinished, once; False when it is not due any more, or would reach nobody."""
        for _ in range(ATTEMPTS):
            conversation, now = await self.at(key), self._clock.now()
            if conversation.remind_at is None or conversation.remind_at > now:
                return False
            changed = history.with_reminder(conversation, parts, at=now)
            if await self._tried(changed):
                return changed.seq > conversation.seq
        raise StaleVersion(key)

    async def spend(self, contact: ContactPoint) -> bool:
        """Count one message that goes out through an open window; False, and nothing written, when none is open."""
        for _ in range(ATTEMPTS):
            conversation = await self.open(contact)
            window = history.open_window(conversation.reach, at=self._clock.now())
            if window is Window.CLOSED:
                return False
            if await self._tried(replace(conversation, reach=history.spent(conversation.reach, window))):
                return True
        raise StaleVersion(conversation_id(contact))

    async def close_windows(self, contact: ContactPoint, *, following: bool = True) -> None:
        """Take the platform's word that nothing more gets through until the citizen writes again."""
        for _ in range(ATTEMPTS):
            conversation = await self.open(contact)
            if not conversation.version or await self._tried(replace(conversation, reach=Reach(following=following))):
                return
        raise StaleVersion(conversation_id(contact))

    async def after(self, contact: ContactPoint, seq: int, *, limit: int = 200) -> tuple[Message, ...]:
        """Return the messages later than ``seq``, in order, at most ``limit``; archived ones come back too."""
        conversation = await self.open(contact)
        first_kept = conversation.first_kept
        newer = conversation.said(seq + 1, conversation.seq)
        if seq + 1 >= first_kept:
            return newer[:limit]
        older = await self._archived(conversation.id, first=seq + 1, last=min(first_kept - 1, seq + limit))
        return (older + newer)[:limit]

    async def range(self, key: ConversationId, *, first: int, last: int) -> tuple[Message, ...]:
        """Return the messages from ``first`` to ``last`` of a conversation."""
        conversation = await self.at(key)
        kept = conversation.said(first, last)
        if len(kept) == last - first + 1:
            return kept
        return await self._archived(key, first=first, last=last) + kept

    async def forget(self, contact: ContactPoint) -> None:
        """Erase what was said, because the citizen left (channels.md 1.2: the platform asks for it on unsubscribe).

        Archives go first: a crash in between leaves a conversation that is erased when this is repeated.
        """
        for _ in range(ATTEMPTS):
            conversation = await self.open(contact)
            if not conversation.version:
                return
            await self._erase_archives(conversation)
            emptied = Conversation(
                id=conversation.id,
                version=conversation.version,
                contact=contact,
                citizen_id=conversation.citizen_id,
                turn=conversation.turn,
                seq=conversation.seq,
                answers=conversation.answers,
                reach=Reach(following=False),
                pending=conversation.pending,
            )
            if await self._tried(emptied):
                return
        raise StaleVersion(conversation_id(contact))

    async def _erase_archives(self, conversation: Conversation) -> None:
        for chunk in range((conversation.seq // ARCHIVE_CHUNK) + 1):
            archive = await self._archives.find(history.archive_id(conversation.id, chunk))
            if archive is not None:
                await self._archives.delete(archive)

    async def _tried(self, conversation: Conversation) -> bool:
        try:
            await self._store(conversation)
        except StaleVersion:
            return False
        return True

    async def _store(self, conversation: Conversation) -> None:
        shortened, archive = history.overflow(conversation)
        if archive is not None:
            await self._archive(archive)
        if not conversation.version:
            try:
                await self._conversations.add(shortened)
            except AlreadyExists as error:
                raise StaleVersion(conversation.id) from error
        else:
            await self._conversations.save(shortened)
        if conversation.pending:
            self._bell.ring(PENDING_BELL)
        if conversation.contact.channel in WATCHED:
            await self._fanout.publish(conversation.id, NEWS)

    async def _archive(self, archive: Archive) -> None:
        try:
            await self._archives.add(archive)
        except AlreadyExists:
            # The crash came between the archive and the conversation: the chunk is there and is the same.
            return

    async def _archived(self, key: str, *, first: int, last: int) -> tuple[Message, ...]:
        found: list[Message] = []
        for chunk in range((first - 1) // ARCHIVE_CHUNK, (last - 1) // ARCHIVE_CHUNK + 1):
            archive = await self._archives.find(history.archive_id(key, chunk))
            if archive is not None:
                found.extend(decoded(archive.kept, archive.first, between=(first, last)))
        return tuple(found)
