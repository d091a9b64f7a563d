"""Answer ``message/custom/send`` and ``message/custom/typing`` (客服消息).

Source: developers.weixin.qq.com, "Customer service messages", "typing". An image must have been uploaded; a news
message has one article.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from simulators.wechat.account import Account
from simulators.wechat.calls.asked import Answer, Asked, decoded
from simulators.wechat.content import Article, Content, MessageMenu, News, Option, Origin, Picture, Text, Voice
from simulators.wechat.errcodes import OK, ApiRefused, Errcode

TEXT_BYTES: Final = 2_048
TYPING_WITHIN: Final = timedelta(seconds=30)


class TextBody(Struct, frozen=True):
    """Hold ``text``."""

    content: str = ""


class MediaBody(Struct, frozen=True):
    """Hold ``image`` or ``voice``."""

    media_id: str = ""


class ArticleBody(Struct, frozen=True, kw_only=True):
    """Hold one of ``news.articles``."""

    title: str = ""
    description: str = ""
    url: str = ""
    picurl: str = ""


class NewsBody(Struct, frozen=True):
    """Hold ``news``."""

    articles: tuple[ArticleBody, ...] = ()


class OptionBody(Struct, frozen=True, kw_only=True):
    """Hold one of ``msgmenu.list``; the platform takes numbers as ids too."""

    id: str | int = ""
    content: str = ""


class MenuBody(Struct, frozen=True, kw_only=True):
    """Hold ``msgmenu``."""

    head_content: str = ""
    options: tuple[OptionBody, ...] = field(default=(), name="list")
    tail_content: str = ""


class CustomMessage(Struct, frozen=True, kw_only=True):
    """Hold the body of ``message/custom/send``."""

    touser: str = ""
    msgtype: str = ""
    text: TextBody = TextBody()
    image: MediaBody = MediaBody()
    voice: MediaBody = MediaBody()
    news: NewsBody = NewsBody()
    msgmenu: MenuBody = MenuBody()


class Command(StrEnum):
    """What ``message/custom/typing`` may ask."""

    TYPING = "Typing"
    CANCEL = "CancelTyping"


class TypingRequest(Struct, frozen=True, kw_only=True):
    """Hold the body of ``message/custom/typing``."""

    touser: str = ""
    command: str = ""


def send(account: Account, asked: Asked) -> Answer:
    """Show a customer message while the follower's window has room.

    Raises:
        ApiRefused: 40003, 40008, 44004, 45002, 40007, 45008 for the message; 45015, 45047 for the window.
    """
    message = decoded(asked, CustomMessage)
    follower = account.follower(message.touser)
    content = _content(account, message)
    if not follower.following:
        raise ApiRefused(Errcode.OUT_OF_WINDOW)
    follower.window.spend(account.clock.now())
    follower.is_typing_shown = False
    follower.phone.show(Origin.CUSTOMER, content)
    return OK


def typing(account: Account, asked: Asked) -> Answer:
    """Show or take away "对方正在输入".

    Raises:
        ApiRefused: 45072 command, 45080 no message within 30 seconds, 45081 shown already.
    """
    request = decoded(asked, TypingRequest)
    follower = account.follower(request.touser)
    if request.command not in set(Command):
        raise ApiRefused(Errcode.TYPING_COMMAND_INVALID)
    is_wanted = request.command == Command.TYPING
    if is_wanted and follower.is_typing_shown:
        raise ApiRefused(Errcode.TYPING_ALREADY)
    last = follower.last_message_at
    if is_wanted and (last is None or account.clock.now() - last > TYPING_WITHIN):
        raise ApiRefused(Errcode.TYPING_WITHOUT_MESSAGE)
    follower.is_typing_shown = is_wanted
    follower.phone.wake()
    return OK


def _content(account: Account, message: CustomMessage) -> Content:
    match message.msgtype:
        case "text":
            return _text(message.text)
        case "image":
            return Picture(account.media.get(message.image.media_id).media_id)
        case "voice":
            return Voice(account.media.get(message.voice.media_id).media_id)
        case "news":
            return _news(message.news)
        case "msgmenu":
            return _menu(message.msgmenu)
        case _:
            raise ApiRefused(Errcode.MESSAGE_TYPE_INVALID)


def _text(body: TextBody) -> Content:
    if not body.content:
        raise ApiRefused(Errcode.TEXT_EMPTY)
    if len(body.content.encode()) > TEXT_BYTES:
        raise ApiRefused(Errcode.CONTENT_TOO_LONG)
    return Text(body.content)


def _news(body: NewsBody) -> Content:
    if len(body.articles) != 1:
        raise ApiRefused(Errcode.ARTICLE_COUNT_EXCEEDED)
    (found,) = body.articles
    article = Article(title=found.title, description=found.description, url=found.url, picture_url=found.picurl)
    return News((article,))


def _menu(body: MenuBody) -> Content:
    if not body.options:
        raise ApiRefused(Errcode.FORMAT_ERROR)
    options = tuple(Option(str(option.id), option.content) for option in body.options)
    return MessageMenu(head=body.head_content, options=options, tail=body.tail_content)
