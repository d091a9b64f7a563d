"""The pending event: a promise to tell somebody, kept inside the document that made it.

The write that changes an aggregate also appends its pending events, so that a crash can never separate the two.
The relay (push/relay.py) turns each into deliveries with deterministic ids and then takes it out again; whatever it
does twice has the same ids and so changes nothing.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from services.ids import CitizenId, ConversationId

PENDING_BELL = "pending"
"""What rings when a document promised something: the relay sleeps until it hears it."""

CENTRE = "centre"
"""The handler of what the centre's own staff are told."""


class Topic(StrEnum):
    """What somebody is told about. Wording and platform fields per topic live in push/templates/."""

    CONVERSATION_REPLY = "conversation.reply"
    """Messages of a conversation that were not answered in the callback; facts: first_seq, last_seq."""

    PETITION_ACCEPTED = "petition.accepted"
    PETITION_NOT_ACCEPTED = "petition.not_accepted"
    PETITION_DISPATCHED = "petition.dispatched"
    PETITION_SIGNED = "petition.signed"
    PETITION_EXTENDED = "petition.extended"
    PETITION_QUESTION = "petition.question"
    """The handling side asks the citizen something; facts also: text."""
    PETITION_SPECIAL_PROCEDURE = "petition.special_procedure"
    PETITION_PROCEDURE_ENDED = "petition.procedure_ended"
    PETITION_ANSWERED = "petition.answered"
    PETITION_REDO = "petition.redo"
    PETITION_CLOSED = "petition.closed"
    PETITION_WITHDRAWN = "petition.withdrawn"
    PETITION_MERGED = "petition.merged"
    PETITION_UNMERGED = "petition.unmerged"
    """Petition topics carry the facts number, and as they apply department, due (YYYY-MM-DD), text, reason."""

    DEPARTMENT_DISPATCHED = "department.dispatched"
    DEPARTMENT_JOINED = "department.joined"
    DEPARTMENT_REDO = "department.redo"
    DEPARTMENT_WITHDRAWN = "department.withdrawn"
    DEPARTMENT_URGED = "department.urged"
    DEPARTMENT_SUPPLEMENTED = "department.supplemented"
    DEPARTMENT_RESUMED = "department.resumed"
    DEPARTMENT_SPECIAL_PROCEDURE = "department.special-procedure"
    DEPARTMENT_PROCEDURE_ENDED = "department.procedure-ended"
    DEPARTMENT_EXTENSION_APPROVED = "department.extension-approved"
    DEPARTMENT_EXTENSION_REFUSED = "department.extension-refused"
    DEPARTMENT_SUPERVISED = "department.supervised"
    DEPARTMENT_MERGED = "department.merged"
    DEPARTMENT_UNMERGED = "department.unmerged"
    DEPARTMENT_YELLOW_CARD = "department.yellow-card"
    DEPARTMENT_RED_CARD = "department.red-card"
    """What a unit is told, with the facts number, version, due and text; behind the point stands the interface's event."""

    CENTRE_YELLOW_CARD = "centre.yellow-card"
    CENTRE_RED_CARD = "centre.red-card"
    CENTRE_CALL_BACK = "centre.call-back"
    """Nobody rated an answer in time: somebody must call."""
    CENTRE_DISSATISFIED = "centre.dissatisfied"
    """What the staff of the centre are told, with the same facts."""


class Pending(Struct, frozen=True, kw_only=True):
    """One promise.

    ``id`` is deterministic and unique in the installation: "<document id>:<what and which>". ``conversation_id`` is
    where the citizen is reached first; empty when only the citizen is known (a guest of the app by query key).
    ``handler`` is the unit that is told instead of a citizen, `CENTRE` for the centre's staff; then ``citizen_id`` is
    empty. ``facts`` are plain values for the wording: never names, phones or, to a citizen, internal notes.
    ``not_before`` holds a notice back until people work.
    """

    id: str
    topic: Topic
    at: datetime
    citizen_id: CitizenId
    conversation_id: ConversationId | None = None
    facts: dict[str, str] = {}
    handler: str = ""
    not_before: datetime | None = None


def pending_since(pending: tuple[Pending, ...]) -> datetime | None:
    """Return since when the oldest promise waits; None (not in the index) when nothing waits."""
    return pending[0].at if pending else None
