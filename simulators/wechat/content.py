"""Describe what a follower's phone shows, as JSON the phone page and the tests read alike."""

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct


class Origin(StrEnum):
    """Who put an entry on the phone."""

    FOLLOWER = "follower"  # the person holding the phone
    PASSIVE = "passive"  # 被动回复: inside the answer to a callback
    CUSTOMER = "customer"  # 客服消息
    TEMPLATE = "template"  # 模板消息
    SUBSCRIBE = "subscribe"  # 订阅通知
    PLATFORM = "platform"  # WeChat's own grey lines


class Text(Struct, frozen=True, tag="text"):
    """Show a text bubble."""

    body: str


class Picture(Struct, frozen=True, tag="picture"):
    """Show a picture; its bytes are under the account's media."""

    media_id: str


class Voice(Struct, frozen=True, tag="voice"):
    """Show a voice bubble; ``recognition`` is what speech recognition made of it."""

    media_id: str
    recognition: str = ""


class Video(Struct, frozen=True, tag="video"):
    """Show a video."""

    media_id: str
    title: str = ""


class Location(Struct, frozen=True, tag="location", kw_only=True):
    """Show a place on a map; degrees in GCJ-02 as WeChat uses them."""

    latitude: float
    longitude: float
    label: str


class Link(Struct, frozen=True, tag="link", kw_only=True):
    """Show a shared link."""

    title: str
    description: str
    url: str


class Article(Struct, frozen=True, kw_only=True):
    """Describe one article of a news message."""

    title: str
    description: str = ""
    picture_url: str = ""
    url: str = ""


class News(Struct, frozen=True, tag="news"):
    """Show articles (图文消息)."""

    articles: tuple[Article, ...]


class Option(Struct, frozen=True):
    """Offer one tappable line of a message menu."""

    id: str
    content: str


class MessageMenu(Struct, frozen=True, tag="menu", kw_only=True):
    """Show a message with tappable lines (msgmenu)."""

    head: str
    options: tuple[Option, ...]
    tail: str


class Row(Struct, frozen=True):
    """Show one line of a card."""

    label: str
    text: str


class Card(Struct, frozen=True, tag="card", kw_only=True):
    """Show a template message or a subscribe notification.

    ``in_service_notices`` is true when the person does not follow: the card is then found under 服务通知.
    """

    template_id: str
    title: str
    rows: tuple[Row, ...]
    url: str = ""
    in_service_notices: bool = False


class Notice(Struct, frozen=True, tag="notice"):
    """Show a grey line in the middle."""

    body: str


Content: TypeAlias = Text | Picture | Voice | Video | Location | Link | News | MessageMenu | Card | Notice


class Entry(Struct, frozen=True, kw_only=True):
    """Hold one thing on the phone; ``seq`` counts from 1 for each follower."""

    seq: int
    at: datetime
    origin: Origin
    content: Content
