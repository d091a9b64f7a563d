"""Which documents conversations keep, and how they are found."""

from services.conversations.model import Archive, Conversation
from services.database.collection import Index, Schema

CONVERSATIONS = Schema(
    name="conversations",
    document=Conversation,
    indexes=(Index("pending", ("pending_since",)), Index("remind", ("remind_at",))),
    is_verified=False,
    # Who writes once writes again within minutes: some 10,000 conversations that are going on.
    kept_in_memory=128 * 1024 * 1024,
)
ARCHIVES = Schema(name="conversation_archives", document=Archive)
