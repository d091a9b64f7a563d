"""Turn what a citizen wrote into a petition: check it, seal the contact, propose where it goes, give it its dates."""

import re
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from services.clock import SHANGHAI
from services.conversations.message import MediaId
from services.errors import Invalid
from services.ids import CitizenId, ConversationId, derived_id
from services.petitions.citizen_commands import MEDIA_MOST
from services.petitions.clocks import Clocks
from services.petitions.commands import TEXT_LIMIT, optional, required
from services.petitions.dating import dated
from services.petitions.deadline_model import Run
from services.petitions.deadline_rules import NoRules, PetitionClass, RuleBook, RuleSet
from services.petitions.intake import Intake, Proposal, Report
from services.petitions.keys import Keys, key_hash
from services.petitions.kind import Kind
from services.petitions.model import Event, Petition, Place, Reporter
from services.petitions.rules import CityRules
from services.petitions.transitions import Action, ActorRole, Status

PLACE_LIMIT = 200
OCCURRED_LIMIT = 100
NAME_LIMIT = 50
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]")


class Draft(Struct, frozen=True, kw_only=True):
    """What a citizen files.

    Args:
        key: what makes a repeat the same filing: the chat's draft id, or the app's Idempotency-Key.
        citizen_id: who files; the same key of somebody else is another petition.
        conversation_id: where they are told of changes, if they have a conversation.
        source: the channel; ``external_number`` what it is called where it came from.
        place: the district may be a code or a name.
        occurred: in the citizen's words; ``occurred_at`` where it is a moment.
        anonymous: contact is kept, but never shown to whoever handles the petition.
        name, phone: plain; sealed before they are stored.
        of_enterprise: filed for a business: other deadlines.
    """

    key: str
    citizen_id: CitizenId
    conversation_id: ConversationId | None = None
    source: str
    external_number: str = ""
    kind: Kind
    title: str = ""
    text: str
    place: Place
    occurred: str = ""
    occurred_at: datetime | None = None
    anonymous: bool = False
    name: str = ""
    phone: str = ""
    media: tuple[MediaId, ...] = ()
    of_enterprise: bool = False


class Filing:
    """Make petitions out of drafts. Pure: nothing is stored here."""

    def __init__(self, intake: Intake, *, deadlines: RuleBook, preset: str, rules: CityRules) -> None:
        """Take the city's rules; ``preset`` names the deadline rules in force here (``shandong``)."""
        self._intake = intake
        self._deadlines = deadlines
        self._preset = preset
        self._rules = rules

    def petition(self, draft: Draft, *, number: str, at: datetime, keys: Keys) -> Petition:
        """Return the petition of a checked draft, filed now.

        Raises:
            NoRules: the preset has no rule for answering on this day.
        """
        petition_id = petition_id_of(draft)
        place = self._located(draft.place)
        report = Report(
            kind=draft.kind,
            title=draft.title,
            text=draft.text,
            district=place.district,
            street=place.street,
            at=draft.occurred_at or at,
        )
        proposal = self._intake.propose(report)
        rules = self._rules_for(draft, proposal, at=at)
        petition = Petition(
            id=petition_id,
            number=number,
            query_key_hash=key_hash(keys.query_key(petition_id)),
            kind=draft.kind,
            title=draft.title,
            text=draft.text,
            place=place,
            occurred=draft.occurred,
            occurred_at=draft.occurred_at,
            reporter=_reporter(draft, keys, petition_id=petition_id),
            media=draft.media,
            source=draft.source,
            external_number=draft.external_number,
            filed_at=at,
            proposal=proposal,
            category=proposal.categories[0].category,
            rules=rules,
            clocks=Clocks(citizen=Run(received_at=at, limit=rules.answer)),
            history=(Event(seq=1, at=at, action=Action.FILE, status=Status.FILED, role=ActorRole.CITIZEN),),
        )
        return dated(petition, self._rules)

    def _located(self, place: Place) -> Place:
        """Return the place with its district as a code, also when only its name was given or stands in the words."""
        district = self._rules.directory.district_of(place.district) or self._rules.directory.district_of(place.text)
        street = place.street if place.street.isdigit() else ""
        return replace(place, district=district, street=street)

    def _rules_for(self, draft: Draft, proposal: Proposal, *, at: datetime) -> RuleSet:
        """Return the deadline rules: the special class where the preset has one, else the standard."""
        special = PetitionClass.URGENT if proposal.routed.urgent else PetitionClass.STANDARD
        petition_class = PetitionClass.ENTERPRISE if draft.of_enterprise else special
        day = at.astimezone(SHANGHAI).date()
        try:
            return self._deadlines.in_force(self._preset, petition_class, on=day)
        except NoRules:
            return self._deadlines.in_force(self._preset, PetitionClass.STANDARD, on=day)


def petition_id_of(draft: Draft) -> str:
    """Return the id that a draft's petition has, on every process and after every crash."""
    return derived_id("pt", draft.citizen_id, draft.key)


def checked(draft: Draft) -> Draft:
    """Return the draft without outer blanks; raise `Invalid` naming every field that is wrong."""
    fields = {
        "text": (draft.text, TEXT_LIMIT, True),
        "title": (draft.title, OCCURRED_LIMIT, False),
        "place": (draft.place.text, PLACE_LIMIT, False),
        "occurred": (draft.occurred, OCCURRED_LIMIT, False),
        "name": (draft.name, NAME_LIMIT, False),
    }
    faults: dict[str, str] = {}
    texts: dict[str, str] = {}
    for name, (value, limit, is_needed) in fields.items():
        try:
            texts[name] = (required if is_needed else optional)(name, value, limit=limit)
        except Invalid as invalid:
            faults |= invalid.fields
    phone = draft.phone.strip()
    if phone and not _PHONE.fullmatch(phone):
        faults["phone"] = "电话号码有误"
    media = tuple(dict.fromkeys(draft.media))
    if len(media) > MEDIA_MOST:
        faults["media"] = f"图片最多{MEDIA_MOST}张"
    if faults:
        raise Invalid(fields=faults)
    place = replace(draft.place, text=texts.pop("place"))
    return replace(draft, place=place, phone=phone, media=media, **texts)


def _reporter(draft: Draft, keys: Keys, *, petition_id: str) -> Reporter:
    return Reporter(
        citizen_id=draft.citizen_id,
        conversation_id=draft.conversation_id,
        anonymous=draft.anonymous,
        name=keys.seal(draft.name, petition_id=petition_id, field="name"),
        phone=keys.seal(draft.phone, petition_id=petition_id, field="phone"),
    )
