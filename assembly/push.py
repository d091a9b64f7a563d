"""Build what takes promises from the outbox and hands them to whoever can reach the citizen, the staff or the unit."""

from collections.abc import Mapping

from aiohttp import ClientSession

from assembly.channels import WeChat
from assembly.ground import Ground
from assembly.services import Services
from channels.app.sender import AppSender
from channels.departments.sender import DepartmentSender
from channels.departments.settings import System as UnitSystem
from channels.desk.sender import DeskSender
from push.outbox import Outbox
from push.recipients import Recipients
from push.relay import Relay
from services.conversations.message import Channel
from services.conversations.store import CONVERSATIONS
from services.outbox.delivery import DELIVERIES
from services.petitions.store import PETITIONS


def build_relay(
    ground: Ground, services: Services, *, wechat: WeChat, units: Mapping[str, UnitSystem], session: ClientSession
) -> Relay:
    """Build the relay; ``units`` are the departments that have a system of their own, by id."""
    store = ground.database
    recipients = Recipients(
        conversations=services.conversations,
        public_url=ground.settings.server.outside,
        systems=frozenset(unit.id for unit in units.values() if unit.takes_pushes),
    )
    return Relay(
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
                units, petitions=services.petitions, session=session, clock=ground.clock
            ),
        },
        bell=ground.shared.bell,
        clock=ground.clock,
        settings=ground.settings.push,
    )
