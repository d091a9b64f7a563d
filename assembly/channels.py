"""Build the outside parties: WeChat, the app, the desk, the units, and the mailbox."""

from collections.abc import Mapping

from aiohttp import ClientSession
from msgspec import Struct
from sanic import Blueprint

from assembly.ground import Ground
from assembly.improvement import Improvement
from assembly.knowledge import Knowledge
from assembly.services import Services
from assembly.settings import ROOT
from channels.app.messages import MessageIntake
from channels.app.petition_view import PetitionViews
from channels.app.routes_description import DescriptionRoutes
from channels.app.routes_feedback import FeedbackRoutes
from channels.app.routes_items import ItemRoutes
from channels.app.routes_media import MediaRoutes
from channels.app.routes_messages import MessageRoutes
from channels.app.routes_petitions import PetitionRoutes
from channels.app.routes_public import PublicRoutes
from channels.app.stream import Streams
from channels.app.tickets import Tickets
from channels.departments.identify import SystemsAtTheDoor
from channels.departments.routes_media import DepartmentMedia
from channels.departments.routes_petitions import DepartmentRoutes
from channels.departments.settings import System as UnitSystem
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
from channels.endpoints import mounted, mounted_for
from channels.inbox import CitizensInbox
from channels.mailbox.folder import MailboxFolder
from channels.wechat.callback import CallbackPorts, Callbacks
from channels.wechat.client import WeChatClient, clients_of
from channels.wechat.customer import CustomerMessages, CustomerParts
from channels.wechat.media import PictureArrivals, UploadedPictures
from channels.wechat.progress import Progress
from channels.wechat.replay import Replays
from channels.wechat.sender import WeChatSender
from channels.wechat.settings import Account
from channels.wechat.stamps import StampFile
from channels.wechat.templates import TemplateMessages, TemplateParts
from channels.wechat.token import SharedCache
from push.reports import DeliveryDesk


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


def watched_mailbox(ground: Ground, services: Services) -> tuple[MailboxFolder, ...]:
    """Return the mailbox's folder, none when the settings name none."""
    settings = ground.settings.mailbox
    folders = filter(None, (settings.folder,))
    return tuple(
        MailboxFolder(ROOT / folder, sources=services.sources, replies=services.replies, settings=settings)
        for folder in folders
    )
