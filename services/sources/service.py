"""Take in what comes from elsewhere, once for each number it has there."""

import hashlib

import msgspec
from msgspec import Struct

from services.clock import Clock
from services.database.collection import AlreadyExists, Collection, StaleVersion
from services.errors import Conflict, Invalid
from services.identity.sealing import Sealer
from services.ids import CitizenId, derived_id
from services.petitions.citizen_commands import Supplement
from services.petitions.commands import TEXT_LIMIT
from services.petitions.filing import Draft, checked
from services.petitions.kind import Kind
from services.petitions.model import Actor, Place
from services.petitions.service import Filed, PetitionService
from services.petitions.transitions import ActorRole
from services.sources.store import Origin, Source, origin_id

TEXT_MOST = 20_000
"""Letters are longer than what is typed into a form; what is beyond `TEXT_LIMIT` follows as supplements."""
NUMBER_MOST = 200
_TRIES = 5


class NumberUsedAgain(Conflict):
    """Refuse another matter under a number that the source has used before."""

    code = "source.number_used_again"
    title = "该来源编号已用于另一件诉求"


class Incoming(Struct, frozen=True, kw_only=True):
    """What a source hands over.

    Args:
        external_number: what it is called there; repeats are the same petition. Empty where there is none, then ``key``
            makes a repeat the same, and no answer goes back but by calling.
        name, phone: plain; sealed before they are stored.
        reply_to: an address for the answer; empty where the source fetches it.
        thread: what mail programs call the message.
    """

    source: Source
    external_number: str = ""
    key: str = ""
    kind: Kind
    title: str = ""
    text: str
    place: Place
    occurred: str = ""
    anonymous: bool = False
    name: str = ""
    phone: str = ""
    of_enterprise: bool = False
    reply_to: str = ""
    thread: str = ""


class SourceDesk:
    """The use cases around sources."""

    def __init__(
        self, petitions: PetitionService, origins: Collection[Origin], *, sealer: Sealer, clock: Clock
    ) -> None:
        """Take the petitions and where they came from."""
        self._petitions = petitions
        self._origins = origins
        self._sealer = sealer
        self._clock = clock

    async def take_in(self, incoming: Incoming) -> Filed:
        """File what a source hands over, whoever repeats it and whatever crashed in between.

        Raises:
            Invalid: with every faulty field; nothing is kept then.
            NumberUsedAgain: the number stands for other words already.
        """
        _check(incoming)
        first, rest = incoming.text.strip()[:TEXT_LIMIT], incoming.text.strip()[TEXT_LIMIT:]
        draft = checked(_draft(incoming, text=first))
        origin = await self._origin(incoming) if incoming.external_number else None
        filed = await self._petitions.file(draft)
        await self._check_same(filed.number, draft)
        await self._add_rest(filed.number, rest, citizen_id=draft.citizen_id)
        if origin is not None:
            await self._numbered(origin, filed.number)
        return filed

    async def reply_address(self, source: Source, external_number: str) -> tuple[Origin, str] | None:
        """Return an origin with the address its answers go to; None when there is none."""
        origin = await self._origins.find(origin_id(source, external_number))
        if origin is None or origin.reply_to is None:
            return None
        return origin, self._sealer.unseal(origin.reply_to, context=_context(origin.id))

    async def _origin(self, incoming: Incoming) -> Origin:
        """Return the origin of an external number, kept before anything is filed under it."""
        identity = origin_id(incoming.source, incoming.external_number)
        sealed = self._sealer.seal(incoming.reply_to, context=_context(identity)) if incoming.reply_to else None
        origin = Origin(
            id=identity,
            source=incoming.source,
            external_number=incoming.external_number,
            digest=_digest(incoming),
            received_at=self._clock.now(),
            reply_to=sealed,
            thread=incoming.thread,
            title=incoming.title.strip(),
        )
        try:
            return await self._origins.add(origin)
        except AlreadyExists:
            known = await self._origins.get(identity)
        if known.digest != origin.digest:
            raise NumberUsedAgain(identity)
        return known

    async def _check_same(self, number: str, draft: Draft) -> None:
        """Refuse a key that came with another petition before."""
        petition = await self._petitions.of(number, by=Actor(role=ActorRole.CITIZEN, id=draft.citizen_id))
        if (petition.kind, petition.text) != (draft.kind, draft.text):
            raise NumberUsedAgain(number)

    async def _add_rest(self, number: str, rest: str, *, citizen_id: CitizenId) -> None:
        """Add what did not fit as supplements; a repeat goes on where the last try ended."""
        by = Actor(role=ActorRole.CITIZEN, id=citizen_id)
        parts = [rest[start : start + TEXT_LIMIT] for start in range(0, len(rest), TEXT_LIMIT)]
        texts = [part for part in parts if part.strip()]
        while texts:
            petition = await self._petitions.of(number, by=by)
            if petition.supplements >= len(texts):
                return
            try:
                _ = await self._petitions.perform(
                    number, Supplement(text=texts[petition.supplements]), by=by, revision=petition.revision
                )
            except StaleVersion:
                continue

    async def _numbered(self, origin: Origin, number: str) -> None:
        for _ in range(_TRIES):
            if origin.number:
                return
            try:
                _ = await self._origins.save(msgspec.structs.replace(origin, number=number))
            except StaleVersion:
                origin = await self._origins.get(origin.id)
                continue
            return


def _check(incoming: Incoming) -> None:
    """Raise `Invalid` for what filing does not look at."""
    faults: dict[str, str] = {}
    if not (incoming.external_number or incoming.key) or len(incoming.external_number) > NUMBER_MOST:
        faults["external_number"] = f"1至{NUMBER_MOST}字"
    if len(incoming.text.strip()) > TEXT_MOST:
        faults["text"] = f"最多{TEXT_MOST}字"
    if faults:
        raise Invalid(fields=faults)


def _draft(incoming: Incoming, *, text: str) -> Draft:
    name = ("number", incoming.external_number) if incoming.external_number else ("key", incoming.key)
    return Draft(
        key=f"source:{incoming.source}",
        # Nobody is linked by a guess: who wrote is known to the source alone, and each matter has a writer of its own.
        citizen_id=CitizenId(derived_id("cz", "source", incoming.source, *name)),
        source=incoming.source,
        external_number=incoming.external_number,
        kind=incoming.kind,
        title=incoming.title,
        text=text,
        place=incoming.place,
        occurred=incoming.occurred,
        anonymous=incoming.anonymous,
        name=incoming.name,
        phone=incoming.phone,
        of_enterprise=incoming.of_enterprise,
    )


def _digest(incoming: Incoming) -> str:
    words = [incoming.kind, incoming.title.strip(), incoming.text.strip(), incoming.place.text.strip()]
    return hashlib.sha256(msgspec.json.encode(words)).hexdigest()


def _context(identity: str) -> str:
    return f"origin:{identity}:reply_to"
