"""Read the settings, build every part, wire them together, start the server. Holds no rule of the city.

Read it from top to bottom to see the whole system: records, services, bots, channels, push, then the server itself.
"""

import asyncio
import base64
import gc
import hmac
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import orjson
import structlog
import uvloop
from aiohttp import ClientSession, DummyCookieJar, TCPConnector
from msgspec import Meta, Struct
from msgspec.structs import replace
from sanic import Blueprint, Sanic

from bots.advice.advisers import Advisers, Plugins
from bots.advice.breaker import Limits as PluginLimits
from bots.answers.bot import ItemAnswers
from bots.halls.bot import HallBot
from bots.improvement.judge import PipelineJudge
from bots.improvement.reading import TurnReader
from bots.improvement.recording import Noted, RecordingResponder
from bots.improvement.trial import Bench, PackTrial
from bots.petition.bot import PetitionBot
from bots.petition.filing import PetitionFiling
from bots.petition.moments import TimePhrases
from bots.petition.places import GazetteerPlaces
from bots.petition.reader import Reader
from bots.petition.reminding import Reminders
from bots.progress.acting import ActingBot
from bots.progress.bot import ProgressBot
from bots.progress.doing import PetitionActing
from bots.progress.lookup import PetitionProgress
from bots.router import Router
from bots.understanding.loader import load_parts
from bots.understanding.pipeline import Parts, Pipeline
from channels.app.bulletin_page import bulletin_blueprint
from channels.app.frames import FRAME_LIMIT
from channels.app.guide_page import guide_blueprint
from channels.app.messages import MessageIntake
from channels.app.pages import pages_blueprint
from channels.app.petition_view import PetitionViews
from channels.app.public_page import public_blueprint
from channels.app.routes_description import DescriptionRoutes
from channels.app.routes_feedback import FeedbackRoutes
from channels.app.routes_items import ItemRoutes
from channels.app.routes_media import MediaRoutes
from channels.app.routes_messages import MessageRoutes
from channels.app.routes_petitions import PetitionRoutes
from channels.app.routes_public import PublicRoutes
from channels.app.sender import AppSender
from channels.app.stream import Streams
from channels.app.tickets import Tickets
from channels.departments.identify import SystemsAtTheDoor
from channels.departments.routes_media import DepartmentMedia
from channels.departments.routes_petitions import DepartmentRoutes
from channels.departments.sender import DepartmentSender
from channels.departments.settings import System as UnitSystem
from channels.departments.settings import SystemSettings, checked_systems
from channels.departments.signature import SignatureCheck
from channels.desk.routes_audit import AuditRoutes
from channels.desk.routes_deliveries import DeliveryRoutes
from channels.desk.routes_duplicates import DuplicateRoutes
from channels.desk.routes_figures import FigureRoutes
from channels.desk.routes_notices import NoticeRoutes
from channels.desk.routes_petitions import DeskPetitionRoutes
from channels.desk.routes_publication import PublicationRoutes
from channels.desk.routes_questions import QuestionRoutes
from channels.desk.routes_sessions import SessionRoutes
from channels.desk.routes_sources import SourceRoutes
from channels.desk.routes_wording import WordingRoutes
from channels.desk.sender import DeskSender
from channels.endpoints import mounted, mounted_for
from channels.inbox import CitizensInbox, InboxSettings
from channels.mailbox.folder import MailboxFolder
from channels.mailbox.settings import MailboxSettings
from channels.ops.health import Health
from channels.ops.metrics import Metrics
from channels.plugins.client import HttpRanker, HttpRewriter
from channels.plugins.settings import Endpoint, EndpointSettings, checked_endpoint
from channels.problem import answer as problem
from channels.requests import JSON_LIMIT, TimedRequest, watch_answers, write_access_line
from channels.serving import Listening
from channels.spill import SpillFile
from channels.wechat.callback import CallbackPorts, Callbacks
from channels.wechat.callback import blueprint as wechat_blueprint
from channels.wechat.client import WeChatClient, clients_of
from channels.wechat.customer import CustomerMessages, CustomerParts
from channels.wechat.media import PictureArrivals, UploadedPictures
from channels.wechat.menu import DEFAULT as DEFAULT_MENU
from channels.wechat.menu import menu_body
from channels.wechat.progress import Progress
from channels.wechat.replay import Replays
from channels.wechat.sender import WeChatSender
from channels.wechat.settings import PLATFORM, Account, TemplateSettings, WeChatSettings, checked_accounts
from channels.wechat.stamps import StampFile
from channels.wechat.templates import TemplateMessages, TemplateParts
from channels.wechat.token import SharedCache
from push.outbox import Outbox
from push.recipients import Recipients
from push.relay import Relay
from push.reports import DeliveryDesk
from push.settings import PushSettings
from services.audit.log import AuditLog
from services.audit.model import ENTRIES, HEADS
from services.audit.petition_acts import PetitionAudit
from services.clock import Clock, SystemClock
from services.conversations.message import Channel
from services.conversations.service import ConversationService
from services.conversations.store import ARCHIVES, CONVERSATIONS
from services.conversations.waiting import WAITING_MESSAGES
from services.coordination.seat import SEATS, Seat
from services.coordination.shared import Shared, shared_by
from services.database.collection import Database, StoreUnavailable
from services.database.engine import open_database
from services.errors import Invalid
from services.figures.bulletin import Bulletins
from services.figures.follower import Figures
from services.figures.model import CELLS
from services.figures.recompute import TRAIL_NAME, figure_records
from services.following.trail import POSITIONS, Trail
from services.identity.guests import GuestService
from services.identity.sealing import KEY_BYTES, Sealer
from services.identity.settings import IdentitySettings
from services.identity.staff import StaffService
from services.identity.store import GUESTS, SESSIONS, STAFF
from services.identity.sweep import IdentitySweep
from services.improvement.board import QuestionBoard
from services.improvement.decisions import Decisions
from services.improvement.expiry import Expiry
from services.improvement.keeper import Keeper
from services.improvement.ledger import Ledger
from services.improvement.model import DECISIONS, DISMISSALS, QUESTIONS, VOTES
from services.improvement.publishing import WordingDesk
from services.improvement.settings import ImprovementSettings
from services.improvement.votes import Votes
from services.improvement.wording_book import WordingBook
from services.improvement.wording_model import CHANGES, VERSIONS
from services.items.faults import CatalogueRefused
from services.items.publication import Watcher
from services.items.search.settings import SearchSettings
from services.items.service import ItemService
from services.logs import LogSettings, set_up_logging
from services.media.service import MEDIA, MediaService
from services.outbox.delivery import DELIVERIES
from services.outbox.send_errors import SendFailed
from services.petitions.corrections import CORRECTIONS
from services.petitions.deadline_rules import RuleBook, load_rules
from services.petitions.duplicates import DuplicateFinder
from services.petitions.filing import Filing
from services.petitions.keys import Keys
from services.petitions.loader import City, load_city
from services.petitions.merging import Merging
from services.petitions.names import Names, load_names
from services.petitions.notices import NOTICES, NoticeBoard
from services.petitions.patience import Patience
from services.petitions.rules import CityRules
from services.petitions.service import PetitionService, Records
from services.petitions.store import HISTORY, NUMBERS, PETITIONS
from services.petitions.watch import MARKS, Clockwork
from services.places.gazetteer import Gazetteer
from services.promises import Topic
from services.public_list.service import PublicList
from services.public_list.store import PUBLIC_PETITIONS
from services.public_list.upkeep import Upkeep
from services.secret import Secret
from services.settings import BadSettings, load_settings
from services.sources.replies import Replies, ReplyMaker
from services.sources.service import SourceDesk
from services.sources.store import ORIGINS, SOURCE_REPLIES
from services.tasks import Tasks
from services.text.normalise import normalise
from simulators.demonstration import (
    ACCOUNT_TITLE,
    PROGRESS,
    PROGRESS_FIELDS,
    DemoSettings,
    kept_secrets,
    open_accounts,
    welcome,
)
from simulators.departments.routes import PREFIX as SIMULATED_DEPARTMENTS
from simulators.departments.system import DepartmentSettings as AgreedSystem
from simulators.wechat.settings import AccountSettings as RegisteredAccount
from simulators.wechat.settings import Mode as RegisteredMode
from simulators.wiring import PREFIX as SIMULATED_PLATFORM
from simulators.wiring import Plan, Simulators, attach

ROOT = Path(__file__).resolve().parent
DATA = ROOT / "data"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
log = structlog.get_logger()


# ---- settings -------------------------------------------------------------------------------------------------------


class ServerSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[server]: where it listens and how the outside sees it."""

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8000
    public_url: Annotated[str, Meta(pattern=r"^(https?://[^/?#\s]+/?)?$")] = ""
    proxies: Annotated[int, Meta(ge=0, le=10)] = 0
    real_ip_header: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]*$")] = ""
    demo: bool = False
    stop_within_s: Annotated[float, Meta(ge=0)] = 10.0

    @property
    def outside(self) -> str:
        """Return scheme and host as others write them; derived from host and port when not given."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"


class StoreSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[store]: which database, and the folder of pictures and the spill file."""

    url: str = "sqlite:///var/qingdao.db"
    files: str = "var"


class RedisSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[redis]: empty means everything in this process."""

    url: str = ""


class CatalogueSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[catalogue]: the files that together are the catalogue, relative to the project."""

    files: tuple[str, ...] = ("data/items.json",)
    watch_every_s: float = 0.5


class PetitionSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[petitions]: whose deadline rules are in force (data/deadline_rules.json), and how long the system waits."""

    preset: str = "shandong"
    patience: Patience = Patience()
    watch_every_s: float = 20.0


class PrivacySettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[privacy]: the key that seals personal fields, 64 hexadecimal digits."""

    sealing_key: Secret = Secret("")


class PluginSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[plugins]: who may help the bot with what it is unsure of; nobody unless an address is given."""

    ranker: EndpointSettings = EndpointSettings()
    rewriter: EndpointSettings = EndpointSettings()
    limits: PluginLimits = PluginLimits()


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every section of settings.toml, each owned by the package that uses it."""

    server: ServerSettings = ServerSettings()
    store: StoreSettings = StoreSettings()
    redis: RedisSettings = RedisSettings()
    log: LogSettings = LogSettings()
    limits: InboxSettings = InboxSettings()
    identity: IdentitySettings = IdentitySettings()
    push: PushSettings = PushSettings()
    search: SearchSettings = SearchSettings()
    plugins: PluginSettings = PluginSettings()
    catalogue: CatalogueSettings = CatalogueSettings()
    petitions: PetitionSettings = PetitionSettings()
    improvement: ImprovementSettings = ImprovementSettings()
    privacy: PrivacySettings = PrivacySettings()
    mailbox: MailboxSettings = MailboxSettings()
    wechat: WeChatSettings = WeChatSettings()
    alipay: dict[str, str] = {}
    """Names that design 6 fixes for a channel this release does not have: accepted, announced as unused."""
    departments: dict[str, SystemSettings] = {}
    demo: DemoSettings = DemoSettings()


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings; a demonstration gets a made value for every secret that was not given.

    Raises:
        BadSettings: naming the setting that stops the start.
    """
    given = load_settings(Settings, root=ROOT, environment=environment)
    if not given.server.demo:
        return given
    if given.server.host not in LOOPBACK:
        raise BadSettings(f"server.demo is refused on {given.server.host}: a demonstration listens on loopback only")
    made = kept_secrets(ROOT / given.store.files / "demo-secrets.json")
    return load_settings(Settings, root=ROOT, environment=environment, defaults=made)


# ---- what everything stands on --------------------------------------------------------------------------------------


class Ground(Struct, frozen=True, kw_only=True):
    """The clock, the task registry, the store, and what the parts tell each other by."""

    settings: Settings
    clock: Clock
    tasks: Tasks
    database: Database
    shared: Shared
    files: Path


def lay_ground(settings: Settings) -> Ground:
    """Make the parts that everything else is built on."""
    tasks = Tasks()
    with naming("store.url"):
        database = open_database(settings.store.url, root=ROOT)
    with naming("redis.url"):
        shared = shared_by(settings.redis.url, tasks=tasks)
    return Ground(
        settings=settings,
        clock=SystemClock(),
        tasks=tasks,
        database=database,
        shared=shared,
        files=ROOT / settings.store.files,
    )


@contextmanager
def naming(setting: str) -> Iterator[None]:
    """Stop the start by a setting's name when its value is of no use."""
    try:
        yield
    except ValueError as error:
        raise BadSettings(f"{setting}: {error}") from error


# ---- knowledge: what files say, loaded off the loop -----------------------------------------------------------------


class Knowledge(Struct, frozen=True, kw_only=True):
    """The catalogue with its search, the city's rules, places and words: read from files, never from the store."""

    items: ItemService
    watcher: Watcher
    understanding: Parts
    pipeline: Pipeline
    gazetteer: Gazetteer
    city: City
    deadlines: RuleBook
    names: Names


def load_knowledge(settings: Settings, clock: Clock) -> Knowledge:
    """Read everything; blocks for about a second (dictionaries, indexes)."""
    _ = normalise("預熱")
    files = tuple(ROOT / name for name in settings.catalogue.files)
    cache = ROOT / settings.store.files
    items = ItemService.load(files, settings=settings.search, data=DATA, cache=cache, clock=clock)
    city = patient_city(settings.petitions)
    understanding = load_parts(DATA, doors=city.rules.doors)
    return Knowledge(
        items=items,
        watcher=Watcher(items, items.workshop, clock=clock),
        understanding=understanding,
        pipeline=Pipeline(understanding, items.matcher, settings=settings.search),
        gazetteer=Gazetteer.load(DATA),
        city=city,
        deadlines=deadline_rules(settings.petitions.preset),
        names=load_names(DATA / "wording" / "petition_names.json"),
    )


def patient_city(settings: PetitionSettings) -> City:
    """Return the city's data with the waiting times of the settings."""
    city = load_city(DATA)
    return replace(city, rules=replace(city.rules, patience=settings.patience))


def deadline_rules(preset: str) -> RuleBook:
    """Return the rules, or stop the start by name when nobody's are configured."""
    book = load_rules(DATA / "deadline_rules.json")
    if preset not in book.presets:
        raise BadSettings(f"petitions.preset is one of {', '.join(sorted(book.presets))} (QD_PETITIONS__PRESET)")
    return book


# ---- services: the city's records and rules -------------------------------------------------------------------------


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
    petitions = PetitionService(
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
        keys=Keys(query_secret=derived_secret(key, "query keys"), sealer=sealer),
        clock=clock,
        bell=ground.shared.bell,
    )
    merging = Merging(petitions, store.collection(PETITIONS))
    audit = AuditLog(store.collection(ENTRIES), store.collection(HEADS))
    return Services(
        conversations=ConversationService(
            store.collection(CONVERSATIONS),
            store.collection(ARCHIVES),
            clock=clock,
            bell=ground.shared.bell,
            fanout=ground.shared.fanout,
        ),
        guests=GuestService(store.collection(GUESTS), clock=clock),
        staff=StaffService(
            store.collection(STAFF),
            store.collection(SESSIONS),
            clock=clock,
            limiter=ground.shared.limiter,
            settings=ground.settings.identity,
        ),
        identity_sweep=IdentitySweep(
            sessions=store.collection(SESSIONS),
            guests=store.collection(GUESTS),
            conversations=store.collection(CONVERSATIONS),
            clock=clock,
            settings=ground.settings.identity,
        ),
        media=MediaService(store.collection(MEDIA), folder=ground.files / "media", clock=clock),
        petitions=petitions,
        clockwork=Clockwork(
            petitions,
            petitions=store.collection(PETITIONS),
            merging=merging,
            marks=store.collection(MARKS),
            rules=city.rules,
            clock=clock,
        ),
        notices=NoticeBoard(store.collection(NOTICES), clock),
        merging=merging,
        duplicates=DuplicateFinder(store.collection(PETITIONS), city.counts),
        audit=audit,
        public_list=PublicList(
            petitions,
            store.collection(PUBLIC_PETITIONS),
            directory=city.rules.directory,
            audit=audit,
            clock=clock,
        ),
        bulletins=Bulletins(store.collection(CELLS), directory=city.rules.directory, clock=clock),
        sources=SourceDesk(petitions, store.collection(ORIGINS), sealer=sealer, clock=clock),
        replies=Replies(store.collection(SOURCE_REPLIES), clock=clock),
        sealer=sealer,
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


def watched_mailbox(system: "System") -> tuple[MailboxFolder, ...]:
    """Return the mailbox's folder, none when the settings name none."""
    settings = system.ground.settings.mailbox
    folders = filter(None, (settings.folder,))
    return tuple(
        MailboxFolder(
            ROOT / folder, sources=system.services.sources, replies=system.services.replies, settings=settings
        )
        for folder in folders
    )


def trail(ground: Ground, name: str) -> Trail:
    """Return one follower's way through all changes of petitions."""
    store = ground.database
    return Trail(store.collection(PETITIONS), store.collection(POSITIONS), name=name, clock=ground.clock)


def derived_secret(key: bytes, purpose: str) -> bytes:
    """Return a secret of its own for one purpose, so that one configured key serves several (HMAC-SHA256)."""
    return hmac.digest(key, purpose.encode(), "sha256")


def sealing_key(settings: PrivacySettings) -> bytes:
    """Return the key, or stop the start by name."""
    try:
        key = bytes.fromhex(settings.sealing_key.reveal())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise BadSettings("privacy.sealing_key must be 64 hexadecimal digits (environment: QD_PRIVACY__SEALING_KEY)")
    return key


# ---- bots: who answers ----------------------------------------------------------------------------------------------


class PluginEndpoints(Struct, frozen=True, kw_only=True):
    """Where the plug-ins are; None for one that the settings do not name."""

    ranker: Endpoint | None
    rewriter: Endpoint | None


def plugin_endpoints(settings: PluginSettings) -> PluginEndpoints:
    """Return where the plug-ins are, or stop the start by name."""
    return PluginEndpoints(
        ranker=checked_endpoint(settings.ranker, name="plugins.ranker"),
        rewriter=checked_endpoint(settings.rewriter, name="plugins.rewriter"),
    )


def build_advisers(
    ground: Ground, endpoints: PluginEndpoints, *, knowledge: Knowledge, session: ClientSession
) -> Advisers | None:
    """Build the plug-ins behind their limits; None, and nothing on any message's way, when there are none."""
    plugins = Plugins(
        ranker=HttpRanker(endpoints.ranker, session=session) if endpoints.ranker else None,
        rewriter=HttpRewriter(endpoints.rewriter, session=session) if endpoints.rewriter else None,
    )
    if plugins == Plugins():
        return None
    limits = ground.settings.plugins.limits
    return Advisers(plugins, understander=knowledge.pipeline, limits=limits, clock=ground.clock)


def build_router(ground: Ground, services: Services, *, knowledge: Knowledge, advisers: Advisers | None) -> Router:
    """Build the bots behind the one router."""
    reader = Reader(places=GazetteerPlaces(knowledge.gazetteer), moments=TimePhrases())
    return Router(
        understander=knowledge.pipeline,
        answers=ItemAnswers(catalogues=knowledge.items),
        petition=PetitionBot(reader=reader, petitions=PetitionFiling(services.petitions), sealer=services.sealer),
        progress=ProgressBot(petitions=PetitionProgress(services.petitions, names=knowledge.names)),
        acting=ActingBot(PetitionActing(services.petitions, names=knowledge.names)),
        halls=HallBot(
            catalogues=knowledge.items, gazetteer=knowledge.gazetteer, workdays=knowledge.city.rules.calendar
        ),
        doors=knowledge.city.rules.doors,
        clock=ground.clock,
        advisers=advisers,
    )


# ---- learning from use: what the bot decided, what it failed, what operators publish about it -----------------------


class Improvement(Struct, frozen=True, kw_only=True):
    """The ledger of decisions, the questions left open, and the operators' wording."""

    ledger: Ledger[Noted]
    votes: Votes
    decisions: Decisions
    board: QuestionBoard
    book: WordingBook
    keeper: Keeper
    desk: WordingDesk
    expiry: Expiry


def build_improvement(ground: Ground, services: Services, *, knowledge: Knowledge) -> Improvement:
    """Build what learns from use."""
    store, clock, settings = ground.database, ground.clock, ground.settings
    batches, questions = store.collection(DECISIONS), store.collection(QUESTIONS)
    cast, dismissals, keep = store.collection(VOTES), store.collection(DISMISSALS), settings.improvement.keep
    votes = Votes(cast, questions, conversations=services.conversations, clock=clock)
    book = WordingBook(store.collection(VERSIONS), store.collection(CHANGES))
    keeper = Keeper(book, knowledge.watcher, audit=services.audit, bell=ground.shared.bell)
    bench = Bench(
        workshop=knowledge.items.workshop,
        parts=knowledge.understanding,
        settings=settings.search,
        pack=ROOT / settings.improvement.pack,
    )
    return Improvement(
        ledger=Ledger(batches, questions, votes=votes, read=TurnReader(knowledge.pipeline).entry),
        votes=votes,
        decisions=Decisions(batches, votes),
        board=QuestionBoard(
            questions, dismissals, judge=PipelineJudge(knowledge.pipeline), book=book, keep=keep, clock=clock
        ),
        book=book,
        keeper=keeper,
        desk=WordingDesk(
            book,
            keeper,
            trial=PackTrial(bench, lambda: knowledge.watcher.base, clock=clock),
            catalogue=knowledge.items.current,
            audit=services.audit,
            bell=ground.shared.bell,
            clock=clock,
        ),
        expiry=Expiry(batches, questions, cast, dismissals, keep=keep, clock=clock),
    )


def noted(router: Router, ledger: Ledger[Noted], *, knowledge: Knowledge, clock: Clock) -> RecordingResponder:
    """Return who answers citizens: the router, each of whose turns is noted."""
    return RecordingResponder(router, ledger, index=lambda: knowledge.items.matcher.index, clock=clock)


# ---- channels: the outside parties ----------------------------------------------------------------------------------


class WeChat(Struct, frozen=True, kw_only=True):
    """The official accounts: the way in and the way out."""

    callbacks: Callbacks
    stamps: tuple[StampFile, ...]
    """Where seen stamps are written down; nowhere when the processes share a memory."""
    sender: WeChatSender
    clients: Mapping[str, WeChatClient]


def build_wechat(  # noqa: PLR0913 - parts by name
    ground: Ground,
    accounts: Mapping[str, Account],
    *,
    session: ClientSession,
    services: Services,
    inbox: CitizensInbox,
    deliveries: DeliveryDesk,
) -> WeChat:
    """Build the WeChat channel for every account."""
    shared = SharedCache(memory=ground.shared.memory, leases=ground.shared.leases)
    clients = clients_of(accounts, session=session, shared=shared, clock=ground.clock)
    uploaded = UploadedPictures(clients, pictures=services.media, memory=ground.shared.memory)
    progress = Progress(ground.shared.memory)
    stamps = () if ground.settings.redis.url else (stamp_file(ground),)
    public_url = ground.settings.server.outside
    callbacks = Callbacks(
        accounts,
        ports=CallbackPorts(
            inbox=inbox,
            replays=Replays(next(iter(stamps), ground.shared.memory)),
            arrivals=PictureArrivals(clients, pictures=services.media, memory=ground.shared.memory, tasks=ground.tasks),
            uploaded=uploaded,
            answers=services.conversations,
            progress=progress,
            reports=deliveries,
            clock=ground.clock,
        ),
        public_url=public_url,
    )
    customer = CustomerMessages(
        CustomerParts(clients=clients, uploaded=uploaded, windows=services.conversations, progress=progress),
        public_url=public_url,
    )
    templates = TemplateMessages(
        accounts, parts=TemplateParts(clients=clients, memory=ground.shared.memory, clock=ground.clock)
    )
    sender = WeChatSender(accounts, customer=customer, templates=templates)
    return WeChat(callbacks=callbacks, stamps=stamps, sender=sender, clients=clients)


def stamp_file(ground: Ground) -> StampFile:
    """Return what carries the stamps of the last minutes over a restart."""
    return StampFile(ground.shared.memory, path=ground.files / "stamps.jsonl", clock=ground.clock)


class App(Struct, frozen=True, kw_only=True):
    """The client API with its stream, and the pages."""

    blueprint: Blueprint
    streams: Streams
    description: DescriptionRoutes


def build_app_channel(
    ground: Ground, services: Services, *, knowledge: Knowledge, inbox: CitizensInbox, improvement: Improvement
) -> App:
    """Build ``/api/v1``: calls, uploads and the stream."""
    intake = MessageIntake(inbox=inbox, media=services.media, clock=ground.clock)
    tickets = Tickets(ground.shared.memory)
    streams = Streams(
        conversations=services.conversations,
        intake=intake,
        tickets=tickets,
        fanout=ground.shared.fanout,
        public_url=ground.settings.server.outside,
    )
    endpoints = (
        *MessageRoutes(
            guests=services.guests,
            conversations=services.conversations,
            intake=intake,
            tickets=tickets,
            limiter=ground.shared.limiter,
        ).endpoints(),
        *FeedbackRoutes(votes=improvement.votes).endpoints(),
        *ItemRoutes(items=knowledge.items).endpoints(),
        *PetitionRoutes(
            petitions=services.petitions,
            guests=services.guests,
            conversations=services.conversations,
            media=services.media,
            views=PetitionViews(names=knowledge.names, directory=knowledge.city.rules.directory),
        ).endpoints(),
        *PublicRoutes(public_list=services.public_list).endpoints(),
    )
    blueprint = mounted(Blueprint("app_api", url_prefix="/api/v1"), endpoints, authenticate=services.guests.known)
    pictures = MediaRoutes(media=services.media, authenticate=services.guests.known, limiter=ground.shared.limiter)
    pictures.mount(blueprint)
    streams.mount(blueprint)
    description = DescriptionRoutes((*endpoints, *pictures.described()))
    description.mount(blueprint)
    return App(blueprint=blueprint, streams=streams, description=description)


def build_desk_channel(
    ground: Ground,
    services: Services,
    *,
    knowledge: Knowledge,
    deliveries: DeliveryDesk,
    improvement: Improvement,
) -> Blueprint:
    """Build ``/desk/api/v1``: staff sign in and move petitions."""
    figures = FigureRoutes(bulletins=services.bulletins, authenticate=services.staff.signed_in)
    endpoints = (
        *SessionRoutes(staff=services.staff, audit=services.audit, clock=ground.clock).endpoints(),
        *DeskPetitionRoutes(
            petitions=services.petitions, directory=knowledge.city.rules.directory, names=knowledge.names
        ).endpoints(),
        *NoticeRoutes(board=services.notices).endpoints(),
        *DuplicateRoutes(
            petitions=services.petitions, finder=services.duplicates, merging=services.merging
        ).endpoints(),
        *DeliveryRoutes(deliveries=deliveries, audit=services.audit, clock=ground.clock).endpoints(),
        *AuditRoutes(audit=services.audit).endpoints(),
        *figures.endpoints(),
        *SourceRoutes(
            sources=services.sources, replies=services.replies, audit=services.audit, clock=ground.clock
        ).endpoints(),
        *PublicationRoutes(public_list=services.public_list).endpoints(),
        *QuestionRoutes(board=improvement.board, decisions=improvement.decisions).endpoints(),
        *WordingRoutes(desk=improvement.desk, book=improvement.book, board=improvement.board).endpoints(),
    )
    blueprint = Blueprint("desk_api", url_prefix="/desk/api/v1")
    figures.mount(blueprint)
    return mounted(blueprint, endpoints, authenticate=services.staff.signed_in)


def build_departments_channel(ground: Ground, services: Services, *, systems: Mapping[str, UnitSystem]) -> Blueprint:
    """Build ``/departments/api/v1``: units' systems take petitions and answer them, by signed requests."""
    check = SignatureCheck(systems, memory=ground.shared.memory, clock=ground.clock)
    door = SystemsAtTheDoor(check, limiter=ground.shared.limiter)
    blueprint = Blueprint("departments_api", url_prefix="/departments/api/v1")
    DepartmentMedia(petitions=services.petitions, media=services.media, door=door).mount(blueprint)
    routes = DepartmentRoutes(petitions=services.petitions, media=services.media)
    return mounted_for(blueprint, routes.endpoints(), identify=door.identify)


# ---- the server -----------------------------------------------------------------------------------------------------


class System(Struct, kw_only=True):
    """One running installation, as the tests and `serve` hold it."""

    ground: Ground
    seat: Seat
    services: Services
    app: Sanic[Any, Any]
    inbox: CitizensInbox
    advisers: Advisers | None
    relay: Relay
    deliveries: DeliveryDesk
    streams: Streams
    health: Health
    metrics: Metrics
    knowledge: Knowledge
    followers: Followers
    improvement: Improvement
    session: ClientSession
    wechat: WeChat
    menus: Mapping[str, WeChatClient]
    """The accounts whose menu we publish: elsewhere an operator decides what it is."""
    simulators: Simulators | None


async def build(settings: Settings, *, name: str = "qingdao") -> System:
    """Build the whole system and open the store; nothing listens and no loop runs yet."""
    accounts = dict(checked_accounts(settings.wechat))
    endpoints = plugin_endpoints(settings.plugins)
    ground = lay_ground(settings)
    knowledge = await asyncio.to_thread(load_knowledge, settings, ground.clock)
    services = build_services(ground, knowledge)
    improvement = build_improvement(ground, services, knowledge=knowledge)
    store, session = ground.database, outgoing_session()
    advisers = build_advisers(ground, endpoints, knowledge=knowledge, session=session)
    inbox = CitizensInbox(
        conversations=services.conversations,
        waiting_messages=store.collection(WAITING_MESSAGES),
        responder=noted(
            build_router(ground, services, knowledge=knowledge, advisers=advisers),
            improvement.ledger,
            knowledge=knowledge,
            clock=ground.clock,
        ),
        limiter=ground.shared.limiter,
        spill=SpillFile(ground.files / "spill.jsonl"),
        tasks=ground.tasks,
        clock=ground.clock,
        settings=settings.limits,
    )
    deliveries = DeliveryDesk(
        store.collection(DELIVERIES), bell=ground.shared.bell, clock=ground.clock, settings=settings.push
    )
    app = new_app(name, settings)
    systems = checked_systems(settings.departments, is_known=knowledge.city.rules.directory.__contains__)
    simulators = attach_simulators(app, ground, accounts=accounts, systems=systems)
    by_unit = {unit.id: unit for unit in systems.values()}
    wechat = build_wechat(ground, accounts, session=session, services=services, inbox=inbox, deliveries=deliveries)
    channel = build_app_channel(ground, services, knowledge=knowledge, inbox=inbox, improvement=improvement)
    recipients = Recipients(
        conversations=services.conversations,
        public_url=settings.server.outside,
        systems=frozenset(unit.id for unit in by_unit.values() if unit.takes_pushes),
    )
    system = System(
        ground=ground,
        seat=Seat(
            store.collection(SEATS),
            clock=ground.clock,
            is_needed=not (store.is_exclusive or settings.redis.url),
        ),
        services=services,
        app=app,
        inbox=inbox,
        advisers=advisers,
        relay=Relay(
            outbox=Outbox(
                sources=(store.collection(CONVERSATIONS), store.collection(PETITIONS)),
                deliveries=store.collection(DELIVERIES),
                recipients=recipients,
                clock=ground.clock,
            ),
            deliveries=store.collection(DELIVERIES),
            recipients=recipients,
            senders={
                Channel.WECHAT: wechat.sender,
                Channel.APP: AppSender(conversations=services.conversations),
                Channel.DESK: DeskSender(services.notices, ground.clock),
                Channel.DEPARTMENT: DepartmentSender(
                    by_unit, petitions=services.petitions, session=session, clock=ground.clock
                ),
            },
            bell=ground.shared.bell,
            clock=ground.clock,
            settings=settings.push,
        ),
        deliveries=deliveries,
        streams=channel.streams,
        health=Health(database=store),
        metrics=Metrics(),
        knowledge=knowledge,
        followers=build_followers(ground, services, rules=knowledge.city.rules),
        improvement=improvement,
        session=session,
        wechat=wechat,
        menus={name: client for name, client in wechat.clients.items() if name in simulated_accounts(accounts)},
        simulators=simulators,
    )
    desk = build_desk_channel(ground, services, knowledge=knowledge, deliveries=deliveries, improvement=improvement)
    departments = build_departments_channel(ground, services, systems=systems)
    mount(system, wechat=wechat, channel=channel, staff=(desk, departments))
    await store.open()
    await system.seat.take()
    return system


def outgoing_session() -> ClientSession:
    """Return the one session for calls to the outside.

    Idle connections end before the other side ends them: a call on one that just died would leave us in doubt whether
    it arrived. Nobody's cookies are kept. Each caller bounds its own calls well below this limit, so that a platform that
    hangs does not use up what another one needs.
    """
    return ClientSession(cookie_jar=DummyCookieJar(), connector=TCPConnector(keepalive_timeout=10, limit=1_000))


def new_app(name: str, settings: Settings) -> Sanic[Any, Any]:
    """Return an empty application with our limits; one process, no manager (reference: perf.md D)."""
    app: Sanic[Any, Any] = Sanic(
        name, request_class=TimedRequest, dumps=orjson.dumps, loads=orjson.loads, configure_logging=False
    )
    app.config.update(
        REQUEST_MAX_SIZE=JSON_LIMIT,
        REQUEST_TIMEOUT=10,
        RESPONSE_TIMEOUT=30,
        KEEP_ALIVE_TIMEOUT=75,
        WEBSOCKET_MAX_SIZE=FRAME_LIMIT,
        WEBSOCKET_PING_INTERVAL=None,
        GRACEFUL_SHUTDOWN_TIMEOUT=settings.server.stop_within_s,
        PROXIES_COUNT=settings.server.proxies,
        REAL_IP_HEADER=settings.server.real_ip_header,
        ACCESS_LOG=False,
        MOTD=False,
    )
    app.error_handler.add(Exception, problem)
    if settings.log.access:
        watch_answers(app, write_access_line)
    return app


def attach_simulators(
    app: Sanic[Any, Any], ground: Ground, *, accounts: dict[str, Account], systems: dict[str, UnitSystem]
) -> Simulators | None:
    """Under demo, simulate the platform for every account whose base address nobody moved, and lead it there.

    The same for units' systems without an address: each is simulated and pushed to.
    """
    simulated = {
        name: account
        for name, account in accounts.items()
        if ground.settings.server.demo and account.api_base == PLATFORM
    }
    if not ground.settings.server.demo:
        return None
    outside = ground.settings.server.outside
    units = {key: unit for key, unit in systems.items() if not unit.takes_pushes}
    plan = Plan(
        accounts=tuple(as_registered(account, outside) for account in simulated.values()),
        departments=tuple(as_agreed(unit, outside) for unit in units.values()),
        public_base=outside,
    )
    for key, unit in units.items():
        systems[key] = replace(unit, url=f"{outside}{SIMULATED_DEPARTMENTS}/{unit.id}")
    for name, account in simulated.items():
        templates = account.templates or PETITION_TEMPLATES
        accounts[name] = replace(account, api_base=f"{outside}{SIMULATED_PLATFORM}", templates=templates)
    return attach(app, plan, clock=ground.clock, tasks=ground.tasks)


def simulated_accounts(accounts: Mapping[str, Account]) -> frozenset[str]:
    """Return the accounts that were led to our own simulator."""
    return frozenset(name for name, account in accounts.items() if SIMULATED_PLATFORM in account.api_base)


def as_registered(account: Account, outside: str) -> RegisteredAccount:
    """Return an account of ours as its owner would have registered it with the platform."""
    return RegisteredAccount(
        name=account.name,
        title=ACCOUNT_TITLE,
        app_id=account.app_id,
        original_id=account.original_id or f"gh_{account.app_id[2:14]}",
        secret=account.secret.reveal(),
        token=account.token.reveal(),
        aes_key=base64.b64encode(account.cipher_key).decode().rstrip("="),
        mode=RegisteredMode(account.mode),
        callback_url=f"{outside}/wechat/{account.name}",
        templates=(PROGRESS,),
    )


def as_agreed(unit: UnitSystem, outside: str) -> AgreedSystem:
    """Return a unit's system as the unit would have set it up."""
    return AgreedSystem(
        id=unit.id,
        name=unit.id,
        key=unit.key,
        secret=unit.secret.reveal(),
        city_base=f"{outside}/departments/api/v1",
    )


PETITION_TEMPLATES = {
    topic: TemplateSettings(id=PROGRESS.template_id, fields=PROGRESS_FIELDS)
    for topic in Topic
    if topic is not Topic.CONVERSATION_REPLY
}


def mount(system: System, *, wechat: WeChat, channel: App, staff: tuple[Blueprint, ...]) -> None:
    """Put every route on the application."""
    ops = Blueprint("ops")
    system.health.mount(ops)
    system.metrics.mount(ops)
    system.metrics.watch(system.app)
    ledger = system.improvement.ledger
    system.metrics.gauge(
        "qd_decisions_left_out", "Turns not kept, the queue was full", value=lambda: float(ledger.left_out)
    )
    system.metrics.gauge("qd_streams_open", "Open WebSocket streams", value=lambda: float(len(system.streams)))
    if system.advisers is not None:
        show_advisers(system.metrics, system.advisers)
    channel.description.mount_page(ops)
    for blueprint in (
        ops,
        wechat_blueprint(wechat.callbacks),
        channel.blueprint,
        *staff,
        guide_blueprint(system.knowledge.items.current),
        bulletin_blueprint(system.services.bulletins),
        public_blueprint(system.services.public_list, system.knowledge.city.rules.directory),
        pages_blueprint(ROOT / "web" / "dist" / "h5", public_url=system.ground.settings.server.outside),
    ):
        system.app.blueprint(blueprint)


def show_advisers(metrics: Metrics, advisers: Advisers) -> None:
    """Show operators what comes of asking plug-ins, and whether one is being left alone."""
    figures = advisers.figures
    metrics.counter(
        "qd_plugin_questions",
        "Messages offered to plug-ins",
        labels=("plugin", "outcome"),
        values=lambda: figures.outcomes,
    )
    metrics.counter(
        "qd_plugin_seconds", "Seconds waited for plug-ins", labels=("plugin",), values=lambda: figures.seconds
    )
    metrics.gauges("qd_plugin_resting", "1 while a plug-in is left alone", labels=("plugin",), values=advisers.resting)


async def publish_menus(clients: Mapping[str, WeChatClient], *, public_url: str) -> None:
    """Give every account the bot's own menu bar."""
    for name, client in clients.items():
        try:
            await client.create_menu(menu_body(DEFAULT_MENU, public_url=public_url))
        except SendFailed as failure:
            log.warning("menu not published", account=name, reason=failure.reason)


async def start(system: System) -> None:
    """Answer what was left behind, then start every loop."""
    tasks, settings = system.ground.tasks, system.ground.settings
    for stamps in system.wechat.stamps:
        log.info("stamps remembered", count=await stamps.load())
        tasks.launch("stamps", stamps.run())
    _ = await system.improvement.keeper.look()
    recovered = await system.inbox.recover()
    log.info("started", recovered=recovered, items=len(system.knowledge.items.current().items))
    tasks.launch("relay", system.relay.run(alone=system.ground.database.is_exclusive))
    tasks.launch("inbox sweep", system.inbox.sweep())
    tasks.launch("reminders", Reminders(system.services.conversations).run())
    tasks.launch("seat", system.seat.keep(lost=lambda: signal.raise_signal(signal.SIGTERM)))
    tasks.launch("stuck deliveries", system.deliveries.watch())
    tasks.launch("clockwork", system.services.clockwork.run(timedelta(seconds=settings.petitions.watch_every_s)))
    tasks.launch("identity sweep", system.services.identity_sweep.run())
    tasks.launch("petition audit", system.followers.audit.run())
    tasks.launch("figures", system.followers.figures.run())
    tasks.launch("source replies", system.followers.replies.run())
    for mailbox in watched_mailbox(system):
        tasks.launch("mailbox", mailbox.run())
    tasks.launch("public list", system.followers.public_list.run())
    tasks.launch("decisions", system.improvement.ledger.run())
    tasks.launch("wording", system.improvement.keeper.run())
    tasks.launch("expiry", system.improvement.expiry.run())
    tasks.launch("audit head", system.services.audit.announce())
    tasks.launch("loop delay", system.metrics.sample_loop())
    tasks.launch("catalogue", system.knowledge.watcher.watch(timedelta(seconds=settings.catalogue.watch_every_s)))


async def stop(system: System) -> None:
    """Stop every loop and release everything; what was accepted is in the store."""
    await system.ground.tasks.stop()
    await system.improvement.ledger.close()
    if system.simulators is not None:
        await system.simulators.close()
    await system.session.close()
    await system.ground.shared.close()
    await system.seat.leave()
    await system.ground.database.close()


def settle_memory() -> None:
    """Take what was loaded at the start out of the garbage collector's sight, and let it look more rarely.

    Dictionaries and indexes are some million objects that live for ever; walking them again and again costs more than
    answering.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then stop without cutting anybody off."""
    system = await build(settings)
    listening = Listening(system.app, host=settings.server.host, port=settings.server.port)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        passwords = await open_accounts(system.services.staff, settings.demo, is_demo=settings.server.demo)
        await start(system)
        await listening.start()
        system.ground.tasks.launch("menus", publish_menus(system.menus, public_url=settings.server.outside))
        print(welcome(settings.server.outside, passwords), flush=True)
        settle_memory()
        await stopped.wait()
        log.info("stopping")
        system.health.stop()
        system.streams.close_all()
    finally:
        await listening.stop(within_s=settings.server.stop_within_s)
        await stop(system)


def main() -> int:
    """Start the server; return 2 when the settings or the store make that impossible."""
    try:
        settings = read_settings()
        set_up_logging(settings.log)
        for name in settings.alipay:
            log.warning("setting not used: this release has no Alipay channel", setting=f"alipay.{name}")
        uvloop.run(serve(settings))
    except (BadSettings, Invalid, StoreUnavailable, CatalogueRefused, OSError) as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
