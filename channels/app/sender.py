"""The app's way out: append the notice to the conversation, from where every open socket and every later read has it."""

from services.conversations.service import ConversationService
from services.outbox.notice import Notice, Receipt
from services.promises import Topic


class AppSender:
    """Deliver notices to app and H5."""

    def __init__(self, *, conversations: ConversationService) -> None:
        """Take the conversations; there is no platform to call."""
        self._conversations = conversations

    async def send(self, notice: Notice) -> Receipt:
        """Store the notice once per delivery id and wake open sockets; a late reply is stored already."""
        if notice.topic is Topic.CONVERSATION_REPLY:
            return Receipt(way="stream")
        _ = await self._conversations.notify(notice.contact, notice.parts, key=notice.delivery_id)
        return Receipt(way="stream")
