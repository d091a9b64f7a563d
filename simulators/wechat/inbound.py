"""Build what the platform pushes to the developer's server: messages and events.

Sources: developers.weixin.qq.com, "Receiving standard messages", "Receiving event pushes", "Custom menu events",
"Template message: event push", "Subscription messages: events".
"""

from datetime import datetime

from msgspec import Struct

from simulators.wechat.xml import Fields, write


class Inbound(Struct, frozen=True, kw_only=True):
    """Hold one push.

    Attributes:
        name: MsgType of a message, Event of an event.
        fields: what comes after CreateTime, in order.
        articles: how many articles an answer may have: one to a message, eight to an event.
        is_answerable: whether an answer, or the notice that none came, appears on the phone.
    """

    name: str
    fields: Fields
    articles: int = 1
    is_answerable: bool = True

    def xml(self, *, original_id: str, openid: str, at: datetime) -> str:
        """Return the body of the callback before encryption."""
        head = (("ToUserName", original_id), ("FromUserName", openid), ("CreateTime", int(at.timestamp())))
        return write(head + self.fields)


def _message(name: str, *fields: tuple[str, str | int | float]) -> Inbound:
    return Inbound(name=name, fields=(("MsgType", name), *fields))


def _event(name: str, *fields: tuple[str, "str | int | float | Fields"], is_answerable: bool = False) -> Inbound:
    head: Fields = (("MsgType", "event"), ("Event", name))
    return Inbound(name=name, fields=head + fields, articles=8, is_answerable=is_answerable)


def text(message_id: int, body: str, *, option_id: str = "") -> Inbound:
    """Say what a person typed; ``option_id`` when it was a tap on a message menu instead."""
    option = (("bizmsgmenuid", option_id),) if option_id else ()
    return _message("text", ("Content", body), ("MsgId", message_id), *option)


def image(message_id: int, media_id: str, *, picture_url: str) -> Inbound:
    """Send a picture."""
    return _message("image", ("PicUrl", picture_url), ("MsgId", message_id), ("MediaId", media_id))


def voice(message_id: int, media_id: str, *, recognition: str | None) -> Inbound:
    """Send a voice message; ``recognition`` is None when the account has speech recognition switched off."""
    heard = () if recognition is None else (("Recognition", recognition),)
    return _message("voice", ("MediaId", media_id), ("Format", "amr"), ("MsgId", message_id), *heard)


def location(message_id: int, *, latitude: float, longitude: float, label: str) -> Inbound:
    """Send a place from the map."""
    place = (("Location_X", latitude), ("Location_Y", longitude), ("Scale", 16), ("Label", label))
    return _message("location", *place, ("MsgId", message_id))


def link(message_id: int, *, title: str, description: str, url: str) -> Inbound:
    """Share a link."""
    return _message("link", ("Title", title), ("Description", description), ("Url", url), ("MsgId", message_id))


def subscribe(scene: str, ticket: str) -> Inbound:
    """Follow, by a QR code with a scene or without."""
    by_code = (("EventKey", f"qrscene_{scene}"), ("Ticket", ticket)) if scene else (("EventKey", ""),)
    return _event("subscribe", *by_code, is_answerable=True)


def unsubscribe() -> Inbound:
    """Stop following."""
    return _event("unsubscribe", ("EventKey", ""))


def scan(scene: str, ticket: str) -> Inbound:
    """Scan a QR code while following already."""
    return _event("SCAN", ("EventKey", scene), ("Ticket", ticket), is_answerable=True)


def click(key: str) -> Inbound:
    """Tap a menu button of type click."""
    return _event("CLICK", ("EventKey", key), is_answerable=True)


def view(url: str) -> Inbound:
    """Tap a menu button of type view: the phone opens the page, an answer would not be shown."""
    return _event("VIEW", ("EventKey", url))


def position(*, latitude: float, longitude: float, precision: float) -> Inbound:
    """Report where the phone is, as it does by itself on entering the chat."""
    return _event("LOCATION", ("Latitude", latitude), ("Longitude", longitude), ("Precision", precision))


def template_sent(message_id: int, status: str) -> Inbound:
    """Report what became of a template message; mind the capital D of MsgID."""
    return _event("TEMPLATESENDJOBFINISH", ("MsgID", message_id), ("Status", status))


def consent_asked(template_id: str, *, accepted: bool) -> Inbound:
    """Report the answer to a consent pop-up on a page of the account (PopupScene 1)."""
    status = "accept" if accepted else "reject"
    listed = (("TemplateId", template_id), ("SubscribeStatusString", status), ("PopupScene", "1"))
    return _event("subscribe_msg_popup_event", ("SubscribeMsgPopupEvent", (("List", listed),)))


def consent_withdrawn(template_id: str) -> Inbound:
    """Report that a person switched a notification off."""
    listed = (("TemplateId", template_id), ("SubscribeStatusString", "reject"))
    return _event("subscribe_msg_change_event", ("SubscribeMsgChangeEvent", (("List", listed),)))


def notification_sent(template_id: str, message_id: int, *, errcode: int, status: str) -> Inbound:
    """Report what became of a subscribe notification."""
    result = (("ErrorCode", str(errcode)), ("ErrorStatus", status))
    listed = (("TemplateId", template_id), ("MsgID", str(message_id)), *result)
    return _event("subscribe_msg_sent_event", ("SubscribeMsgSentEvent", (("List", listed),)))
