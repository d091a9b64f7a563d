"""Petitions of the client API: file, follow, rate, withdraw, urge, supplement."""

import hashlib
from datetime import UTC, datetime

from msgspec import Struct

from channels.app import petition_bodies as bodies
from channels.app.petition_view import PetitionViews
from channels.endpoints import Call, Caller, Endpoint, Handler, bearer
from services.conversations.message import ContactPoint, MediaId
from services.conversations.model import citizen_id, conversation_id
from services.conversations.service import ConversationService
from services.errors import Conflict
from services.identity.guests import GuestService
from services.ids import CitizenId, ConversationId, new_id
from services.media.service import MediaService
from services.petitions.citizen_commands import Rate, Supplement, Urge, Withdraw
from services.petitions.commands import Command
from services.petitions.filing import Draft
from services.petitions.model import Actor, Petition, Place
from services.petitions.service import PetitionService
from services.petitions.transitions import ActorRole


class KeyUsedAgain(Conflict):
    """Refuse an Idempotency-Key that came with another petition before."""

    code = "petition.key_used_again"
    title = "这个提交标识已用于另一件诉求"


class PetitionRoutes:
    """What a citizen may do about petitions."""

    def __init__(
        self,
        *,
        petitions: PetitionService,
        guests: GuestService,
        conversations: ConversationService,
        media: MediaService,
        views: PetitionViews,
    ) -> None:
        """Take the services, and what shows a petition."""
        self._petitions = petitions
        self._guests = guests
        self._conversations = conversations
        self._media = media
        self._views = views

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part; all but filing also take ``?key=`` instead of the owner's token.

        Idempotency-Key makes a repeat of an action the same action.
        """
        return (
            Endpoint(
                method="POST",
                path="/petitions",
                summary="File a petition; Idempotency-Key makes a repeat the same filing",
                handler=self._file,
                body=bodies.PetitionBody,
                answer=bodies.PetitionAnswer,
                status=201,
                caller=Caller.GUEST,
            ),
            Endpoint(
                method="GET",
                path="/petitions/<number:str>",
                summary="Status, due day and timeline; the number alone opens nothing",
                handler=self._show,
                query=bodies.KeyQuery,
                answer=bodies.PetitionView,
            ),
            _act("rating", self._rate, body=bodies.RatingBody, summary="Say whether it is solved, with two grades"),
            _act("withdraw", self._withdraw, body=bodies.WithdrawBody, summary="Take it back"),
            _act("urge", self._urge, body=bodies.UrgeBody, summary="Ask for haste"),
            _act("supplement", self._supplement, body=bodies.SupplementBody, summary="Add words or pictures"),
        )

    async def _file(self, call: Call) -> bodies.PetitionAnswer:
        body: bodies.PetitionBody = call.body
        contact: ContactPoint = call.who
        await self._media.check_owner(tuple(MediaId(one) for one in body.media), owner=citizen_id(contact))
        # Where the citizen is told of changes must be there before anything is promised to it.
        await self._conversations.ensure(contact)
        draft = _draft(contact, body, key=_idempotency_key(call))
        filed = await self._petitions.file(draft)
        await self._check_same(filed.number, draft)
        return bodies.PetitionAnswer(number=filed.number, query_key=filed.query_key, status=filed.status, due=filed.due)

    async def _show(self, call: Call) -> bodies.PetitionView:
        by = await self._actor(call)
        return await self._view(await self._petitions.of(call.path["number"], by=by, key=call.query.key), by=by)

    async def _rate(self, call: Call) -> bodies.PetitionView:
        body: bodies.RatingBody = call.body
        command = Rate(solved=body.solved, result=body.result, process=body.process, text=body.text)
        return await self._performed(call, command)

    async def _withdraw(self, call: Call) -> bodies.PetitionView:
        return await self._performed(call, Withdraw(reason=call.body.reason))

    async def _urge(self, call: Call) -> bodies.PetitionView:
        return await self._performed(call, Urge())

    async def _supplement(self, call: Call) -> bodies.PetitionView:
        body: bodies.SupplementBody = call.body
        media = tuple(MediaId(one) for one in body.media)
        # Whoever has the query key alone can upload nothing, and so has no picture to add.
        by = await self._actor(call)
        await self._media.check_owner(media, owner=CitizenId(by.id))
        return await self._performed(call, Supplement(text=body.text, media=media))

    async def _check_same(self, number: str, draft: Draft) -> None:
        """Refuse a key that was used before for another petition."""
        by = Actor(role=ActorRole.CITIZEN, id=draft.citizen_id)
        petition = await self._petitions.of(number, by=by)
        if (petition.kind, petition.text) != (draft.kind, draft.text.strip()):
            raise KeyUsedAgain(number)

    async def _performed(self, call: Call, command: Command) -> bodies.PetitionView:
        """Do it, once for each Idempotency-Key, and return the petition as it stands now."""
        by, number, once = await self._actor(call), call.path["number"], call.idempotency_key()
        if once:
            # Whoever the query key lets in acts for the reporter: one key is one action, with the token or without.
            opened = await self._petitions.of(number, by=by, key=call.query.key)
            by = Actor(role=by.role, id=opened.citizen_id)
            _ = await self._petitions.perform_once(number, command, by=by, key=f"app:{once}")
            petition = await self._petitions.of(number, by=by)
        else:
            petition = await self._petitions.perform(number, command, by=by, key=call.query.key)
        return await self._view(petition, by=by)

    async def _actor(self, call: Call) -> Actor:
        """Return who asks: the token's citizen, or nobody in particular with a query key."""
        token = bearer(call.request)
        contact = await self._guests.known(token) if token else None
        return Actor(role=ActorRole.CITIZEN, id=citizen_id(contact) if contact else "")

    async def _view(self, petition: Petition, *, by: Actor) -> bodies.PetitionView:
        history = await self._petitions.history(petition)
        return self._views.view(petition, history=history, standing=self._petitions.standing(petition, by=by))


def _act(name: str, handler: Handler, *, body: type[Struct], summary: str) -> Endpoint:
    """Return one of the calls on a petition; all take ``?key=`` instead of the owner's token."""
    return Endpoint(
        method="POST",
        path=f"/petitions/<number:str>/{name}",
        summary=summary,
        handler=handler,
        query=bodies.KeyQuery,
        body=body,
        answer=bodies.PetitionView,
    )


def _idempotency_key(call: Call) -> str:
    """Return what makes a repeat the same filing; without the header every call is a filing of its own."""
    key = call.idempotency_key()
    return f"key:{hashlib.sha256(key.encode()).hexdigest()}" if key else new_id("call")


def _draft(contact: ContactPoint, body: bodies.PetitionBody, *, key: str) -> Draft:
    moment = _moment(body.occurred)
    given = body.contact or bodies.ContactBody()
    return Draft(
        key=key,
        citizen_id=citizen_id(contact),
        conversation_id=ConversationId(conversation_id(contact)),
        source=contact.channel,
        kind=body.kind,
        text=body.text,
        place=Place(text=body.place.text, lat=body.place.lat, lng=body.place.lng),
        occurred=body.occurred,
        occurred_at=moment,
        anonymous=body.anonymous,
        name=given.name,
        phone=given.phone,
        media=tuple(MediaId(one) for one in body.media),
    )


def _moment(occurred: str) -> datetime | None:
    """Return the moment of an RFC 3339 time with its offset, UTC; None for words and for the ends of the calendar."""
    try:
        moment = datetime.fromisoformat(occurred)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
