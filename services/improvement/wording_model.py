"""Describe what operators publish: single changes, and the versions that say which changes are in force."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from services.database.collection import Document, Index, Schema
from services.items.model import ItemCode

ALIAS_MOST = 40
"""Characters of an alias; longer ones are sentences, which nobody says twice."""
QUESTION_MOST = 100
ANSWER_MOST = 1_000


class ChangeKind(StrEnum):
    """What a change adds."""

    ALIAS = "alias"
    """Another name of an item."""
    FAQ = "faq"
    """A reviewed question of an item with its answer; the question is an alias as well, so that it leads there."""


class Proposal(Struct, frozen=True, kw_only=True):
    """What an operator wants: ``alias`` for an alias, ``answer`` for a reviewed question.

    ``question`` is what a citizen asked, or would ask: the change must lead it to the item. ``settles`` is the group of
    questions that wants no operator once it is published; empty: the one that asks just this.
    """

    kind: ChangeKind
    item: ItemCode
    question: Annotated[str, Meta(min_length=1, max_length=QUESTION_MOST)]
    alias: Annotated[str, Meta(max_length=ALIAS_MOST)] = ""
    answer: Annotated[str, Meta(max_length=ANSWER_MOST)] = ""
    settles: str = ""


class Change(Document, frozen=True, kw_only=True):
    """One change as it was published; it never changes, and counts only while a version names it.

    ``alias`` is in normal form; of a reviewed question it is the question's.
    """

    kind: ChangeKind
    item: ItemCode
    question: str
    settles: str
    alias: str
    answer: str = ""
    at: datetime
    by: str


class WordingVersion(Document, frozen=True, kw_only=True):
    """Which changes are in force from here on; the id follows from the number, so each number is given once.

    ``restored`` is the number that it went back to, 0 being the files alone; None for one that adds a change.
    """

    number: int
    changes: tuple[str, ...]
    at: datetime
    by: str
    role: str
    restored: int | None = None


CHANGES: Schema[Change] = Schema(name="wording_changes", document=Change)
VERSIONS: Schema[WordingVersion] = Schema(
    name="wording_versions", document=WordingVersion, indexes=(Index("number", ("number",)),)
)


def version_id(number: int) -> str:
    """Return the id of a version; ids sort as numbers do."""
    return f"wording:{number:08d}"
