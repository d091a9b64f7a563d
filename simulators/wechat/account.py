"""Hold everything the platform keeps of one account."""

import itertools
from collections import deque
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from services.clock import Clock
from simulators.wechat.delivery import Delivery
from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.faults import Faults
from simulators.wechat.follower import Follower, openid_of
from simulators.wechat.inbound import Inbound
from simulators.wechat.media import Shelf
from simulators.wechat.menu import Menu
from simulators.wechat.quotas import Quotas
from simulators.wechat.settings import AccountSettings
from simulators.wechat.tokens import Tokens

DELIVERIES_KEPT: Final = 500
REPEATS_REMEMBERED_FOR: Final = timedelta(minutes=10)


class Report(Struct, frozen=True):
    """Hold an event the platform owes the developer's server about a follower."""

    follower: Follower
    inbound: Inbound


class Account:
    """Keep the state of one account; nothing here talks to anybody.

    Attributes:
        owed: events that calls of the API have caused and that are still to be pushed.
        deliveries: the latest pushes, oldest first, with what the developer's server answered.
    """

    def __init__(self, settings: AccountSettings, *, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.tokens = Tokens(clock)
        self.quotas = Quotas(clock, day=settings.day_quotas, minute=settings.minute_quotas)
        self.faults = Faults()
        self.media = Shelf(clock)
        self.menu: Menu | None = None
        self.followers: dict[str, Follower] = {}
        self.owed: deque[Report] = deque()
        self.deliveries: deque[Delivery] = deque(maxlen=DELIVERIES_KEPT)
        self.templates = {template.template_id: template for template in settings.templates}
        self._message_ids = itertools.count(int(clock.now().timestamp()) << 24)
        self._sent: dict[tuple[str, str], tuple[datetime, int]] = {}

    def next_message_id(self) -> int:
        """Return a 64-bit number that this account never had before."""
        return next(self._message_ids)

    def person(self, nickname: str) -> Follower:
        """Return the person of this nickname, new to the account when nobody has it yet."""
        openid = openid_of(self.settings.app_id, nickname)
        if openid not in self.followers:
            self.followers[openid] = Follower(openid, nickname, clock=self.clock)
        return self.followers[openid]

    def follower(self, openid: str) -> Follower:
        """Return a person by openid, following or not.

        Raises:
            ApiRefused: 40003 for an openid this account has never seen.
        """
        if openid not in self.followers:
            raise ApiRefused(Errcode.OPENID_INVALID)
        return self.followers[openid]

    def owe(self, follower: Follower, inbound: Inbound) -> None:
        """Note an event to be pushed once the present call is answered."""
        self.owed.append(Report(follower, inbound))

    def sent_before(self, openid: str, client_message_id: str) -> int | None:
        """Return the number of the template message sent under this client_msg_id in the last ten minutes."""
        oldest = self.clock.now() - REPEATS_REMEMBERED_FOR
        self._sent = {key: sent for key, sent in self._sent.items() if sent[0] > oldest}
        found = self._sent.get((openid, client_message_id))
        return found[1] if found else None

    def remember_sent(self, openid: str, client_message_id: str, *, message_id: int) -> None:
        """Remember a client_msg_id for ten minutes."""
        self._sent[openid, client_message_id] = (self.clock.now(), message_id)
