"""Judge what the developer's server answers to a callback.

Source: developers.weixin.qq.com, "Passive user reply message": ``success`` or nothing means "no answer"; anything
else must be one of the answer types in XML, encrypted and signed again in safe mode.
"""

from collections.abc import Callable
from typing import Final

from simulators.wechat.content import Article, Content, News, Notice, Picture, Text, Video, Voice
from simulators.wechat.crypto import Envelope, Undecipherable, signature
from simulators.wechat.settings import AccountSettings, Mode
from simulators.wechat.wording import TRANSFERRED
from simulators.wechat.xml import Element, MalformedXml, read

TEXT_BYTES: Final = 2_048
HEAD: Final = frozenset({"ToUserName", "FromUserName", "CreateTime", "MsgType"})
SEALED: Final = frozenset({"Encrypt", "MsgSignature", "TimeStamp", "Nonce"})
ARTICLE: Final = frozenset({"Title", "Description", "PicUrl", "Url"})


class BadAnswer(ValueError):
    """Say why the platform cannot use an answer."""


def read_answer(body: bytes, settings: AccountSettings, *, openid: str, articles: int) -> Content | None:
    """Return what an answer puts on the phone, or None for "no answer".

    Args:
        body: the answer as it came.
        settings: the account it is for.
        openid: who must be addressed.
        articles: how many articles it may have.

    Raises:
        BadAnswer: with the first rule it breaks.
    """
    if body in {b"", b"success"}:
        return None
    root = _unsealed(_root(body), settings)
    if root is None:
        return None
    _check_head(root, settings, openid=openid)
    name = root.value("MsgType")
    if name not in TYPES:
        raise BadAnswer(f"MsgType {name!r} is no answer type")
    fields, build = TYPES[name]
    _check_names(root, HEAD | fields)
    content = build(root)
    if isinstance(content, News) and len(content.articles) > articles:
        raise BadAnswer(f"{len(content.articles)} articles where {articles} may stand")
    return content


def _root(body: bytes) -> Element:
    try:
        root = read(body)
    except MalformedXml as error:
        raise BadAnswer(f"not XML: {error}") from error
    if root.name != "xml":
        raise BadAnswer(f"root element is {root.name}")
    return root


def _unsealed(root: Element, settings: AccountSettings) -> Element | None:
    encrypted = root.find("Encrypt") is not None
    if settings.mode is Mode.SAFE and not encrypted:
        raise BadAnswer("not encrypted in safe mode")
    if not encrypted:
        return root
    if settings.mode is Mode.PLAIN:
        raise BadAnswer("encrypted in plain mode")
    _check_names(root, SEALED)
    parts = [root.value(name) for name in ("TimeStamp", "Nonce", "Encrypt")]
    if not parts[0].isdecimal():
        raise BadAnswer("TimeStamp is no number")
    if signature(settings.token, *parts) != root.value("MsgSignature"):
        raise BadAnswer("MsgSignature is wrong")
    try:
        plain = Envelope(settings.aes_key, settings.app_id).open(parts[2])
    except Undecipherable as error:
        raise BadAnswer(f"cannot be decrypted: {error}") from error
    return None if plain in {"", "success"} else _root(plain.encode())


def _check_head(root: Element, settings: AccountSettings, *, openid: str) -> None:
    if root.value("ToUserName") != openid:
        raise BadAnswer("ToUserName is not the sender of the message")
    if root.value("FromUserName") != settings.original_id:
        raise BadAnswer("FromUserName is not the account")
    if not root.value("CreateTime").isdecimal():
        raise BadAnswer("CreateTime is no number")


def _check_names(element: Element, known: frozenset[str]) -> None:
    names = [child.name for child in element.children]
    if unknown := set(names) - known:
        raise BadAnswer(f"unknown element {min(unknown)} in {element.name}")
    if len(names) != len(set(names)):
        raise BadAnswer(f"repeated element in {element.name}")


def _text(root: Element) -> Content:
    body = root.value("Content")
    if not body:
        raise BadAnswer("Content is empty")
    if len(body.encode()) > TEXT_BYTES:
        raise BadAnswer(f"Content has {len(body.encode())} bytes")
    return Text(body)


def _media_id(root: Element, name: str) -> str:
    holder = root.find(name)
    if holder is None or not holder.value("MediaId"):
        raise BadAnswer(f"{name} without MediaId")
    return holder.value("MediaId")


def _news(root: Element) -> Content:
    holder = root.find("Articles")
    items = holder.children if holder else []
    if not items or any(item.name != "item" for item in items):
        raise BadAnswer("Articles without item")
    if root.value("ArticleCount") != str(len(items)):
        raise BadAnswer("ArticleCount is not the number of items")
    return News(tuple(_article(item) for item in items))


def _article(item: Element) -> Article:
    _check_names(item, ARTICLE)
    if not item.value("Title"):
        raise BadAnswer("an article without Title")
    return Article(
        title=item.value("Title"),
        description=item.value("Description"),
        picture_url=item.value("PicUrl"),
        url=item.value("Url"),
    )


def _video(root: Element) -> Content:
    holder = root.find("Video")
    return Video(_media_id(root, "Video"), holder.value("Title") if holder else "")


TYPES: dict[str, tuple[frozenset[str], Callable[[Element], Content]]] = {
    "text": (frozenset({"Content"}), _text),
    "image": (frozenset({"Image"}), lambda root: Picture(_media_id(root, "Image"))),
    "voice": (frozenset({"Voice"}), lambda root: Voice(_media_id(root, "Voice"))),
    "video": (frozenset({"Video"}), _video),
    "news": (frozenset({"ArticleCount", "Articles"}), _news),
    "transfer_customer_service": (frozenset({"TransInfo"}), lambda _root: Notice(TRANSFERRED)),
}
