"""Answer ``message/subscribe/bizsend`` (订阅通知).

Source: developers.weixin.qq.com, "sendNewSubscribeMsg", "Subscription messages". A one-time consent is used up by
the message it buys; a follower finds the message in the chat, anybody else under 服务通知.
"""

from msgspec import Struct

from simulators.wechat.account import Account
from simulators.wechat.calls.asked import Answer, Asked, decoded
from simulators.wechat.calls.templates import Value
from simulators.wechat.content import Card, Origin, Row
from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.inbound import notification_sent
from simulators.wechat.templates import Template, TemplateKind


class Notification(Struct, frozen=True, kw_only=True):
    """Hold the body of ``message/subscribe/bizsend``."""

    touser: str = ""
    template_id: str = ""
    page: str = ""
    data: dict[str, Value] = {}


def send(account: Account, asked: Asked) -> Answer:
    """Show a subscribe notification and owe its subscribe_msg_sent_event.

    Raises:
        ApiRefused: 40003 openid, 40037 template, 47003 a value, 43101 no consent; a refused one uses no consent up.
    """
    message = decoded(asked, Notification)
    follower = account.follower(message.touser)
    template = account.templates.get(message.template_id)
    if template is None or template.kind is TemplateKind.TEMPLATE_MESSAGE:
        raise ApiRefused(Errcode.TEMPLATE_ID_INVALID)
    rows = _checked_rows(template, message)
    if not follower.take_consent(template.template_id):
        raise ApiRefused(Errcode.CONSENT_MISSING)
    card = Card(
        template_id=template.template_id,
        title=template.title,
        rows=rows,
        url=message.page,
        in_service_notices=not follower.following,
    )
    follower.phone.show(Origin.SUBSCRIBE, card)
    number = account.next_message_id()
    account.owe(follower, notification_sent(template.template_id, number, errcode=0, status="success"))
    return {"errcode": 0, "errmsg": "ok", "msgid": number}


def _checked_rows(template: Template, message: Notification) -> tuple[Row, ...]:
    rows = []
    for label, key in template.lines():
        given = message.data.get(key)
        if given is None:
            raise ApiRefused(Errcode.TEMPLATE_VALUE_INVALID, f"data.{key}.value is empty")
        if template.refuses(key, str(given.value)):
            raise ApiRefused(Errcode.TEMPLATE_VALUE_INVALID, f"data.{key}.value invalid")
        rows.append(Row(label, str(given.value)))
    return tuple(rows)
