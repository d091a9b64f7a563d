"""Take what citizens think of an answer: one vote on each, the last one counts."""

from msgspec.structs import replace

from services.clock import Clock
from services.conversations.message import ContactPoint, Message, Speaker
from services.conversations.model import conversation_id
from services.conversations.service import ConversationService
from services.database.collection import AlreadyExists, Collection, StaleVersion
from services.errors import Conflict, NotFound
from services.improvement.model import OpenQuestion, Reason, Vote, turn_id
from services.improvement.questions import LOOKED_BACK, question_behind
from services.public_list.masking import masked

_TRIES = 5


def is_votable(message: Message) -> bool:
    """Tell whether a message is an answer of the bot that quotes a guide."""
    return message.speaker is Speaker.BOT and message.provenance is not None and bool(message.provenance.item)


class NotAnAnswer(Conflict):
    """Refuse a vote on what quotes no guide: nothing would follow from it."""

    code = "feedback.not_an_answer"
    title = "这条消息不是办事解答，不能评价"


class NoSuchMessage(NotFound):
    """Say that this citizen has no such message."""

    code = "feedback.no_such_message"
    title = "没有找到这条消息"


class Votes:
    """The use case of a vote: the vote itself, and the question it opens or closes again."""

    def __init__(
        self,
        votes: Collection[Vote],
        questions: Collection[OpenQuestion],
        *,
        conversations: ConversationService,
        clock: Clock,
    ) -> None:
        """Take the two collections, and where the answers stand."""
        self._votes = votes
        self._questions = questions
        self._conversations = conversations
        self._clock = clock

    async def on(self, contact: ContactPoint, seq: int, *, is_useful: bool) -> None:
        """Vote on the answer that stands at ``seq`` of a citizen's conversation.

        Raises:
            NoSuchMessage: there is no such message (any more).
            NotAnAnswer: it quotes no guide.
        """
        conversation = await self._conversations.open(contact)
        if not 1 <= seq <= conversation.seq:
            raise NoSuchMessage(f"seq {seq}")
        messages = await self._conversations.range(conversation_id(contact), first=max(1, seq - LOOKED_BACK), last=seq)
        if not messages or messages[-1].seq != seq:
            raise NoSuchMessage(f"seq {seq}")
        why = messages[-1].provenance
        if why is None or not is_votable(messages[-1]):
            raise NotAnAnswer(f"seq {seq}")
        at, turn = self._clock.now(), turn_id(conversation.id, seq)
        text = masked(question_behind(messages)).text
        opened = OpenQuestion(id=turn, at=at, text=text, reason=Reason.DOWNVOTED, item=why.item)
        await self.cast(Vote(id=turn, at=at, is_useful=is_useful, item=why.item), opened)

    async def cast(self, vote: Vote, opened: OpenQuestion) -> None:
        """Store a vote, then open its question or close it; repeating it, or ending it after a crash, is harmless."""
        await self._store(vote)
        if not vote.is_useful:
            try:
                _ = await self._questions.add(opened)
            except AlreadyExists:
                return
        elif (known := await self._questions.find(opened.id)) is not None:
            try:
                await self._questions.delete(known)
            except StaleVersion:
                return

    async def of(self, turn: str) -> bool | None:
        """Return whether the answer of a turn was of use; None when nobody said."""
        vote = await self._votes.find(turn)
        return None if vote is None else vote.is_useful

    async def _store(self, vote: Vote) -> None:
        for _ in range(_TRIES):
            known = await self._votes.find(vote.id)
            if known is not None and known.is_useful == vote.is_useful:
                return
            try:
                _ = await (
                    self._votes.add(vote) if known is None else self._votes.save(replace(vote, version=known.version))
                )
            except (AlreadyExists, StaleVersion):
                continue
            return
        raise StaleVersion(vote.id)
