"""Act on petitions with the petition service, in the citizen's name, once for each message."""

from typing import assert_never

from bots.progress.ports_acting import Deed, Own, Rating, Refused
from bots.progress.wishes import Wish
from services.errors import ServiceError
from services.ids import CitizenId
from services.petitions.citizen_commands import Appeal, Rate, Supplement, Urge, Withdraw
from services.petitions.commands import REASON_LIMIT, Command
from services.petitions.model import UNSATISFIED_UP_TO, Actor, Petition, PetitionNotFound
from services.petitions.names import Names
from services.petitions.once import once_key
from services.petitions.service import PetitionService
from services.petitions.transitions import NEXT, Action, ActorRole

_ACTIONS = {
    Wish.WITHDRAW: Action.WITHDRAW,
    Wish.URGE: Action.URGE,
    Wish.SUPPLEMENT: Action.SUPPLEMENT,
}


class PetitionActing:
    """What a citizen may do in the chat."""

    def __init__(self, petitions: PetitionService, *, names: Names) -> None:
        """Take the service and the names of statuses."""
        self._petitions = petitions
        self._names = names

    async def own(self, citizen_id: CitizenId, *, key: str) -> tuple[Own, ...]:
        """Return the citizen's petitions, newest first, at most five."""
        return tuple(self._own(petition, key=key) for petition in await self._petitions.latest(citizen_id))

    async def one(self, number: str, citizen_id: CitizenId, *, key: str) -> Own | None:
        """Return one petition if it is the citizen's own."""
        try:
            return self._own(await self._petitions.of(number, by=_citizen(citizen_id)), key=key)
        except PetitionNotFound:
            return None

    async def do(self, deed: Deed, citizen_id: CitizenId) -> str:
        """Do it once for each message and return what was done; raise `Refused` with the reason."""
        by = _citizen(citizen_id)
        try:
            command, done = _command(deed)
            _ = await self._petitions.perform_once(deed.number, command, by=by, key=deed.key)
        except ServiceError as error:
            raise Refused(error.title) from error
        return done

    def _own(self, petition: Petition, *, key: str) -> Own:
        is_repeated = any(done.key == once_key("", key) for done in petition.done)
        return Own(
            number=petition.number,
            status=self._names.statuses[petition.status],
            question=petition.question,
            is_rated=petition.rated,
            may=frozenset(Wish if is_repeated else _wishes(petition)),
        )


def _wishes(petition: Petition) -> set[Wish]:
    """Return what fits where a petition stands; the service still decides."""
    wishes = {wish for wish, action in _ACTIONS.items() if (petition.status, action) in NEXT}
    can_rate = (petition.status, Action.RATE) in NEXT and not petition.rated and not petition.rating_ended
    if can_rate:
        wishes |= {Wish.RATE, Wish.REDO}
    elif (petition.status, Action.APPEAL) in NEXT:
        wishes.add(Wish.REDO)
    return wishes


def _command(deed: Deed) -> tuple[Command, str]:
    """Return the command of a deed and what it is called afterwards."""
    words = deed.words[:REASON_LIMIT]
    match deed.wish:
        case Wish.WITHDRAW:
            return Withdraw(reason=words), "withdraw"
        case Wish.URGE:
            return Urge(), "urge"
        case Wish.SUPPLEMENT:
            return Supplement(text=deed.words), "supplement"
        case Wish.RATE | Wish.REDO:
            return _judgement(deed.rating, words)
        case _:
            assert_never(deed.wish)


def _judgement(rating: Rating | None, words: str) -> tuple[Command, str]:
    """Return the rating, or the appeal of a citizen whose rating was given before."""
    if rating is None:
        return Appeal(reason=words), "appeal"
    is_bad = not rating.solved or min(rating.result, rating.process) <= UNSATISFIED_UP_TO
    command = Rate(solved=rating.solved, result=rating.result, process=rating.process, text=words)
    return command, "bad" if is_bad else "rate"


def _citizen(citizen_id: CitizenId) -> Actor:
    return Actor(role=ActorRole.CITIZEN, id=citizen_id)
