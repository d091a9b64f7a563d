"""Read what was left in the folder: a letter (RFC 822) or a file of records (JSON)."""

import hashlib
import html
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from channels.mailbox import wording as words
from services.petitions.kind import Kind
from services.petitions.model import Place
from services.sources.service import Incoming
from services.sources.store import Source

BYTES_MOST = 5 * 1024 * 1024
_FIRST_LINES = 200
_TITLE_MOST = 100
_NAME_MOST = 50
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[A-Za-z0-9.-]{1,190}")
_TAG = re.compile(r"<[^>]{0,2000}>")
_BREAK = re.compile(r"(?i)<(?:br|/p|/div|/tr)\b[^>]{0,200}>")
_UNSEEN = re.compile(r"(?is)<(script|style|head)\b.{0,200000}?</\1>")


class Unreadable(Exception):
    """A file is not what its name says, or not from a person; the message says why, without its words."""


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One petition in a file of records."""

    source: Source
    external_number: Annotated[str, Meta(min_length=1, max_length=200)]
    kind: Kind
    title: Annotated[str, Meta(max_length=100)] = ""
    text: Annotated[str, Meta(min_length=1, max_length=20_000)]
    place: Annotated[str, Meta(max_length=200)] = ""
    occurred: Annotated[str, Meta(max_length=100)] = ""
    anonymous: bool = False
    name: Annotated[str, Meta(max_length=50)] = ""
    phone: Annotated[str, Meta(max_length=20)] = ""
    of_enterprise: bool = False


def read_letter(data: bytes) -> Incoming:
    """Return the petition of a letter; its Message-ID is its number.

    Raises:
        Unreadable: too large, without words, or sent by a machine (answering those makes loops, RFC 3834).
    """
    if len(data) > BYTES_MOST:
        raise Unreadable("too large")
    try:
        return _letter(data)
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        # What the standard parser raises on mails that no program should write.
        raise Unreadable(f"broken mail: {type(error).__name__}") from error


def _letter(data: bytes) -> Incoming:
    message = message_from_bytes(data, policy=policy.default)
    if _is_automatic(message):
        raise Unreadable("sent by a machine")
    text = _text(message).strip()
    if not text:
        raise Unreadable("no words")
    subject = _header(message, "Subject")[:_TITLE_MOST]
    name, address = parseaddr(_header(message, "Reply-To") or _header(message, "From"))
    message_id = _header(message, "Message-ID")
    return Incoming(
        source=Source.MAILBOX,
        external_number=message_id[:200] or hashlib.sha256(data).hexdigest(),
        kind=_kind(f"{subject}\n{text[:_FIRST_LINES]}"),
        title=subject,
        text=text,
        place=Place(text=""),
        name=name[:_NAME_MOST],
        reply_to=address if _ADDRESS.fullmatch(address) else "",
        thread=message_id if len(message_id) <= 200 else "",  # noqa: PLR2004 - as the number above
    )


def read_records(data: bytes) -> list[Incoming]:
    """Return the petitions of a JSON array of records; raises `Unreadable` naming the first place that does not fit."""
    if len(data) > BYTES_MOST:
        raise Unreadable("too large")
    try:
        records = msgspec.json.decode(data, type=list[Record])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    return [
        Incoming(
            source=one.source,
            external_number=one.external_number,
            kind=one.kind,
            title=one.title,
            text=one.text,
            place=Place(text=one.place),
            occurred=one.occurred,
            anonymous=one.anonymous,
            name=one.name,
            phone=one.phone,
            of_enterprise=one.of_enterprise,
        )
        for one in records
    ]


def _is_automatic(message: EmailMessage) -> bool:
    submitted = _header(message, "Auto-Submitted").lower()
    precedence = _header(message, "Precedence").lower()
    is_bounce = _header(message, "Return-Path") == "<>" or message.get_content_type() == "multipart/report"
    return is_bounce or submitted not in {"", "no"} or precedence in {"bulk", "junk", "list"}


def _header(message: EmailMessage, name: str) -> str:
    """Return a header on one line."""
    return " ".join(str(message.get(name, "")).split())


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    payload = body.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    text = _decoded(raw, body.get_content_charset("utf-8"))
    return _without_markup(text) if body.get_content_type() == "text/html" else text.replace("\r\n", "\n")


def _decoded(raw: bytes, charset: str) -> str:
    """Return the text; GB2312 letters hold characters of GB18030, and some say no charset at all."""
    wanted = "gb18030" if charset.lower() in {"gb2312", "gbk", "gb18030"} else charset
    for name in (wanted, "utf-8", "gb18030"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("utf-8", "replace")


def _without_markup(text: str) -> str:
    lines = _TAG.sub("", _BREAK.sub("\n", _UNSEEN.sub("", text)))
    return "\n".join(line.strip() for line in html.unescape(lines).splitlines() if line.strip())


def _kind(text: str) -> Kind:
    found = [(text.index(word), kind) for word, kind in words.KINDS if word in text]
    return min(found)[1] if found else Kind.HELP
