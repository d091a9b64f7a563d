"""Which documents conversations keep, and how they are found."""

from services.conversations.model import Archive, Conversation
from services.database.collection import Index, Schema

CONVERSATIONS = Schema(
    name="conversations",
    document=Conversation,
    indexes=(Index("pending", ("pending_since",)), Index("remind", ("remind_at",))),
    is_verified=False,
)
ARCHIVES = Schema(name="conversation_archives", document=Archive)
