"""Turn replies into what WeChat can show: few messages, because each one of them is counted.

Everything that is text is joined and split again at the platform's limit; a link that stands alone becomes an article.
A card stays text, for people copy the number out of it. A menu message (msgmenu) is never used: a tap on it opens the
one-minute window of a click, a typed number the 48 hours of a message (channels.md 1.3, O5).
"""

import unicodedata
from datetime import datetime
from functools import lru_cache
from typing import assert_never

from msgspec import Struct

from channels.wechat.wire import cdata
from channels.wechat.wording import CHOOSE, OPEN_PAGE
from services.conversations.message import Card, Choices, Image, Link, MediaId, ReplyPart, Text

TEXT_BYTES = 2_048
"""UTF-8 bytes of one text message. Source: channels.md 1.3, not confirmed by the platform's present pages."""
REPLIES_REMEMBERED = 1_024
"""Hot answers are the same for everybody; cutting one into messages costs more than looking it up."""
_BREAKS = ("\n\n", "\n", "。", "！", "？", "；", "，", " ")
_JOINERS = "\u200d\ufe0f\ufe0e"


class TextPiece(Struct, frozen=True):
    """One text message, 1 to 2,048 bytes."""

    content: str


class ArticlePiece(Struct, frozen=True):
    """One news message with one article; the URL is absolute."""

    title: str
    url: str


class ImagePiece(Struct, frozen=True):
    """One picture of our own media store; the platform wants it uploaded first."""

    media_id: MediaId


Piece = TextPiece | ArticlePiece | ImagePiece


class Envelope(Struct, frozen=True, kw_only=True):
    """Addresses of a passive reply: the citizen, the account as the platform calls it, and the time."""

    to: str
    sender: str
    at: datetime


@lru_cache(maxsize=REPLIES_REMEMBERED)
def pieces(parts: tuple[ReplyPart, ...], *, public_url: str) -> tuple[Piece, ...]:
    """Return the platform messages that carry these parts, in order; the same parts always give the same.

    Args:
        parts: what the bot or an agent said.
        public_url: scheme and host that complete the absolute paths of our own pages.
    """
    if len(parts) == 1 and isinstance(parts[0], Link):
        return (ArticlePiece(parts[0].title, absolute(parts[0].url, public_url)),)
    found: list[Piece] = []
    texts: list[str] = []
    for part in parts:
        if isinstance(part, Image):
            found += _text_pieces(texts)
            texts = []
            found.append(ImagePiece(part.media_id))
        else:
            texts.append(_as_text(part, public_url))
    return (*found, *_text_pieces(texts))


def passive_xml(piece: TextPiece | ArticlePiece, envelope: Envelope) -> str:
    """Return the body that answers a callback with one message. Source: channels.md 1.3 (O1)."""
    return _passive(envelope, _passive_content(piece))


def passive_image_xml(platform_id: str, envelope: Envelope) -> str:
    """Return the body that answers a callback with a picture the platform already has."""
    return _passive(
        envelope, f"<MsgType><![CDATA[image]]></MsgType><Image><MediaId>{cdata(platform_id)}</MediaId></Image>"
    )


def customer_message(piece: TextPiece | ArticlePiece, *, to: str) -> dict[str, object]:
    """Return the JSON of one customer message (客服消息). Source: channels.md 1.3 (O5)."""
    match piece:
        case TextPiece(content):
            return {"touser": to, "msgtype": "text", "text": {"content": content}}
        case ArticlePiece(title, url):
            article = {"title": title, "description": "", "url": url, "picurl": ""}
            return {"touser": to, "msgtype": "news", "news": {"articles": [article]}}
        case _:
            assert_never(piece)


def customer_image(platform_id: str, *, to: str) -> dict[str, object]:
    """Return the JSON of one customer message with a picture the platform already has."""
    return {"touser": to, "msgtype": "image", "image": {"media_id": platform_id}}


def absolute(url: str, public_url: str) -> str:
    """Return a whole address for a page of ours given as an absolute path; others stay as they are."""
    return public_url.rstrip("/") + url if url.startswith("/") else url


def split(text: str, limit: int = TEXT_BYTES) -> list[str]:
    """Cut text into pieces of at most ``limit`` UTF-8 bytes, at paragraphs, lines or sentences where it can.

    Nothing is lost but white space: line breaks at the cuts, and pieces that would be blank (WeChat refuses those).
    No character, and no emoji made of several, is torn.
    """
    found: list[str] = []
    rest = text.strip("\n")
    # No character has more than four bytes.
    while len(rest) * 4 > limit and len(rest.encode()) > limit:
        cut = _cut(rest, limit)
        found.append(rest[:cut].rstrip("\n"))
        rest = rest[cut:].lstrip("\n")
    return [piece for piece in (*found, rest) if piece.strip()]


def _cut(text: str, limit: int) -> int:
    longest = len(text.encode()[:limit].decode(errors="ignore"))
    for mark in _BREAKS:
        place = text.rfind(mark, longest // 2, longest)
        if place != -1 and text[:place].strip():
            return place + len(mark)
    cut = longest
    while cut > 1 and _continues(text, cut):
        cut -= 1
    # A run of joined characters longer than a whole message is torn all the same.
    return cut if cut > 1 else longest


def _continues(text: str, place: int) -> bool:
    character = text[place]
    return bool(unicodedata.combining(character)) or character in _JOINERS or text[place - 1] == "\u200d"


def _text_pieces(texts: list[str]) -> list[Piece]:
    whole = "\n\n".join(text for text in texts if text.strip())
    return [TextPiece(content) for content in split(whole)]


def _as_text(part: Text | Choices | Card | Link, public_url: str) -> str:
    match part:
        case Text(body):
            return body
        case Choices(prompt=prompt, options=options):
            numbered = (f"{number}. {option.label}" for number, option in enumerate(options, 1))
            return "\n".join((prompt, *numbered, CHOOSE))
        case Card(title=title, rows=rows, url=url):
            page = (_anchor(OPEN_PAGE, absolute(url, public_url)),) if url else ()
            return "\n".join((title, *(f"{row.label}：{row.text}" for row in rows), *page))
        case Link(title, url):
            return _anchor(title, absolute(url, public_url))
        case _:
            assert_never(part)


def _anchor(title: str, url: str) -> str:
    """Return a link inside a text message; what could end the tag early is taken out."""
    label = title.translate({ord("<"): "", ord(">"): ""})
    address = url.replace('"', "%22").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
    return f'<a href="{address}">{label}</a>'


@lru_cache(maxsize=REPLIES_REMEMBERED)
def _passive_content(piece: TextPiece | ArticlePiece) -> str:
    """Return what a passive reply holds besides its addresses and its time."""
    match piece:
        case TextPiece(content):
            return f"<MsgType><![CDATA[text]]></MsgType><Content>{cdata(content)}</Content>"
        case ArticlePiece(title, url):
            return (
                "<MsgType><![CDATA[news]]></MsgType><ArticleCount>1</ArticleCount><Articles><item>"
                f"<Title>{cdata(title)}</Title><Description></Description><PicUrl></PicUrl><Url>{cdata(url)}</Url>"
                "</item></Articles>"
            )
        case _:
            assert_never(piece)


def _passive(envelope: Envelope, content: str) -> str:
    return (
        f"<xml><ToUserName>{cdata(envelope.to)}</ToUserName><FromUserName>{cdata(envelope.sender)}</FromUserName>"
        f"<CreateTime>{int(envelope.at.timestamp())}</CreateTime>{content}</xml>"
    )
