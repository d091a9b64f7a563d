"""Answer ``message/template/send`` (模板消息).

Source: developers.weixin.qq.com, "Template Message Interface", "sendTemplateMessage".
"""

from msgspec import Struct

from simulators.wechat.account import Account
from simulators.wechat.calls.asked import Answer, Asked, decoded
from simulators.wechat.content import Card, Origin, Row
from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.follower import Follower
from simulators.wechat.inbound import template_sent
from simulators.wechat.templates import Template, TemplateKind, shown


class Value(Struct, frozen=True):
    """Hold one value; a colour is still taken and no longer shown."""

    value: str | int | float = ""


class TemplateMessage(Struct, frozen=True, kw_only=True):
    """Hold the body of ``message/template/send``."""

    touser: str = ""
    template_id: str = ""
    url: str = ""
    client_msg_id: str = ""
    data: dict[str, Value] = {}


def send(account: Account, asked: Asked) -> Answer:
    """Show a template message to a follower and owe its TEMPLATESENDJOBFINISH event.

    A ``client_msg_id`` that came in the last ten minutes is answered with the first message's number and shows nothing.

    Raises:
        ApiRefused: 40003 openid, 40037 template, 43004 not following.
    """
    message = decoded(asked, TemplateMessage)
    follower = account.follower(message.touser)
    template = account.templates.get(message.template_id)
    if template is None or template.kind is not TemplateKind.TEMPLATE_MESSAGE:
        raise ApiRefused(Errcode.TEMPLATE_ID_INVALID)
    if not follower.following:
        raise ApiRefused(Errcode.FOLLOWER_REQUIRED)
    if message.client_msg_id and (sent := account.sent_before(follower.openid, message.client_msg_id)):
        return {"errcode": 0, "errmsg": "ok", "msgid": sent}
    number = account.next_message_id()
    if message.client_msg_id:
        account.remember_sent(follower.openid, message.client_msg_id, message_id=number)
    account.owe(follower, template_sent(number, _show(follower, template, message=message)))
    return {"errcode": 0, "errmsg": "ok", "msgid": number}


def _show(follower: Follower, template: Template, *, message: TemplateMessage) -> str:
    if follower.is_blocking_templates:
        return "failed:user block"
    values = {key: str(value.value) for key, value in message.data.items()}
    rows = tuple(Row(label, shown(values.get(key, ""))) for label, key in template.lines())
    card = Card(template_id=template.template_id, title=template.title, rows=rows, url=message.url)
    follower.phone.show(Origin.TEMPLATE, card)
    return "success"
