"""Say which documents the public list is kept in."""

from datetime import date, datetime

from services.database.collection import Document, Index, Schema
from services.petitions.kind import Kind


class PublicPetition(Document, frozen=True, kw_only=True):
    """One petition as everybody may read it. Nothing in it leads back to whoever filed it, its own id neither.

    Args:
        title, text, reply: masked.
        category: the first level.
        district: six digits, or empty.
        department: the name of who answered.
        answered_at: which answer was published; another one takes it down.
        published_by: login name; never shown in public.
    """

    kind: Kind
    title: str
    text: str
    reply: str
    category: str
    district: str
    department: str
    filed_on: date
    answered_at: datetime
    published_at: datetime
    published_by: str


PUBLIC_PETITIONS: Schema[PublicPetition] = Schema(
    name="public_petitions",
    document=PublicPetition,
    indexes=(
        Index("published", ("published_at",)),
        Index("category", ("category", "published_at")),
        Index("district", ("district", "published_at")),
        Index("category_district", ("category", "district", "published_at")),
    ),
)
