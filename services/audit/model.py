"""Describe an entry of the audit log (审计日志) as it is stored."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from services.database.collection import Document, Index, Schema


class ActKind(StrEnum):
    """What was done."""

    PETITION_ACTION = "petition.action"
    """Staff moved a petition; ``action`` says how. Follows from the petition's own history."""
    CONTACT_SEEN = "contact.seen"
    """Staff opened a reporter's contact; ``purpose`` says why. Follows from the petition's own history."""
    SIGN_IN = "staff.sign_in"
    DELIVERY_REPLAY = "delivery.replay"
    """Staff asked to send a message again; whether it was sent says the delivery."""
    RECORDED = "petition.recorded"
    """Staff wrote down what somebody told them or handed over."""
    PUBLISHED = "petition.published"
    UNPUBLISHED = "petition.unpublished"
    WORDING_PUBLISHED = "wording.published"
    """An operator taught the bot an alias or an answer; ``action`` is the change."""
    WORDING_RESTORED = "wording.restored"
    """An operator went back to an earlier wording; ``action`` says to which."""


class Act(Struct, frozen=True, kw_only=True):
    """What is to be recorded; never a citizen's name, number or words.

    Args:
        at: when it was done.
        by: login name.
        role: in which role.
        action: the petition's action, or empty.
        subject: our own number or id of what it was done to.
        purpose: what for, in the doer's words.
        key: unique to this act: recording it again changes nothing.
    """

    kind: ActKind
    at: datetime
    by: str
    role: str
    action: str = ""
    subject: str
    purpose: str = ""
    key: str


class Entry(Document, frozen=True, kw_only=True):
    """One entry; the id follows from ``seq``.

    Args:
        seq: from 1, without gaps.
        previous: the hash of the entry before; `GENESIS` for the first.
        hash: see chain.py.
    """

    seq: int
    act: Act
    previous: str
    hash: str

    @property
    def key(self) -> str:
        """Return the act's key; the index of that name reads it."""
        return self.act.key

    @property
    def subject(self) -> str:
        """Return what it was done to; the index of that name reads it."""
        return self.act.subject


class Head(Document, frozen=True, kw_only=True):
    """The last entry, as far as known: where appending begins to look. One document."""

    seq: int
    hash: str


HEAD_ID = "audit:head"

ENTRIES: Schema[Entry] = Schema(
    name="audit_entries",
    document=Entry,
    indexes=(Index("key", ("key",)), Index("subject", ("subject", "seq")), Index("seq", ("seq",))),
)
HEADS: Schema[Head] = Schema(name="audit_heads", document=Head)


def entry_id(seq: int) -> str:
    """Return the id of an entry: ids sort as numbers do, so that a scan reads the log in its order."""
    return f"audit:{seq:012d}"
