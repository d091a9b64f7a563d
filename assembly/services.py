"""Build the city's records and rules over the store, and whoever follows the changes of petitions."""

from msgspec import Struct

from assembly.ground import Ground, derived_secret, sealing_key, trail
from assembly.knowledge import Knowledge
from services.audit.log import AuditLog
from services.audit.model import ENTRIES, HEADS
from services.audit.petition_acts import PetitionAudit
from services.conversations.service import ConversationService
from services.conversations.store import ARCHIVES, CONVERSATIONS
from services.figures.bulletin import Bulletins
from services.figures.follower import Figures
from services.figures.model import CELLS
from services.figures.recompute import TRAIL_NAME, figure_records
from services.identity.guests import GuestService
from services.identity.sealing import Sealer
from services.identity.staff import StaffService
from services.identity.store import GUESTS, SESSIONS, STAFF
from services.identity.sweep import IdentitySweep
from services.media.service import MEDIA, MediaService
from services.petitions.corrections import CORRECTIONS
from services.petitions.duplicates import DuplicateFinder
from services.petitions.filing import Filing
from services.petitions.keys import Keys
from services.petitions.merging import Merging
from services.petitions.notices import NOTICES, NoticeBoard
from services.petitions.rules import CityRules
from services.petitions.service import PetitionService, Records
from services.petitions.store import HISTORY, NUMBERS, PETITIONS
from services.petitions.watch import MARKS, Clockwork
from services.public_list.service import PublicList
from services.public_list.store import PUBLIC_PETITIONS
from services.public_list.upkeep import Upkeep
from services.sources.replies import Replies, ReplyMaker
from services.sources.service import SourceDesk
from services.sources.store import ORIGINS, SOURCE_REPLIES


class Services(Struct, frozen=True, kw_only=True):
    """Every service, over the store."""

    conversations: ConversationService
    guests: GuestService
    staff: StaffService
    identity_sweep: IdentitySweep
    media: MediaService
    petitions: PetitionService
    clockwork: Clockwork
    notices: NoticeBoard
    merging: Merging
    duplicates: DuplicateFinder
    audit: AuditLog
    public_list: PublicList
    bulletins: Bulletins
    sources: SourceDesk
    replies: Replies
    sealer: Sealer


def build_services(ground: Ground, knowledge: Knowledge) -> Services:
    """Build the services; the store is opened afterwards."""
    store, clock, city = ground.database, ground.clock, knowledge.city
    key = sealing_key(ground.settings.privacy)
    sealer = Sealer(key)
    keys = Keys(query_secret=derived_secret(key, "query keys"), sealer=sealer)
    petitions, documents = build_petitions(ground, knowledge, keys=keys), store.collection(PETITIONS)
    merging = Merging(petitions, documents)
    audit = AuditLog(store.collection(ENTRIES), store.collection(HEADS))
    directory = city.rules.directory
    return Services(
        conversations=build_conversations(ground),
        guests=GuestService(store.collection(GUESTS), clock=clock),
        staff=build_staff(ground),
        identity_sweep=build_identity_sweep(ground),
        media=MediaService(store.collection(MEDIA), folder=ground.files / "media", clock=clock),
        petitions=petitions,
        clockwork=Clockwork(
            petitions,
            petitions=documents,
            merging=merging,
            marks=store.collection(MARKS),
            rules=city.rules,
            clock=clock,
        ),
        notices=NoticeBoard(store.collection(NOTICES), clock),
        merging=merging,
        duplicates=DuplicateFinder(documents, city.counts),
        audit=audit,
        public_list=PublicList(
            petitions, store.collection(PUBLIC_PETITIONS), directory=directory, audit=audit, clock=clock
        ),
        bulletins=Bulletins(store.collection(CELLS), directory=directory, clock=clock),
        sources=SourceDesk(petitions, store.collection(ORIGINS), sealer=sealer, clock=clock),
        replies=Replies(store.collection(SOURCE_REPLIES), clock=clock),
        sealer=sealer,
    )


def build_petitions(ground: Ground, knowledge: Knowledge, *, keys: Keys) -> PetitionService:
    """Build the petition service by the city's rules and the deadlines in force."""
    store, city = ground.database, knowledge.city
    return PetitionService(
        Records(
            petitions=store.collection(PETITIONS),
            numbers=store.collection(NUMBERS),
            history=store.collection(HISTORY),
            corrections=store.collection(CORRECTIONS),
        ),
        filing=Filing(
            city.intake, deadlines=knowledge.deadlines, preset=ground.settings.petitions.preset, rules=city.rules
        ),
        rules=city.rules,
        keys=keys,
        clock=ground.clock,
        bell=ground.shared.bell,
    )


def build_conversations(ground: Ground) -> ConversationService:
    """Build the conversations, which wake the relay and open sockets."""
    return ConversationService(
        ground.database.collection(CONVERSATIONS),
        ground.database.collection(ARCHIVES),
        clock=ground.clock,
        bell=ground.shared.bell,
        fanout=ground.shared.fanout,
    )


def build_staff(ground: Ground) -> StaffService:
    """Build the accounts and sessions of staff."""
    return StaffService(
        ground.database.collection(STAFF),
        ground.database.collection(SESSIONS),
        clock=ground.clock,
        limiter=ground.shared.limiter,
        settings=ground.settings.identity,
    )


def build_identity_sweep(ground: Ground) -> IdentitySweep:
    """Build what forgets sessions and guests that nobody needs."""
    return IdentitySweep(
        sessions=ground.database.collection(SESSIONS),
        guests=ground.database.collection(GUESTS),
        conversations=ground.database.collection(CONVERSATIONS),
        clock=ground.clock,
        settings=ground.settings.identity,
    )


class Followers(Struct, frozen=True, kw_only=True):
    """Whoever keeps something derived from petitions, each behind its own trail of changes."""

    audit: PetitionAudit
    public_list: Upkeep
    figures: Figures
    replies: ReplyMaker


def build_followers(ground: Ground, services: Services, *, rules: CityRules) -> Followers:
    """Build the followers of petitions."""
    return Followers(
        audit=PetitionAudit(trail(ground, "audit"), ground.database.collection(HISTORY), audit=services.audit),
        public_list=Upkeep(trail(ground, "public list"), ground.database.collection(PUBLIC_PETITIONS)),
        figures=Figures(
            figure_records(ground.database),
            trail=trail(ground, TRAIL_NAME),
            calendar=rules.calendar,
            directory=rules.directory,
            clock=ground.clock,
        ),
        replies=ReplyMaker(
            trail(ground, "source replies"),
            ground.database.collection(HISTORY),
            replies=ground.database.collection(SOURCE_REPLIES),
        ),
    )
