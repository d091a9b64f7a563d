"""Keep what the staff of the centre are told (待办提醒), newest first, until somebody has seen to it."""

from datetime import datetime

from services.clock import Clock
from services.database.collection import AlreadyExists, Collection, Document, Index, Page, Schema
from services.promises import Topic


class StaffNotice(Document, frozen=True, kw_only=True):
    """One notice; the id is its delivery's, so that a repeat is the same notice.

    ``handler`` is the unit it is about, or the centre. ``seen_by`` is the login name of whoever saw to it.
    """

    topic: Topic
    handler: str
    number: str
    text: str
    at: datetime
    seen_by: str = ""
    seen_at: datetime | None = None

    @property
    def open_at(self) -> datetime | None:
        """Return when it came; None (not in the index) once somebody saw to it."""
        return None if self.seen_by else self.at


NOTICES: Schema[StaffNotice] = Schema(
    name="staff_notices", document=StaffNotice, indexes=(Index("open", ("open_at",)), Index("at", ("at",)))
)


class NoticeBoard:
    """The notices of the centre."""

    def __init__(self, notices: Collection[StaffNotice], clock: Clock) -> None:
        """Take the notices."""
        self._notices = notices
        self._clock = clock

    async def put_up(self, notice: StaffNotice) -> None:
        """Put a notice up; again is once."""
        try:
            await self._notices.add(notice)
        except AlreadyExists:
            return

    async def open(self, *, after: str | None = None, limit: int = 50) -> Page[StaffNotice]:
        """Return what nobody has seen to, newest first."""
        return await self._notices.query("open", descending=True, after=after, limit=limit)

    async def seen(self, notice_id: str, *, by: str) -> StaffNotice:
        """Take a notice down; who was first stays. Raises `MissingDocument`, and `StaleVersion` in a race."""
        notice = await self._notices.get(notice_id)
        if notice.seen_by:
            return notice
        changed = StaffNotice(
            id=notice.id,
            version=notice.version,
            topic=notice.topic,
            handler=notice.handler,
            number=notice.number,
            text=notice.text,
            at=notice.at,
            seen_by=by,
            seen_at=self._clock.now(),
        )
        return await self._notices.save(changed)
