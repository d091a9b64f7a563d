"""Send a notice as the template its topic has: a template message (模板消息) or a subscription notification (订阅通知)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from channels.wechat.answers import WayClosed
from channels.wechat.client import WeChatClient
from channels.wechat.fields import Fitted, Unfit, fit
from channels.wechat.parse import platform_id_of
from channels.wechat.settings import Account, TemplateKind, TemplateSettings
from services.clock import Clock
from services.coordination.ports import Memory
from services.errors import Unavailable
from services.ids import derived_id
from services.outbox.notice import Notice, Receipt
from services.outbox.send_errors import SendDelayed, SendUnknown

log = structlog.get_logger()

REPEATABLE_FOR = timedelta(minutes=9)
"""``client_msg_id`` works for ten minutes (reliability.md, fact 8); a later repeat could be a second message."""
_UNKNOWN_KEPT = timedelta(days=1)


class TemplateParts(Struct, frozen=True, kw_only=True):
    """What templates are sent with."""

    clients: Mapping[str, WeChatClient]
    memory: Memory
    clock: Clock


class TemplateMessages:
    """Send notices as templates, fitted to their fields."""

    def __init__(self, accounts: Mapping[str, Account], *, parts: TemplateParts) -> None:
        """Take the accounts, whose settings say which template a topic has."""
        self._accounts = accounts
        self._clients = parts.clients
        self._memory = parts.memory
        self._clock = parts.clock

    async def send(self, notice: Notice) -> Receipt:
        """Send a notice's fields.

        Raises:
            WayClosed: not following, no consent, or a value that does not fit.
            SendFailed: see errcodes.py.
        """
        account = self._accounts[notice.contact.account]
        template = account.templates[notice.topic]
        try:
            fitted = fit(template.fields, notice.fields)
        except Unfit as error:
            # The template or its mapping is wrong for this topic: a person must look, the citizen hears it otherwise.
            log.error("value does not fit its template field", topic=notice.topic, reason=str(error))  # noqa: TRY400 - no fault of ours to trace
            raise WayClosed("value_unfit") from None
        for name in fitted.shortened:
            log.info("template value shortened", delivery=notice.delivery_id, field=name)
        message_id = await self._sent(notice, template, fitted=fitted)
        return Receipt(
            way=template.kind,
            platform_id=platform_id_of(account.name, message_id) if message_id else "",
            shortened=fitted.shortened,
        )

    async def _sent(self, notice: Notice, template: TemplateSettings, *, fitted: Fitted) -> str:
        client = self._clients[notice.contact.account]
        message: dict[str, object] = {
            "touser": notice.contact.address,
            "template_id": template.id,
            "data": {field: {"value": value} for field, value in fitted.values.items()},
        }
        match template.kind:
            case TemplateKind.SUBSCRIBE:
                return await client.send_subscription(message | {"page": notice.url})
            case TemplateKind.TEMPLATE:
                client_id = derived_id("d", notice.delivery_id)
                return await self._repeatable(client, message | {"url": notice.url, "client_msg_id": client_id})

    async def _repeatable(self, client: WeChatClient, message: dict[str, object]) -> str:
        """Send a message that may be repeated for some minutes after a try whose outcome nobody knows."""
        key = f"wechat:unknown:{message['client_msg_id']}"
        since = await self._memory.get(key)
        now = self._clock.now()
        if since is not None and now - datetime.fromisoformat(since) > REPEATABLE_FOR:
            raise SendUnknown("no_answer.too_late_to_repeat")
        try:
            return await client.send_template(message)
        except SendUnknown as failure:
            try:
                _ = await self._memory.put_first(key, now.isoformat(), lasting=_UNKNOWN_KEPT)
            except Unavailable:
                # Nobody would know any more when the ten minutes began.
                raise failure from None
            raise SendDelayed(failure.reason) from None
