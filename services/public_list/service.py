"""Show a clerk what would be published, publish it, take it down, and list what is public."""

import hashlib

import msgspec
from msgspec import Struct

from services.audit.log import AuditLog
from services.audit.model import Act, ActKind
from services.clock import SHANGHAI, Clock
from services.database.collection import AlreadyExists, Collection, MissingDocument, Page, StaleVersion
from services.errors import Conflict, Invalid, NotAllowed, NotFound
from services.ids import derived_id, new_id
from services.petitions.departments import Directory
from services.petitions.kind import Kind
from services.petitions.model import Actor, Petition
from services.petitions.service import PetitionService
from services.petitions.transitions import ActorRole, Status
from services.public_list.finders import FoundKind
from services.public_list.masking import masked
from services.public_list.store import PublicPetition

ANSWERED = frozenset({Status.ANSWERED, Status.HEARD, Status.CLOSED})
MAY_PUBLISH = frozenset({ActorRole.CLERK, ActorRole.SUPERVISOR})
TEXT_MOST = 2_000
PAGE = 20


class NotPublishable(Conflict):
    """Refuse to publish what is not answered, and reports (举报) at all: their writers may be in danger."""

    code = "public_list.not_publishable"
    title = "未答复的诉求和举报不能公开"


class PreviewOutdated(Conflict):
    """Refuse to publish another text than the one that was looked at."""

    code = "public_list.preview_outdated"
    title = "内容已变化，请重新预览后再公开"


class NotPublic(NotFound):
    """Say that there is no such public petition."""

    code = "public_list.not_found"
    title = "没有找到这件公开诉求"


class Edits(Struct, frozen=True, kw_only=True):
    """What a clerk shortened or made unrecognisable by hand; None leaves the petition's own words. Masked all the same."""

    title: str | None = None
    text: str | None = None
    reply: str | None = None


class Preview(Struct, frozen=True, kw_only=True):
    """What would be published, and how much of which kind was masked.

    ``seen`` names exactly these words; publishing asks for it.
    """

    title: str
    text: str
    reply: str
    found: dict[FoundKind, int]
    seen: str
    is_public: bool


class PublicList:
    """The use cases around the public list."""

    def __init__(
        self,
        petitions: PetitionService,
        published: Collection[PublicPetition],
        *,
        directory: Directory,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        """Take the petitions, the published ones, who exists, and the log of who published what."""
        self._petitions = petitions
        self._published = published
        self._directory = directory
        self._audit = audit
        self._clock = clock

    async def preview(self, number: str, *, by: Actor, edits: Edits | None = None) -> Preview:
        """Return what would be published.

        Raises:
            PetitionNotFound, NotAllowed: not for this caller.
            NotPublishable: it is not answered, or a report.
            Invalid: an edit is empty or too long.
        """
        petition = await self._publishable(number, by=by)
        is_public = await self._published.find(public_id(petition)) is not None
        return _preview(petition, edits or Edits(), is_public=is_public)

    async def publish(self, number: str, *, by: Actor, seen: str, edits: Edits | None = None) -> PublicPetition:
        """Publish exactly what was looked at; repeated, it is published once.

        Raises:
            PreviewOutdated: petition or edits are not what ``seen`` names.
            PetitionNotFound, NotAllowed, NotPublishable, Invalid: as `preview`.
        """
        petition = await self._publishable(number, by=by)
        preview = _preview(petition, edits or Edits(), is_public=False)
        if preview.seen != seen:
            raise PreviewOutdated(number)
        await self._record(ActKind.PUBLISHED, petition, by=by)
        document = self._document(petition, preview, by=by)
        try:
            return await self._published.add(document)
        except AlreadyExists:
            present = await self._published.get(document.id)
            return await self._published.save(document.at_version(present.version))

    async def unpublish(self, number: str, *, by: Actor) -> None:
        """Take a petition down; one that is not public stays so.

        Raises:
            PetitionNotFound, NotAllowed: not for this caller.
        """
        _check_role(by)
        petition = await self._petitions.of(number, by=by)
        await self._record(ActKind.UNPUBLISHED, petition, by=by)
        await take_down(self._published, petition)

    async def listed(self, *, category: str = "", district: str = "", after: str | None = None) -> Page[PublicPetition]:
        """Return a page of public petitions, newest first."""
        equals = {name: value for name, value in (("category", category), ("district", district)) if value}
        index = "_".join(equals) or "published"
        return await self._published.query(index, equals, descending=True, after=after, limit=PAGE)

    async def get(self, identity: str) -> PublicPetition:
        """Return one public petition; raises `NotPublic`."""
        try:
            return await self._published.get(identity)
        except MissingDocument as error:
            raise NotPublic(identity) from error

    async def _publishable(self, number: str, *, by: Actor) -> Petition:
        _check_role(by)
        petition = await self._petitions.of(number, by=by)
        if not is_publishable(petition):
            raise NotPublishable(number)
        return petition

    def _document(self, petition: Petition, preview: Preview, *, by: Actor) -> PublicPetition:
        if petition.reply is None:
            raise NotPublishable(petition.number)
        handler = petition.reply.department
        return PublicPetition(
            id=public_id(petition),
            kind=petition.kind,
            title=preview.title,
            text=preview.text,
            reply=preview.reply,
            category=petition.level1,
            district=petition.place.district,
            department=self._directory.name_of(handler) if handler else "",
            filed_on=petition.filed_at.astimezone(SHANGHAI).date(),
            answered_at=petition.reply.at,
            published_at=self._clock.now(),
            published_by=by.id,
        )

    async def _record(self, kind: ActKind, petition: Petition, *, by: Actor) -> None:
        act = Act(
            kind=kind, at=self._clock.now(), by=by.id, role=by.role, subject=petition.number, key=new_id("publication")
        )
        _ = await self._audit.record(act)


def is_publishable(petition: Petition) -> bool:
    """Tell whether a petition may be published at all."""
    return petition.status in ANSWERED and petition.reply is not None and petition.kind is not Kind.REPORT


def public_id(petition: Petition) -> str:
    """Return the id a petition has in public: it tells nothing of its number."""
    return derived_id("pub", petition.id)


async def take_down(published: Collection[PublicPetition], petition: Petition) -> bool:
    """Remove a petition from the public list and tell whether it was there."""
    document = await published.find(public_id(petition))
    if document is None:
        return False
    try:
        await published.delete(document)
    except StaleVersion:
        # Published anew or taken down in this very moment.
        return await take_down(published, petition)
    return True


def _preview(petition: Petition, edits: Edits, *, is_public: bool) -> Preview:
    reply = petition.reply.public_text if petition.reply else ""
    words = {
        "title": petition.title or petition.category.rpartition("/")[2] if edits.title is None else edits.title,
        "text": petition.text if edits.text is None else edits.text,
        "reply": reply if edits.reply is None else edits.reply,
    }
    faults: dict[str, str] = {}
    for name, value in words.items():
        if not 1 <= len(value.strip()) <= TEXT_MOST:
            faults[name] = f"1至{TEXT_MOST}字"
    if faults:
        raise Invalid(fields=faults)
    shown = {name: masked(value.strip()) for name, value in words.items()}
    found: dict[FoundKind, int] = {}
    for one in shown.values():
        found = {kind: found.get(kind, 0) + one.found.get(kind, 0) for kind in {*found, *one.found}}
    texts = {name: one.text for name, one in shown.items()}
    seen = hashlib.sha256(msgspec.json.encode(texts, order="deterministic")).hexdigest()[:32]
    return Preview(**texts, found=found, seen=seen, is_public=is_public)


def _check_role(by: Actor) -> None:
    if by.role not in MAY_PUBLISH:
        raise NotAllowed(by.role)
