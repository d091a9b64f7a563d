"""Keep the versions of what operators published; a new one is added behind the last, and nothing is ever changed.

The number behind the last is the compare-and-swap: of two operators who publish at once one finds it taken.
"""

import asyncio
from collections.abc import Sequence

from services.database.collection import AlreadyExists, Collection, Page
from services.errors import Conflict, NotFound
from services.improvement.wording_model import Change, ChangeKind, WordingVersion, version_id
from services.items.model import ItemCode, Question
from services.items.overlay import Overlay

_READ_AT_ONCE = 50
"""Changes that are read before others may have the loop."""


class WordingMoved(Conflict):
    """Refuse to publish over a version that the operator has not seen."""

    code = "wording.moved"
    title = "词表已被他人更新，请刷新后重试"


class NoSuchVersion(NotFound):
    """Say that no version has this number."""

    code = "wording.no_such_version"
    title = "没有这个词表版本"


class WordingBook:
    """Versions and changes, as they are stored."""

    def __init__(self, versions: Collection[WordingVersion], changes: Collection[Change]) -> None:
        """Take the two collections of wording_model.py."""
        self._versions = versions
        self._changes = changes
        self._read: dict[str, Change] = {}
        """Changes never change, so each is read once."""

    async def latest(self) -> WordingVersion | None:
        """Return the version in force; None while nothing was ever published."""
        page = await self._versions.query("number", descending=True, limit=1)
        return page.documents[0] if page.documents else None

    async def version(self, number: int) -> WordingVersion:
        """Return a version by its number, or raise `NoSuchVersion`."""
        found = await self._versions.find(version_id(number))
        if found is None:
            raise NoSuchVersion(str(number))
        return found

    async def listed(self, *, cursor: str | None = None, limit: int = 50) -> Page[WordingVersion]:
        """Return versions, newest first."""
        return await self._versions.query("number", descending=True, after=cursor, limit=limit)

    async def changes_of(self, version: WordingVersion | None) -> tuple[Change, ...]:
        """Return the changes in force in a version, in the order they were made."""
        changes: list[Change] = []
        for number, key in enumerate(version.changes if version else ()):
            if key not in self._read:
                self._read[key] = await self._changes.get(key)
            if number % _READ_AT_ONCE == 0:
                await asyncio.sleep(0)
            changes.append(self._read[key])
        return tuple(changes)

    async def keep(self, change: Change) -> None:
        """Store a change; nothing is in force by it."""
        self._read[change.id] = await self._changes.add(change)

    async def append(self, version: WordingVersion) -> WordingVersion:
        """Put a version into force, or raise `WordingMoved` when its number is taken."""
        try:
            return await self._versions.add(version)
        except AlreadyExists as error:
            raise WordingMoved(version.id) from error


def overlay_of(number: int, changes: Sequence[Change]) -> Overlay:
    """Return what these changes lay over the files; of two questions worded alike the later one answers."""
    aliases: dict[ItemCode, tuple[str, ...]] = {}
    faqs: dict[ItemCode, tuple[Question, ...]] = {}
    for change in changes:
        aliases[change.item] = (*aliases.get(change.item, ()), change.alias)
        if change.kind is ChangeKind.FAQ:
            own = Question(question=change.question, answer=change.answer)
            faqs[change.item] = (own, *faqs.get(change.item, ()))
    return Overlay(version=number, aliases=aliases, faqs=faqs)
