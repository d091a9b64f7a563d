"""Replies become as few messages as the platform can carry, and never break out of them."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.replies import ArticlesReply, deserialize_reply

from channels.wechat.render import (
    TEXT_BYTES,
    ArticlePiece,
    Envelope,
    ImagePiece,
    Piece,
    TextPiece,
    absolute,
    customer_image,
    customer_message,
    passive_image_xml,
    passive_xml,
    pieces,
    split,
)
from channels.wechat.wire import read
from services.conversations.message import Card, Choices, Image, Link, MediaId, Option, ReplyPart, Row, Text
from tests.channels.wechat import platform

PAGES = "https://qd.example.test"
ENVELOPE = Envelope(to=platform.OPENID, sender=platform.ORIGINAL_ID, at=datetime.fromtimestamp(platform.NOW, UTC))
SPOKEN = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=60)
PARTS = st.lists(
    st.builds(Text, st.text(max_size=900))
    | st.builds(Image, st.builds(MediaId, st.from_regex(r"md_[0-9A-Z]{4}", fullmatch=True)))
    | st.builds(Link, SPOKEN, st.just("/g/A-1"))
    | st.builds(Choices, prompt=SPOKEN, options=st.tuples(st.builds(Option, st.just("1"), SPOKEN)))
    | st.builds(Card, title=SPOKEN, rows=st.tuples(st.builds(Row, SPOKEN, SPOKEN)), url=st.just("/g/A-1")),
    max_size=6,
).map(tuple)


def text_of(*parts: ReplyPart) -> str:
    (piece,) = pieces(parts, public_url=PAGES)
    assert isinstance(piece, TextPiece)
    return piece.content


def test_choices_are_numbered_and_say_how_to_answer() -> None:
    choices = Choices(prompt="您要办哪一项？", options=(Option("a", "居住证签注"), Option("b", "居住证申领")))
    assert text_of(choices) == "您要办哪一项？\n1. 居住证签注\n2. 居住证申领\n回复数字选择"


def test_a_card_is_text_that_can_be_copied_with_its_page_behind_it() -> None:
    card = Card(title="诉求已受理", rows=(Row("编号", "QD20261124-7K3M9P"),), url="/h5/petitions")
    assert text_of(card) == (f'诉求已受理\n编号：QD20261124-7K3M9P\n<a href="{PAGES}/h5/petitions">点击查看详情</a>')


def test_a_link_alone_is_an_article_and_beside_text_a_line_of_it() -> None:
    link = Link("办事指南", "/g/A-1")
    assert pieces((link,), public_url=PAGES) == (ArticlePiece("办事指南", f"{PAGES}/g/A-1"),)
    assert text_of(Text("请看"), link) == f'请看\n\n<a href="{PAGES}/g/A-1">办事指南</a>'


def test_a_link_cannot_end_its_tag_early() -> None:
    text = text_of(Text("x"), Link('</a><a href="https://evil.test">', '/g/"><script>'))
    assert text.count("<") == 2
    assert text.count(">") == 2
    assert text.count('"') == 4 - 2 or "%22" in text


def test_texts_are_joined_so_that_one_message_is_spent() -> None:
    assert text_of(Text("一"), Text(" "), Text("二")) == "一\n\n二"


def test_a_picture_stands_between_the_texts_around_it() -> None:
    found = pieces((Text("前"), Image(MediaId("md_1")), Text("后")), public_url=PAGES)
    assert found == (TextPiece("前"), ImagePiece(MediaId("md_1")), TextPiece("后"))


def test_nothing_said_is_no_message() -> None:
    assert pieces((), public_url=PAGES) == ()
    assert pieces((Text(" \n"),), public_url=PAGES) == ()


@given(parts=PARTS)
def test_every_text_message_fits_and_is_not_blank(parts: tuple[ReplyPart, ...]) -> None:
    for piece in pieces(parts, public_url=PAGES):
        if isinstance(piece, TextPiece):
            assert 0 < len(piece.content.encode("utf-8", "surrogatepass")) <= TEXT_BYTES
            assert piece.content.strip()


@given(text=st.text(st.characters(exclude_categories=["Cs"])), limit=st.integers(8, 60))
@example(text="甲" * 12 + "\r", limit=36)
@example(text="\u2003" * 30 + "甲", limit=36)
def test_splitting_loses_nothing_but_white_space(text: str, limit: int) -> None:
    cut = split(text, limit)
    assert all(len(piece.encode()) <= limit and piece.strip() for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


def test_text_is_cut_at_a_line_or_a_sentence() -> None:
    assert split("甲" * 10 + "\n" + "乙" * 10, 45) == ["甲" * 10, "乙" * 10]
    assert split("甲" * 10 + "。" + "乙" * 10, 45) == ["甲" * 10 + "。", "乙" * 10]


def test_a_joined_emoji_is_not_torn() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert split("a" * 30 + family, 40) == ["a" * 30, family]


def test_a_joined_run_longer_than_a_message_is_torn_all_the_same() -> None:
    run = "a" + "\u0301" * 40
    assert "".join(split(run, 20)) == run


@given(content=st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1))
def test_a_passive_text_is_read_back_by_us_and_by_wechatpy(content: str) -> None:
    xml = passive_xml(TextPiece(content), ENVELOPE)
    wire = read(xml.encode())
    assert (wire.required("ToUserName"), wire.required("FromUserName")) == (platform.OPENID, platform.ORIGINAL_ID)
    assert wire.required("CreateTime") == str(platform.NOW)
    assert wire.optional("Content") == content
    assert (deserialize_reply(xml).content or "").strip() == content.strip()


def test_an_echo_of_hostile_text_stays_text() -> None:
    hostile = "]]></Content><FuncFlag>1</FuncFlag><Content><![CDATA[x"
    wire = read(passive_xml(TextPiece(hostile), ENVELOPE).encode())
    assert wire.required("Content") == hostile
    assert "FuncFlag" not in wire.fields


def test_a_passive_article_is_what_wechatpy_writes() -> None:
    # Given the same article written by wechatpy (whose own reader cannot read a single one)
    oracle = ArticlesReply(target=platform.OPENID, source=platform.ORIGINAL_ID)
    oracle.add_article({"title": "标题", "description": "", "image": "", "url": f"{PAGES}/g/1"})
    # When ours is written, then it has the same tags and words in the same nesting
    ours = passive_xml(ArticlePiece("标题", f"{PAGES}/g/1"), ENVELOPE)
    shape = re.compile(r"</?\w+>|<!\[CDATA\[.+?\]\]>")
    articles = [
        shape.findall(xml.partition("<Articles>")[2].partition("</Articles>")[0]) for xml in (ours, oracle.render())
    ]
    assert articles[0] == articles[1]


def test_a_passive_picture_is_read_by_wechatpy() -> None:
    assert deserialize_reply(passive_image_xml("MEDIA", ENVELOPE)).image == "MEDIA"


def test_wechatpy_takes_a_passive_reply_for_what_we_meant() -> None:
    message = parse_message(passive_xml(TextPiece("好"), ENVELOPE))
    assert message is not None
    assert (message.target, message.source, message.content) == (platform.OPENID, platform.ORIGINAL_ID, "好")


@pytest.mark.parametrize(
    ("piece", "kind", "content"),
    [
        (TextPiece("好"), "text", {"content": "好"}),
        (
            ArticlePiece("标题", f"{PAGES}/g/1"),
            "news",
            {"articles": [{"title": "标题", "description": "", "url": f"{PAGES}/g/1", "picurl": ""}]},
        ),
    ],
)
def test_a_customer_message_has_the_platforms_form(
    piece: TextPiece | ArticlePiece, kind: str, content: dict[str, object]
) -> None:
    assert customer_message(piece, to="o1") == {"touser": "o1", "msgtype": kind, kind: content}


def test_a_customer_picture_has_the_platforms_form() -> None:
    assert customer_image("M", to="o1") == {"touser": "o1", "msgtype": "image", "image": {"media_id": "M"}}


def test_only_our_own_pages_are_completed() -> None:
    assert absolute("/g/1", PAGES + "/") == f"{PAGES}/g/1"
    assert absolute("https://other.test/1", PAGES) == "https://other.test/1"


@given(parts=PARTS)
def test_the_same_parts_give_the_same_messages(parts: tuple[ReplyPart, ...]) -> None:
    first: tuple[Piece, ...] = pieces(parts, public_url=PAGES)
    assert pieces(parts, public_url=PAGES) == first
