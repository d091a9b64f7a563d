"""Deliver a notice to a person of an account, by whichever way is open to them.

A conversation's reply goes as customer messages, which carry free text but are counted; a status goes as the template of
its topic, which costs no window and can be repeated. Each falls back to the other. Source: channels.md 1.3 to 1.5.
"""

from collections.abc import Awaitable, Callable, Mapping

import structlog

from channels.wechat.answers import WayClosed
from channels.wechat.customer import CustomerMessages
from channels.wechat.settings import Account
from channels.wechat.templates import TemplateMessages
from services.outbox.notice import Notice, Receipt
from services.outbox.send_errors import SendMisconfigured, SendRefused
from services.promises import Topic

log = structlog.get_logger()

_Way = Callable[[Notice], Awaitable[Receipt]]


class WeChatSender:
    """The channel's way out, for every account."""

    def __init__(
        self, accounts: Mapping[str, Account], *, customer: CustomerMessages, templates: TemplateMessages
    ) -> None:
        """Take the accounts by name and the two ways."""
        self._accounts = accounts
        self._customer = customer
        self._templates = templates

    async def send(self, notice: Notice) -> Receipt:
        """Deliver a notice and say by which way.

        Raises:
            SendRefused: no way is open to this person.
            SendDelayed: later; what was sent of it already is not sent again.
            SendUnknown: it left us by a way that must not be repeated, and no answer came.
            SendMisconfigured: nobody's message can go out like this.
        """
        account = self._accounts.get(notice.contact.account)
        if account is None:
            raise SendMisconfigured("account_unknown")
        closed = SendRefused("no_way")
        for way in self._ways(account, notice.topic):
            try:
                return await way(notice)
            except WayClosed as failure:
                log.info("way closed", delivery=notice.delivery_id, reason=failure.reason)
                closed = failure
        raise SendRefused(closed.reason)

    def _ways(self, account: Account, topic: Topic) -> tuple[_Way, ...]:
        if topic not in account.templates:
            return (self._customer.send,)
        if topic is Topic.CONVERSATION_REPLY:
            return (self._customer.send, self._templates.send)
        return (self._templates.send, self._customer.send)
