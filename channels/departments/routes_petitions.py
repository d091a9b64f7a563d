"""What units' systems may ask and do about the petitions that were dispatched to them."""

from msgspec import Raw

from channels.departments import wire
from channels.departments.actions import command_of
from channels.departments.routes_media import actor, owner_of
from channels.departments.settings import System
from channels.endpoints import Call, Caller, Endpoint
from channels.wording import IDEMPOTENCY_KEY_MISSING
from services.errors import Invalid
from services.media.service import MediaService
from services.petitions.department_commands import Answer
from services.petitions.model import Event, Petition
from services.petitions.service import PetitionService
from services.petitions.transitions import Action

_STEPS = {
    Action.DISPATCH: "internal",
    Action.REDO: "internal",
    Action.JOIN: "",
    Action.CONTRIBUTE: "internal",
    Action.SIGN: "",
    Action.START: "",
    Action.RETURN: "internal",
    Action.REQUEST_EXTENSION: "internal",
    Action.APPROVE_EXTENSION: "",
    Action.REFUSE_EXTENSION: "internal",
    Action.WAIT: "text",
    Action.SUPPLEMENT: "text",
    Action.RESUME: "internal",
    Action.BEGIN_SPECIAL: "reason",
    Action.END_SPECIAL: "internal",
    Action.ANSWER: "text",
    Action.SUPERVISE: "internal",
    Action.URGE: "",
    Action.WITHDRAW: "reason",
    Action.YELLOW_CARD: "",
    Action.RED_CARD: "",
    Action.CLOSE: "text",
    Action.CLOSE_DISSATISFIED: "text",
}
"""The steps a unit sees, and which of their words: the note for staff, or a public fact. Who looked at a contact, what
other units wrote when they had it and what the citizen graded stay with the centre."""


class DepartmentRoutes:
    """The interface ``/departments/api/v1``."""

    def __init__(self, *, petitions: PetitionService, media: MediaService) -> None:
        """Take the petitions, and whose picture is whose."""
        self._petitions = petitions
        self._media = media

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls with JSON bodies."""
        return (
            Endpoint(
                method="GET",
                path="/petitions",
                summary="The unit's own petitions, oldest first",
                handler=self._list,
                query=wire.ListQuery,
                answer=wire.ListAnswer,
                caller=Caller.DEPARTMENT,
            ),
            Endpoint(
                method="GET",
                path="/petitions/<number:str>",
                summary="One petition that was dispatched to the unit",
                handler=self._show,
                answer=wire.ViewAnswer,
                caller=Caller.DEPARTMENT,
            ),
            Endpoint(
                method="POST",
                path="/petitions/<number:str>/contact",
                summary="Open the reporter's contact for a recorded purpose",
                handler=self._contact,
                body=wire.PurposeBody,
                answer=wire.ContactBody,
                caller=Caller.DEPARTMENT,
            ),
            Endpoint(
                method="POST",
                path="/petitions/<number:str>/<action:str>",
                summary="Sign, start, return, request an extension, wait, resume, contribute, answer",
                handler=self._act,
                body=dict[str, Raw],
                answer=wire.ActionAnswer,
                caller=Caller.DEPARTMENT,
            ),
        )

    async def _list(self, call: Call) -> wire.ListAnswer:
        query: wire.ListQuery = call.query
        page = await self._petitions.listed(
            by=actor(call.who), status=query.status, after=query.cursor or None, limit=query.limit
        )
        lines = tuple(
            wire.LineAnswer(number=one.number, status=one.status, due=wire.due_of(one), version=one.revision)
            for one in page.documents
        )
        return wire.ListAnswer(petitions=lines, next=page.next)

    async def _show(self, call: Call) -> wire.ViewAnswer:
        system: System = call.who
        petition = await self._petitions.of(call.path["number"], by=actor(system))
        history = await self._petitions.history(petition)
        return wire.ViewAnswer(
            number=petition.number,
            status=petition.status,
            due=wire.due_of(petition),
            version=petition.revision,
            round=petition.round,
            lead=petition.department == system.id,
            petition=wire.petition_body(petition, None),
            steps=steps_of(history, unit=system.id, petition=petition),
        )

    async def _contact(self, call: Call) -> wire.ContactBody:
        contact = await self._petitions.contact(call.path["number"], by=actor(call.who), purpose=call.body.purpose)
        return wire.ContactBody(name=contact.name, phone=contact.phone)

    async def _act(self, call: Call) -> wire.ActionAnswer:
        key = call.idempotency_key(least=8, most=64)
        if not key:
            raise Invalid(fields={"Idempotency-Key": IDEMPOTENCY_KEY_MISSING})
        command, version = command_of(call.path["action"], call.body)
        if isinstance(command, Answer):
            await self._media.check_owner(command.media, owner=owner_of(call.who))
        done = await self._petitions.perform_once(
            call.path["number"], command, by=actor(call.who), key=key, revision=version
        )
        return wire.ActionAnswer(status=done.status, due=done.due_on, version=done.revision)


def steps_of(history: tuple[Event, ...], *, unit: str, petition: Petition) -> tuple[wire.StepBody, ...]:
    """Return what a unit sees of a history.

    An assistant sees it too; only the lead's own steps with the centre (returns, extensions) are the lead's alone.
    """
    is_lead = petition.department == unit
    return tuple(
        wire.StepBody(at=event.at, action=event.action, text=_words(event))
        for event in history
        if event.action in _STEPS and (is_lead or _STEPS[event.action] != "internal")
    )


def _words(event: Event) -> str:
    source = _STEPS[event.action]
    return event.internal if source == "internal" else event.public.get(source, "")
