"""Petitions of the desk API: lists, one petition, and every move."""

from msgspec import Raw, Struct

from channels.desk import bodies
from channels.desk.actions import command_of, version_in
from channels.endpoints import Call, Caller, Endpoint
from services.identity.staff import Role, Session
from services.petitions.departments import Directory
from services.petitions.model import Actor, Petition
from services.petitions.names import Names
from services.petitions.service import PetitionService
from services.petitions.transitions import ActionNotAllowed, ActorRole

ROLES: dict[Role, ActorRole] = {
    Role.AGENT: ActorRole.AGENT,
    Role.CLERK: ActorRole.CLERK,
    Role.DEPARTMENT: ActorRole.DEPARTMENT,
    Role.SUPERVISOR: ActorRole.SUPERVISOR,
}
"""Who may look at petitions at all; operators publish items and see none."""


class ActionFields(Struct, frozen=True):
    """Stands for the fields of whichever action is called; see actions.py."""


class DeskPetitionRoutes:
    """What staff may do about petitions."""

    def __init__(self, *, petitions: PetitionService, directory: Directory, names: Names) -> None:
        """Take the service, the departments by id, and the names of statuses."""
        self._petitions = petitions
        self._directory = directory
        self._names = names

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="GET",
                path="/petitions",
                summary="A page of petitions, oldest first",
                handler=self._list,
                query=bodies.PetitionsQuery,
                answer=bodies.PetitionsAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="GET",
                path="/petitions/<number:str>",
                summary="One petition with its history",
                handler=self._show,
                answer=bodies.PetitionAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="POST",
                path="/petitions/<number:str>/contact",
                summary="Open the reporter's contact for a recorded purpose",
                handler=self._contact,
                body=bodies.ContactBody,
                answer=bodies.ContactAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="POST",
                path="/petitions/<number:str>/<action:str>",
                summary="Move a petition: accept, dispatch, sign, answer ... each with its own fields",
                handler=self._act,
                body=dict[str, Raw],
                answer=bodies.ActionAnswer,
                caller=Caller.STAFF,
            ),
        )

    async def _list(self, call: Call) -> bodies.PetitionsAnswer:
        query: bodies.PetitionsQuery = call.query
        page = await self._petitions.listed(
            by=actor(call.who), status=query.status, after=query.cursor or None, limit=query.limit
        )
        return bodies.PetitionsAnswer(petitions=tuple(self._line(one) for one in page.documents), next=page.next)

    async def _show(self, call: Call) -> bodies.PetitionAnswer:
        petition = await self._petitions.of(call.path["number"], by=actor(call.who))
        history = await self._petitions.history(petition)
        routed = petition.proposal.routed
        return bodies.PetitionAnswer(
            number=petition.number,
            version=petition.revision,
            status=petition.status,
            status_name=self._names.statuses[petition.status],
            kind=petition.kind,
            title=bodies.short_title(petition),
            text=petition.text,
            place=petition.place.text,
            occurred=petition.occurred,
            source=petition.source,
            external_number=petition.external_number,
            anonymous=petition.reporter.anonymous,
            has_contact=petition.reporter.phone is not None,
            category=petition.category,
            department=self._department(petition.department),
            filed_at=petition.filed_at,
            due=petition.due_on,
            round=petition.round,
            proposal=bodies.ProposalLine(
                categories=tuple(one.category for one in petition.proposal.categories),
                department=routed.department,
                department_name=self._department(routed.department),
                rule=routed.rule,
                door=petition.proposal.door,
            ),
            history=tuple(bodies.event_line(event) for event in history),
        )

    async def _contact(self, call: Call) -> bodies.ContactAnswer:
        contact = await self._petitions.contact(call.path["number"], by=actor(call.who), purpose=call.body.purpose)
        return bodies.ContactAnswer(name=contact.name, phone=contact.phone)

    async def _act(self, call: Call) -> bodies.ActionAnswer:
        fields: dict[str, Raw] = call.body
        by = actor(call.who)
        command = command_of(call.path["action"], fields)
        petition = await self._petitions.perform(call.path["number"], command, by=by, revision=version_in(fields))
        return bodies.ActionAnswer(status=petition.status, due=petition.due_on, version=petition.revision)

    def _line(self, petition: Petition) -> bodies.PetitionLine:
        return bodies.PetitionLine(
            number=petition.number,
            status=petition.status,
            status_name=self._names.statuses[petition.status],
            kind=petition.kind,
            title=bodies.short_title(petition),
            category=petition.category,
            department=self._department(petition.department),
            filed_at=petition.filed_at,
            due=petition.due_on,
            version=petition.revision,
        )

    def _department(self, key: str) -> str:
        return self._directory.name_of(key) if key else ""


def actor(session: Session) -> Actor:
    """Return who acts; a role that has nothing to do with petitions is refused."""
    role = ROLES.get(session.role)
    if role is None:
        raise ActionNotAllowed(session.role)
    return Actor(role=role, id=session.name, department=session.department)
