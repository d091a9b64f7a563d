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
from services.petitions.transitions import Action, ActorRole

_WISHES: dict[Action, frozenset[Wish]] = {
    Action.WITHDRAW: frozenset({Wish.WITHDRAW}),
    Action.URGE: frozenset({Wish.URGE}),
    Action.SUPPLEMENT: frozenset({Wish.SUPPLEMENT}),
    Action.RATE: frozenset({Wish.RATE, Wish.REDO}),
    Action.APPEAL: frozenset({Wish.REDO}),
}
"""What a citizen may wish for while an action is open: whoever is dissatisfied rates, later appeals, for a redo."""


class PetitionActing:
    """What a citizen may do in the chat."""

    def __init__(self, petitions: PetitionService, *, names: Names) -> None:
        """Take the service and the names of statuses."""
        self._petitions = petitions
        self._names = names

    async def own(self, citizen_id: CitizenId, *, key: str) -> tuple[Own, ...]:
        """Return the citizen's petitions, newest first, at most five."""
        return tuple(
            self._own(petition, by=_citizen(citizen_id), key=key)
            for petition in await self._petitions.latest(citizen_id)
        )

    async def one(self, number: str, citizen_id: CitizenId, *, key: str) -> Own | None:
        """Return one petition if it is the citizen's own."""
        by = _citizen(citizen_id)
        try:
            return self._own(await self._petitions.of(number, by=by), by=by, key=key)
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

    def _own(self, petition: Petition, *, by: Actor, key: str) -> Own:
        is_repeated = any(done.key == once_key("", key) for done in petition.done)
        actions = self._petitions.standing(petition, by=by).actions
        return Own(
            number=petition.number,
            status=self._names.statuses[petition.status],
            question=petition.question,
            is_rated=Action.RATE not in actions,
            may=frozenset(Wish if is_repeated else (wish for action in actions for wish in _WISHES[action])),
        )


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
