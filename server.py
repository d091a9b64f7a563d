"""Wire the parts together, start the server and stop it. Holds no rule of the city.

Read `build` to see the whole system: ground, knowledge, services, bots, channels, push; each is built in its module of
assembly/. Then what runs beside the requests (`start`), and the server itself (`serve`).
"""

import asyncio
import gc
import signal
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
import uvloop
from aiohttp import ClientSession
from msgspec import Struct
from sanic import Blueprint, Sanic

from assembly.application import new_app, outgoing_session, show_advisers
from assembly.bots import build_advisers, build_router, plugin_endpoints
from assembly.channels import (
    App,
    WeChat,
    build_app_channel,
    build_departments_channel,
    build_desk_channel,
    build_wechat,
    watched_mailbox,
)
from assembly.demonstration import attach_simulators, simulated_accounts
from assembly.ground import Ground, lay_ground
from assembly.improvement import Improvement, build_improvement, noted
from assembly.knowledge import Knowledge, load_knowledge
from assembly.push import build_relay
from assembly.services import Followers, Services, build_followers, build_services
from assembly.settings import ROOT, Settings, read_settings
from bots.advice.advisers import Advisers
from bots.petition.reminding import Reminders
from channels.app.bulletin_page import bulletin_blueprint
from channels.app.guide_page import guide_blueprint
from channels.app.pages import pages_blueprint
from channels.app.public_page import public_blueprint
from channels.app.stream import Streams
from channels.departments.settings import checked_systems
from channels.inbox import CitizensInbox
from channels.ops.health import Health
from channels.ops.metrics import Metrics
from channels.serving import Listening
from channels.spill import SpillFile
from channels.wechat.callback import blueprint as wechat_blueprint
from channels.wechat.client import WeChatClient
from channels.wechat.menu import publish_menus
from channels.wechat.settings import checked_accounts
from push.relay import Relay
from push.reports import DeliveryDesk
from services.conversations.waiting import WAITING_MESSAGES
from services.coordination.seat import SEATS, Seat
from services.database.collection import StoreUnavailable
from services.errors import Invalid
from services.items.faults import CatalogueRefused
from services.logs import set_up_logging
from services.outbox.delivery import DELIVERIES
from services.settings import BadSettings
from simulators.demonstration import open_accounts, welcome
from simulators.wiring import Simulators

log = structlog.get_logger()


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
    wechat = build_wechat(ground, accounts, session=session, services=services, inbox=inbox, deliveries=deliveries)
    channel = build_app_channel(ground, services, knowledge=knowledge, inbox=inbox, improvement=improvement)
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
        relay=build_relay(
            ground, services, wechat=wechat, units={unit.id: unit for unit in systems.values()}, session=session
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
    for mailbox in watched_mailbox(system.ground, system.services):
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
