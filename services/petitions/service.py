"""File petitions, act on them and show them to whoever may see them. Each use case is one write of one document."""

from datetime import date

from msgspec import Struct

from services.clock import Clock
from services.coordination.ports import Bell
from services.database.collection import AlreadyExists, Collection, Page, StaleVersion
from services.ids import petition_number
from services.petitions.categories import Category
from services.petitions.centre_commands import Accept, Dispatch, Reveal
from services.petitions.citizen_commands import Urge
from services.petitions.commands import Command, Scene, is_concerned, perform
from services.petitions.corrections import Correction, CorrectionBook
from services.petitions.filing import Draft, Filing, checked, petition_id_of
from services.petitions.keys import Contact, Keys, opens
from services.petitions.model import Actor, Done, Event, HistoryPart, Number, Petition, PetitionNotFound
from services.petitions.once import done_before, done_now, once_key, remembered
from services.petitions.redating import Redating
from services.petitions.rules import CityRules
from services.petitions.standing import Standing, standing
from services.petitions.store import shortened, whole_history
from services.petitions.transitions import ActorRole, Status
from services.promises import PENDING_BELL

_TRIES = 5
_NUMBERS_TRIED = 50


class Filed(Struct, frozen=True, kw_only=True):
    """What the citizen is given; the same again when the same draft is filed again."""

    number: str
    query_key: str
    status: Status
    due: date | None


class Records(Struct, frozen=True, kw_only=True):
    """The collections of store.py and corrections.py."""

    petitions: Collection[Petition]
    numbers: Collection[Number]
    history: Collection[HistoryPart]
    corrections: Collection[Correction]


class PetitionService:
    """The use cases around petitions."""

    def __init__(  # noqa: PLR0913 - the composition root passes each part by name
        self, records: Records, *, filing: Filing, rules: CityRules, keys: Keys, clock: Clock, bell: Bell
    ) -> None:
        """Take the records, the rules, the secrets, and what wakes the relay."""
        self._records = records
        self._filing = filing
        self._rules = rules
        self._keys = keys
        self._corrections = CorrectionBook(records.corrections, clock)
        self._clock = clock
        self._bell = bell

    async def file(self, draft: Draft) -> Filed:
        """File a petition once per draft, whoever repeats it and whatever crashed in between.

        Raises:
            Invalid: with every faulty field.
        """
        petition_id = petition_id_of(draft)
        petition = await self._records.petitions.find(petition_id)
        if petition is None:
            petition = await self._add(checked(draft), petition_id)
        return Filed(
            number=petition.number,
            query_key=self._keys.query_key(petition_id),
            status=petition.status,
            due=petition.due_on,
        )

    async def perform(
        self, number: str, command: Command, *, by: Actor, key: str = "", revision: int | None = None
    ) -> Petition:
        """Do something to a petition and return it as it stands then.

        Args:
            number: the petition's number.
            command: what is done, see citizen_commands, centre_commands and department_commands.
            by: who does it.
            key: the query key of a citizen who is not known to be the reporter.
            revision: what the doer saw; given, it must still be so.

        Raises:
            PetitionNotFound: there is none, or it is none of theirs.
            TransitionRefused, ActionNotAllowed: see transitions.py.
            StaleVersion: somebody was faster than the revision.
            ServiceError: the command's own rules.
        """
        for _ in range(_TRIES):
            before = await self.of(number, by=by, key=key)
            _check_seen(before, revision)
            scene = self._scene(before, by)
            if isinstance(command, Urge) and command.is_repeated(scene):
                return before
            saved = await self._saved(perform(command, scene))
            if saved is None:
                continue
            await self._learn(command, before=before, after=saved)
            return saved
        raise StaleVersion(f"{_TRIES} others were faster")

    async def perform_once(
        self, number: str, command: Command, *, by: Actor, key: str, revision: int | None = None
    ) -> Done:
        """Do something once for each key of the caller, and return the first answer however often it comes.

        The answer is written with the action, so no crash separates them. Raises what `perform` raises; a refusal is
        not kept and judged anew, and another action under the same key is `ActionKeyUsedAgain`.
        """
        key = once_key(by.department, key)
        for _ in range(_TRIES):
            before = await self.of(number, by=by)
            if (done := done_before(before, command, key=key)) is not None:
                return done
            _check_seen(before, revision)
            scene = self._scene(before, by)
            is_repeated = isinstance(command, Urge) and command.is_repeated(scene)
            after = before if is_repeated else perform(command, scene)
            done = done_now(after, command, key=key)
            if await self._saved(remembered(after, done)) is not None:
                return done
        raise StaleVersion(f"{_TRIES} others were faster")

    async def handed_over(self, number: str, department: str) -> tuple[Petition, Contact | None]:
        """Return a petition as the unit's own system is given it, with the contact unless that is withheld.

        The dispatch in the history says who was given it; this records nothing more.
        """
        by = Actor(role=ActorRole.DEPARTMENT, id=department, department=department)
        petition = await self.of(number, by=by)
        return petition, None if petition.reporter.anonymous else self._keys.contact(petition)

    async def contact(self, number: str, *, by: Actor, purpose: str) -> Contact:
        """Return the reporter's contact, after recording who looks and what for."""
        petition = await self.perform(number, Reveal(purpose=purpose), by=by)
        return self._keys.contact(petition)

    async def of(self, number: str, *, by: Actor, key: str = "") -> Petition:
        """Return a petition to whoever may see it; the number alone opens nothing (`PetitionNotFound`)."""
        claim = await self._records.numbers.find(number)
        petition = await self._records.petitions.find(claim.petition_id) if claim else None
        if petition is None or not _may_see(petition, by, key=key):
            raise PetitionNotFound(number)
        return petition

    async def latest(self, citizen_id: str, *, limit: int = 5) -> tuple[Petition, ...]:
        """Return a citizen's own petitions, newest first."""
        page = await self._records.petitions.query("citizen", {"citizen_id": citizen_id}, descending=True, limit=limit)
        return page.documents

    async def listed(
        self, *, by: Actor, status: Status | None = None, after: str | None = None, limit: int = 50
    ) -> Page[Petition]:
        """Return a page of petitions for staff, oldest first: a department's own, everybody's for the centre."""
        petitions = self._records.petitions
        match by.role, status:
            case ActorRole.CITIZEN, _:
                raise PetitionNotFound("lists are for staff")
            case ActorRole.DEPARTMENT, None:
                return await petitions.query("handler", {"handler": by.department}, after=after, limit=limit)
            case ActorRole.DEPARTMENT, Status():
                fixed = {"handler": by.department, "status": status}
                return await petitions.query("handler", fixed, after=after, limit=limit)
            case _, None:
                return await petitions.query("filed", after=after, limit=limit)
            case _:
                return await petitions.query("status", {"status": status}, after=after, limit=limit)

    async def history(self, petition: Petition) -> tuple[Event, ...]:
        """Return all events of a petition, oldest first, also those in the archive."""
        return await whole_history(petition, self._records.history)

    def standing(self, petition: Petition, *, by: Actor) -> Standing:
        """Return how a petition stands for its citizen now."""
        return standing(self._scene(petition, by))

    async def redate(self) -> int:
        """Count the dates of all open petitions anew after a change of the calendar; return how many moved."""
        return await Redating(self._records.petitions, self._rules).run()

    async def _add(self, draft: Draft, petition_id: str) -> Petition:
        at = self._clock.now()
        for attempt in range(_NUMBERS_TRIED):
            number = petition_number(at, f"{petition_id}:{attempt}")
            if not await self._claim(number, petition_id):
                continue
            try:
                return await self._records.petitions.add(
                    self._filing.petition(draft, number=number, at=at, keys=self._keys)
                )
            except AlreadyExists:
                return await self._records.petitions.get(petition_id)
        raise StaleVersion("no free number")

    async def _claim(self, number: str, petition_id: str) -> bool:
        try:
            await self._records.numbers.add(Number(id=number, petition_id=petition_id))
        except AlreadyExists:
            return (await self._records.numbers.get(number)).petition_id == petition_id
        return True

    async def _saved(self, after: Petition) -> Petition | None:
        """Store a petition and wake the relay; None when somebody was faster.

        Often that was only the relay taking a promise out: then the caller reads again and decides again.
        """
        try:
            saved = await self._records.petitions.save(await shortened(after, self._records.history))
        except StaleVersion:
            return None
        if saved.pending:
            self._bell.ring(PENDING_BELL)
        return saved

    async def _learn(self, command: Command, *, before: Petition, after: Petition) -> None:
        """Keep a category, or a department other than the proposed one, that a person has set, for the next training."""
        words = {"title": after.title, "text": after.text}
        proposal = before.proposal
        match command:
            case Accept(category=str(path)) if path:
                category, proposed = Category.parse(after.category), proposal.categories[0].category
                await self._corrections.learn(after.id, category, proposed=proposed, **words)
            case Dispatch(to=to) if to != proposal.routed.department:
                proposed = proposal.routed.department
                await self._corrections.learn_department(after.id, to, proposed=proposed, **words)
            case _:
                pass

    def _scene(self, petition: Petition, by: Actor) -> Scene:
        return Scene(petition=petition, by=by, at=self._clock.now(), rules=self._rules)


def _check_seen(petition: Petition, revision: int | None) -> None:
    """Raise `StaleVersion` when the doer saw an older revision."""
    if revision is not None and revision != petition.revision:
        raise StaleVersion(f"revision {revision}, now {petition.revision}")


def _may_see(petition: Petition, by: Actor, *, key: str) -> bool:
    if by.role is ActorRole.CITIZEN:
        return petition.citizen_id == by.id or opens(petition, key)
    return is_concerned(petition, by, assisting=True)
