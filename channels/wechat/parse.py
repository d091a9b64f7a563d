"""Turn a decrypted body into messages of our own model.

Source of fields and events: channels.md 1.2 (O1, O2, O10).
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from channels.wechat.errcodes import reason_of
from channels.wechat.ports import PlatformMedia
from channels.wechat.settings import Account
from channels.wechat.wire import Malformed, Wire
from services.conversations.message import (
    TEXT_LIMIT,
    Channel,
    ContactPoint,
    Event,
    EventKind,
    Image,
    Inbound,
    InboundPart,
    Location,
    MediaId,
    MessageKey,
    Text,
    Unsupported,
    Voice,
)
from services.ids import derived_id

_PERSON = re.compile(r"[^\s|<>&\]]{1,64}")
_CODE = re.compile(r"-?[0-9]{1,10}")
_TIME = re.compile(r"[0-9]{1,10}")
_MESSAGE_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_EVENT = re.compile(r"[0-9A-Za-z_]{1,64}")
_CONSENTS = {"accept": EventKind.CONSENTED, "reject": EventKind.DECLINED}
_FAILURES = {"failed:user block": "user_blocked", "failed:system failed": "system_failed"}
_SCENE_PREFIX = "qrscene_"


class SendReport(Struct, frozen=True, kw_only=True):
    """The platform's later word on a template or subscription message; ``reason`` is empty when it arrived.

    ``platform_id`` is the id of the sender's receipt, see `platform_id_of`.
    """

    platform_id: str
    reason: str


class Parsed(Struct, frozen=True, kw_only=True):
    """One callback in our words.

    ``key`` is the same for every try of one callback. Exactly one of ``inbounds``, ``reports`` and ``too_long`` says
    what to do; ``media`` is the picture to be fetched. Recordings are not: their transcript came along.
    """

    contact: ContactPoint
    key: MessageKey
    inbounds: tuple[Inbound, ...] = ()
    media: PlatformMedia | None = None
    reports: tuple[SendReport, ...] = ()
    too_long: bool = False


def platform_id_of(account: str, message_id: str) -> str:
    """Return what names a sent message in receipts and reports: the platform counts for each account."""
    return f"{Channel.WECHAT}:{account}:{message_id}"


def parse(wire: Wire, account: Account) -> Parsed:
    """Read one body that came for an account.

    Raises:
        Malformed: a field is missing or not what the platform documents. An unknown kind of message or event is no
            error: it becomes `Unsupported` or an event of kind OTHER.
    """
    sender = wire.matching("FromUserName", _PERSON)
    at = _time(wire)
    contact = ContactPoint(channel=Channel.WECHAT, account=account.name, address=sender)
    kind = wire.required("MsgType").lower()
    if kind == "event":
        return _event(wire, account, contact=contact, at=at)
    key = _message_key(wire, account, kind=kind)
    if kind == "text" and len(wire.optional("Content")) > TEXT_LIMIT:
        return Parsed(contact=contact, key=key, too_long=True)
    media = _media(wire, contact) if kind in {"image", "voice"} else None
    part = _part(wire, kind, media=media)
    fetched = media if kind == "image" else None
    return Parsed(
        contact=contact, key=key, media=fetched, inbounds=(Inbound(contact=contact, key=key, part=part, at=at),)
    )


def _part(wire: Wire, kind: str, *, media: PlatformMedia | None) -> InboundPart:
    match kind:
        case "text":
            if "Content" not in wire.fields:
                raise Malformed("no Content")
            return Text(wire.fields["Content"])
        case "image" if media:
            return Image(media.media_id)
        case "voice" if media:
            return Voice(media.media_id, wire.optional("Recognition"))
        case "location":
            return Location(
                lat=_degrees(wire, "Location_X", limit=90),
                lng=_degrees(wire, "Location_Y", limit=180),
                label=wire.optional("Label"),
            )
        case "link":
            return Text("\n".join(filter(None, map(wire.optional, ("Title", "Description", "Url"))))[:TEXT_LIMIT])
        case _:
            return Unsupported(kind[:64])


def _event(wire: Wire, account: Account, *, contact: ContactPoint, at: datetime) -> Parsed:
    name = wire.matching("Event", _EVENT).lower()
    key = _event_key(wire, account, name=name)
    if name in {"templatesendjobfinish", "subscribe_msg_sent_event"}:
        return Parsed(
            contact=contact, key=key, reports=_reports(wire, account.name, is_sent=name.startswith("subscribe"))
        )
    if name in {"subscribe_msg_popup_event", "subscribe_msg_change_event"}:
        return Parsed(contact=contact, key=key, inbounds=_consents(wire, contact, key=key, at=at))
    return Parsed(
        contact=contact, key=key, inbounds=(Inbound(contact=contact, key=key, part=_happening(wire, name), at=at),)
    )


def _happening(wire: Wire, name: str) -> Event:
    if name == "location":
        lat, lng = _degrees(wire, "Latitude", limit=90), _degrees(wire, "Longitude", limit=180)
        return Event(kind=EventKind.LOCATED, key=f"{lat},{lng}")
    known = _EVENTS.get(name)
    if known is None:
        return Event(kind=EventKind.OTHER, key=name)
    kind, key_of = known
    return Event(kind=kind, key=key_of(wire))


def _menu_key(wire: Wire) -> str:
    return wire.optional("EventKey")


def _scene(wire: Wire) -> str:
    return wire.optional("EventKey").removeprefix(_SCENE_PREFIX)


def _nothing(_wire: Wire) -> str:
    return ""


_EVENTS: dict[str, tuple[EventKind, Callable[[Wire], str]]] = {
    "subscribe": (EventKind.FOLLOWED, _scene),
    "unsubscribe": (EventKind.UNFOLLOWED, _nothing),
    "scan": (EventKind.SCANNED, _scene),
    "click": (EventKind.MENU_CLICKED, _menu_key),
    "scancode_push": (EventKind.MENU_CLICKED, _menu_key),
    "scancode_waitmsg": (EventKind.MENU_CLICKED, _menu_key),
    "view": (EventKind.VIEWED, _menu_key),
    "view_miniprogram": (EventKind.VIEWED, _menu_key),
}


def _consents(wire: Wire, contact: ContactPoint, *, key: MessageKey, at: datetime) -> tuple[Inbound, ...]:
    """Return one event per template: a popup may ask for several at once."""
    if not wire.lists:
        raise Malformed("no List")
    return tuple(
        Inbound(contact=contact, key=MessageKey(f"{key}:{place}"), part=_consent(Wire(item)), at=at)
        for place, item in enumerate(wire.lists)
    )


def _consent(item: Wire) -> Event:
    status = item.required("SubscribeStatusString")
    return Event(kind=_CONSENTS.get(status, EventKind.OTHER), key=item.required("TemplateId"))


def _reports(wire: Wire, account: str, *, is_sent: bool) -> tuple[SendReport, ...]:
    if not is_sent:
        status = wire.required("Status").lower().replace(": ", ":")
        failure = "" if status == "success" else _FAILURES.get(status, "failed")
        return (_report(wire, account, failure=failure),)
    items = [Wire(item) for item in wire.lists]
    return tuple(_report(item, account, failure=_failure(item.matching("ErrorCode", _CODE))) for item in items)


def _report(wire: Wire, account: str, *, failure: str) -> SendReport:
    platform_id = platform_id_of(account, wire.matching("MsgID", _MESSAGE_ID))
    return SendReport(platform_id=platform_id, reason=failure)


def _failure(code: str) -> str:
    return "" if int(code) == 0 else reason_of(int(code))


def _media(wire: Wire, contact: ContactPoint) -> PlatformMedia:
    platform_id = wire.required("MediaId")
    media_id = MediaId(derived_id("media", contact.channel, contact.account, platform_id))
    return PlatformMedia(contact=contact, platform_id=platform_id, media_id=media_id)


def _message_key(wire: Wire, account: Account, *, kind: str) -> MessageKey:
    if wire.optional("MsgId"):
        return MessageKey(wire.matching("MsgId", _MESSAGE_ID))
    return _event_key(wire, account, name=kind)


def _event_key(wire: Wire, account: Account, *, name: str) -> MessageKey:
    """Return what tells events apart, as one id: they come without an id of their own.

    User and time alone collide: a location event comes by itself in the second of a click (channels.md 1.2).
    """
    told_apart = ("FromUserName", "CreateTime", "MsgID", "EventKey")
    return MessageKey(derived_id("we", account.app_id, name, *map(wire.optional, told_apart)))


def _time(wire: Wire) -> datetime:
    return datetime.fromtimestamp(int(wire.matching("CreateTime", _TIME)), UTC)


def _degrees(wire: Wire, name: str, *, limit: int) -> float:
    try:
        value = float(wire.required(name))
    except ValueError:
        raise Malformed(f"{name} is not a number") from None
    if not math.isfinite(value) or abs(value) > limit:
        raise Malformed(f"{name} is out of range")
    return value
