"""Guests, messages and stream tickets of the client API."""

from datetime import timedelta

from channels.app import bodies
from channels.app.messages import MessageIntake
from channels.app.tickets import Tickets
from channels.endpoints import Call, Caller, Endpoint
from services.conversations.service import ConversationService
from services.coordination.ports import Limiter
from services.errors import ServiceError
from services.identity.guests import GuestService

GUESTS_PER_MINUTE = 600
"""From one address: a whole neighbourhood may share it behind a carrier's NAT."""


class TooManyGuests(ServiceError):
    """Refuse new guests from an address that makes too many."""

    status = 429
    code = "guests.too_many"
    title = "操作太频繁，请稍后再试"


class MessageRoutes:
    """Who may talk, and what was said."""

    def __init__(
        self,
        *,
        guests: GuestService,
        conversations: ConversationService,
        intake: MessageIntake,
        tickets: Tickets,
        limiter: Limiter,
    ) -> None:
        """Take the services."""
        self._guests = guests
        self._conversations = conversations
        self._intake = intake
        self._tickets = tickets
        self._limiter = limiter

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="POST",
                path="/guests",
                summary="Become a guest: ask, file anonymously, follow by query key",
                handler=self._welcome,
                answer=bodies.GuestAnswer,
                status=201,
            ),
            Endpoint(
                method="POST",
                path="/messages",
                summary="Say something and get the answer",
                handler=self._say,
                body=bodies.MessageBody,
                answer=bodies.MessageAnswer,
                caller=Caller.GUEST,
            ),
            Endpoint(
                method="GET",
                path="/messages",
                summary="Everything said after a sequence number",
                handler=self._after,
                query=bodies.MessagesQuery,
                answer=bodies.MessagesAnswer,
                caller=Caller.GUEST,
            ),
            Endpoint(
                method="POST",
                path="/stream/tickets",
                summary="A ticket that opens the stream once within 30 s",
                handler=self._ticket,
                answer=bodies.TicketAnswer,
                status=201,
                caller=Caller.GUEST,
            ),
        )

    async def _welcome(self, call: Call) -> bodies.GuestAnswer:
        if not await self._limiter.allow(f"guests:{call.address}", limit=GUESTS_PER_MINUTE, per=timedelta(minutes=1)):
            raise TooManyGuests
        guest = await self._guests.welcome()
        return bodies.GuestAnswer(token=guest.token, citizen_id=guest.citizen_id)

    async def _say(self, call: Call) -> bodies.MessageAnswer:
        return await self._intake.take(call.who, call.body)

    async def _after(self, call: Call) -> bodies.MessagesAnswer:
        query: bodies.MessagesQuery = call.query
        messages = await self._conversations.after(call.who, query.after)
        return bodies.MessagesAnswer(tuple(bodies.line(message) for message in messages))

    async def _ticket(self, call: Call) -> bodies.TicketAnswer:
        return bodies.TicketAnswer(await self._tickets.issue(call.who))
