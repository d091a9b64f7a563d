"""Judge answers to callbacks: what a stranger's code renders is accepted, every broken rule is named."""

import pytest
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import (
    ArticlesReply,
    ImageReply,
    TextReply,
    TransferCustomerServiceReply,
    VideoReply,
    VoiceReply,
)

from simulators.wechat.answer import BadAnswer, read_answer
from simulators.wechat.content import Article, Content, News, Notice, Picture, Text, Video, Voice
from simulators.wechat.settings import Mode
from simulators.wechat.wording import TRANSFERRED
from tests.simulators.stage import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN, an_account

OPENID = "oSomebody"
HEAD = {"source": ORIGINAL_ID, "target": OPENID, "time": 1732413600}
PLAIN = an_account(mode=Mode.PLAIN)
SAFE = an_account(mode=Mode.SAFE)
COMPATIBLE = an_account(mode=Mode.COMPATIBLE)


def an_answer(inside: str = "<MsgType>text</MsgType><Content>好</Content>", *, to: str = OPENID) -> bytes:
    head = f"<ToUserName>{to}</ToUserName><FromUserName>{ORIGINAL_ID}</FromUserName>"
    return f"<xml>{head}<CreateTime>1732413600</CreateTime>{inside}</xml>".encode()


def sealed(body: bytes) -> bytes:
    return str(WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(body.decode(), "nonce", "1732413600")).encode()


def read(body: bytes, *, articles: int = 1) -> Content | None:
    return read_answer(body, PLAIN, openid=OPENID, articles=articles)


def two_articles() -> bytes:
    reply = ArticlesReply(**HEAD)
    for title in ("一", "二"):
        reply.add_article({"title": title, "description": "述", "image": "", "url": "https://example.org/"})
    return str(reply.render()).encode()


@pytest.mark.parametrize("body", [b"", b"success"])
def test_success_and_an_empty_body_mean_no_answer(body: bytes) -> None:
    assert read_answer(body, SAFE, openid=OPENID, articles=1) is None


def test_what_a_stranger_renders_appears_as_meant() -> None:
    shown = [
        read(str(reply.render()).encode())
        for reply in (
            TextReply(content="您好", **HEAD),
            ImageReply(media_id="m1", **HEAD),
            VoiceReply(media_id="m2", **HEAD),
            VideoReply(media_id="m3", title="题", description="述", **HEAD),
            TransferCustomerServiceReply(**HEAD),
        )
    ]
    assert shown == [Text("您好"), Picture("m1"), Voice("m2"), Video("m3", "题"), Notice(TRANSFERRED)]


def test_an_event_may_be_answered_with_eight_articles_and_a_message_with_one() -> None:
    article = Article(title="一", description="述", url="https://example.org/")
    assert read(two_articles(), articles=8) == News((article, Article(title="二", description="述", url=article.url)))
    with pytest.raises(BadAnswer, match="2 articles"):
        read(two_articles())


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"errcode": 0}', "not XML"),
        (b"SUCCESS", "not XML"),
        (b"<html></html>", "root element"),
        (b'<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>', "document types"),
        (an_answer(to="oSomebodyElse"), "ToUserName"),
        (an_answer().replace(ORIGINAL_ID.encode(), b"gh_other"), "FromUserName"),
        (an_answer().replace(b"1732413600", b"now"), "CreateTime"),
        (an_answer("<MsgType>event</MsgType>"), "no answer type"),
        (an_answer("<MsgType>text</MsgType><Content></Content>"), "Content is empty"),
        (an_answer(f"<MsgType>text</MsgType><Content>{'字' * 683}</Content>"), "2049 bytes"),
        (an_answer("<MsgType>text</MsgType><Content>a</Content><FuncFlag>1</FuncFlag>"), "unknown element FuncFlag"),
        (an_answer("<MsgType>text</MsgType><Content>a</Content><Content>b</Content>"), "repeated element"),
        (an_answer("<MsgType>image</MsgType><Image></Image>"), "Image without MediaId"),
        (an_answer("<MsgType>voice</MsgType>"), "Voice without MediaId"),
        (an_answer("<MsgType>news</MsgType><ArticleCount>1</ArticleCount>"), "Articles without item"),
        (
            an_answer("<MsgType>news</MsgType><ArticleCount>2</ArticleCount><Articles><item/></Articles>"),
            "ArticleCount is not",
        ),
        (
            an_answer("<MsgType>news</MsgType><ArticleCount>1</ArticleCount><Articles><item/></Articles>"),
            "without Title",
        ),
        (sealed(an_answer()), "encrypted in plain mode"),
    ],
)
def test_a_broken_answer_is_refused_with_the_rule_it_breaks(body: bytes, reason: str) -> None:
    with pytest.raises(BadAnswer, match=reason):
        read(body)


def test_the_longest_text_is_2048_bytes() -> None:
    longest = "字" * 682 + "ab"
    assert read(an_answer(f"<MsgType>text</MsgType><Content>{longest}</Content>")) == Text(longest)


@pytest.mark.parametrize("settings", [SAFE, COMPATIBLE], ids=["safe", "compatible"])
def test_an_encrypted_answer_is_read_in_both_encrypting_modes(settings: object) -> None:
    account = SAFE if settings is SAFE else COMPATIBLE
    assert read_answer(sealed(an_answer()), account, openid=OPENID, articles=1) == Text("好")
    assert read_answer(sealed(b"success"), account, openid=OPENID, articles=1) is None


def test_a_plain_answer_is_good_in_compatible_mode_and_refused_in_safe_mode() -> None:
    assert read_answer(an_answer(), COMPATIBLE, openid=OPENID, articles=1) == Text("好")
    with pytest.raises(BadAnswer, match="not encrypted"):
        read_answer(an_answer(), SAFE, openid=OPENID, articles=1)


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (sealed(an_answer()).replace(b"<Nonce><![CDATA[nonce", b"<Nonce><![CDATA[other"), "MsgSignature"),
        (sealed(an_answer()).replace(b"1732413600", b"today"), "TimeStamp"),
        (sealed(an_answer()).replace(b"</xml>", b"<ToUserName>x</ToUserName></xml>"), "unknown element"),
        (
            str(WeChatCrypto(TOKEN, AES_KEY, "wx_other").encrypt_message("<xml/>", "nonce", "1")).encode(),
            "another app id",
        ),
    ],
)
def test_a_damaged_envelope_is_refused(damaged: bytes, reason: str) -> None:
    with pytest.raises(BadAnswer, match=reason):
        read_answer(damaged, SAFE, openid=OPENID, articles=1)
