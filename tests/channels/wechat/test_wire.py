"""Only the XML the platform documents is read."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy import parse_message

from channels.wechat.wire import (
    DEPTH_LIMIT,
    ELEMENT_LIMIT,
    Malformed,
    Wire,
    cdata,
    read,
    read_any,
    read_outer,
    read_usual,
)
from tests.channels.wechat import platform

XML_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=100)

MALFORMED = {
    "empty": b"",
    "blank": b"   ",
    "not_xml": b"hello",
    "json": b'{"MsgType": "text"}',
    "truncated": b"<xml><MsgType>text</MsgType>",
    "cut_in_a_tag": b"<xml><MsgTy",
    "two_roots": b"<xml></xml><xml></xml>",
    "other_root": b"<html><MsgType>text</MsgType></html>",
    "text_after_the_root": b"<xml></xml>after",
    "field_twice": b"<xml><MsgType>text</MsgType><MsgType>event</MsgType></xml>",
    "doctype": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml></xml>',
    "external_entity": b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Content>&a;</Content></xml>',
    "internal_entity": b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>',
    "parameter_entity": b'<!DOCTYPE xml [<!ENTITY % p SYSTEM "http://127.0.0.1/"> %p;]><xml></xml>',
    "undefined_entity": b"<xml><Content>&a;</Content></xml>",
    "processing_instruction": b"<xml><?php echo 1 ?></xml>",
    "comment": b"<xml><!-- --></xml>",
    "not_utf8": b"<xml><Content>\xc4\xe3</Content></xml>",
    "utf16": "<xml><Content>你</Content></xml>".encode("utf-16"),
    "declared_gbk": '<?xml version="1.0" encoding="GBK"?><xml><Content>你</Content></xml>'.encode("gbk"),
    "utf8_declared_as_gbk": '<?xml version="1.0" encoding="GBK"?><xml><Content>你</Content></xml>'.encode(),
    "nul": b"<xml><Content>a\x00b</Content></xml>",
    "control_character": b"<xml><Content>&#1;</Content></xml>",
    "surrogate_reference": b"<xml><Content>&#xD800;</Content></xml>",
    "too_deep": b"<xml>" + b"<a>" * DEPTH_LIMIT + b"</a>" * DEPTH_LIMIT + b"</xml>",
    "too_many": b"<xml>" + b"".join(b"<a%d/>" % n for n in range(ELEMENT_LIMIT)) + b"</xml>",
    "nesting_bomb": b"<xml>" + b"<a>" * 14_000,
    "attribute_twice": b'<xml a="1" a="2"></xml>',
}


def a_bomb(levels: int) -> bytes:
    """Return an entity that would grow tenfold at every level."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels))
    return f'<!DOCTYPE xml [<!ENTITY e0 "lol">{entities}]><xml><Content>&e{levels - 1};</Content></xml>'.encode()


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_the_platform_never_sends_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        read(body)


@pytest.mark.parametrize("blank", [b" ", b"\n", b"]", b"<", b"<a>", b"<![CDATA["])
def test_no_body_of_64_kb_holds_the_loop(blank: bytes) -> None:
    # Processor time, and a thousand times what it takes: only a reader that begins anew at every byte misses it
    body = platform.body(Content="好") + blank * (60_000 // len(blank))
    began = time.process_time()
    for reader in (read_usual, read_outer, read_any):
        with suppress(Malformed):
            reader(body)
    assert time.process_time() - began < 1


def test_an_entity_bomb_is_refused_before_it_grows() -> None:
    with pytest.raises(Malformed, match="only elements and text"):
        read(a_bomb(9))


@pytest.mark.parametrize("cut", range(0, 120, 7))
def test_a_body_cut_anywhere_is_refused(cut: int) -> None:
    with pytest.raises(Malformed):
        read(platform.body()[:cut])


FRAGMENTS = (
    *(
        "<xml>",
        "</xml>",
        "<MsgId>",
        "</MsgId>",
        "<Content>",
        "</Content>",
        "<![CDATA[",
        "]]>",
        "]",
        ">",
        "<",
        "&",
        "&#65;",
    ),
    *(
        "12",
        "您好",
        "a.b-c",
        " ",
        "\n",
        "\r\n",
        "\t",
        "\x0c",
        "\x01",
        "\x85",
        "\u200d",
        "\ufffe",
        "\ufeff",
        "😀",
        "<a/>",
        "é",
    ),
    *(
        "<MsgId>7</MsgId>",
        "<Content><![CDATA[您]]]></Content>",
        "<Content><![CDATA[",
        "]]></Content>",
        '<a b="c">',
        "<!-- -->",
    ),
)


def refused_or_read(body: bytes) -> Wire | None:
    try:
        return read_any(body)
    except Malformed:
        return None


@settings(max_examples=2_000)
@given(pieces=st.lists(st.sampled_from(FRAGMENTS), max_size=8))
def test_the_usual_form_is_read_as_the_parser_reads_it(pieces: list[str]) -> None:
    for body in ("".join(pieces).encode(), f"<xml>{''.join(pieces)}</xml>".encode()):
        usual = read_usual(body)
        assert usual is None or usual == refused_or_read(body)


def test_what_the_platform_sends_is_of_the_usual_form() -> None:
    assert read_usual(platform.body()) == read_any(platform.body())


@given(body=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(Malformed):
        assert read(body).fields is not None


@given(content=XML_TEXT, sender=st.from_regex(r"[A-Za-z0-9_-]{1,28}", fullmatch=True))
def test_fields_are_read_as_wechatpy_reads_them(content: str, sender: str) -> None:
    body = platform.body(sender=sender, Content=content)
    ours, oracle = read(body), parse_message(body)
    assert oracle is not None
    assert ours.required("FromUserName") == oracle.source
    assert ours.required("MsgType") == oracle.type
    assert ours.optional("Content").strip() == (oracle.content or "").strip()


@given(text=XML_TEXT)
def test_text_comes_back_out_of_its_cdata(text: str) -> None:
    assert read(f"<xml><Content>{cdata(text)}</Content></xml>".encode()).optional("Content") == text


@given(
    text=st.lists(st.sampled_from(["]", "]]", "]]>", "<![CDATA[", "</Content><FuncFlag>1</FuncFlag>", "a", "&"])).map(
        "".join
    )
)
def test_text_cannot_leave_its_cdata(text: str) -> None:
    wire = read(f"<xml><Content>{cdata(text)}</Content></xml>".encode())
    assert wire.fields == {"Content": text}


@given(text=st.text())
def test_characters_xml_does_not_know_are_left_out(text: str) -> None:
    known = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    wire = read(f"<xml><Content>{cdata(text)}</Content></xml>".encode())
    assert wire.optional("Content") == known.replace("\r\n", "\n").replace("\r", "\n")


def test_a_declaration_and_both_ways_to_write_text_are_read() -> None:
    wire = read(
        f'<?xml version="1.0" encoding="UTF-8"?><xml><A>{escape("<&>")}</A><B><![CDATA[<&>]]></B></xml>'.encode()
    )
    assert wire.fields == {"A": "<&>", "B": "<&>"}


def test_lists_of_subscription_events_are_read_in_order() -> None:
    item = "<List><TemplateId>{0}</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List>"
    body = f"<xml><Event>e</Event><SubscribeMsgPopupEvent>{item.format('a')}{item.format('b')}</SubscribeMsgPopupEvent></xml>"
    wire = read(body.encode())
    assert [found["TemplateId"] for found in wire.lists] == ["a", "b"]
    assert wire.fields == {"Event": "e"}


@pytest.mark.parametrize("name", MALFORMED)
def test_an_outer_body_is_read_as_strictly(name: str) -> None:
    with pytest.raises(Malformed):
        read_outer(MALFORMED[name])


@given(
    head=st.sampled_from(
        ["", "\n", "<ToUserName><![CDATA[gh_1]]></ToUserName>\n", "<AppId>wx</AppId>", "<!-- -->", "<a/>", "x", "&"]
    ),
    encrypted=st.text("AZaz09+/=]>&<", min_size=1, max_size=12),
    tail=st.sampled_from(["", "\n ", "</xml>", "<Encrypt>B</Encrypt>", "<?x?>", "\x00"]),
)
def test_the_quick_way_to_read_an_outer_body_agrees_with_the_parser(head: str, encrypted: str, tail: str) -> None:
    # Given outer bodies in and near the platform's own form
    body = f"<xml>{head}<Encrypt><![CDATA[{encrypted}]]></Encrypt>{tail}</xml>".encode()
    # When both read them, then they give the same ciphertext or the same refusal
    assert _encrypt_of(read_outer, body) == _encrypt_of(read, body)


def _encrypt_of(reader: Callable[[bytes], Wire], body: bytes) -> str | None:
    try:
        return reader(body).optional("Encrypt")
    except Malformed:
        return None


def test_structure_nobody_needs_is_passed_over() -> None:
    body = b"<xml><SendPicsInfo><Count>1</Count><PicList><item><PicMd5Sum>x</PicMd5Sum></item></PicList></SendPicsInfo></xml>"
    assert read(body).fields == {}
    assert read(body).lists == ()


def test_an_element_where_text_belongs_is_no_text() -> None:
    with pytest.raises(Malformed):
        read(b"<xml><MsgType><a>text</a></MsgType></xml>").required("MsgType")


@pytest.mark.parametrize("value", ["", "a b", "ab\n"])
def test_a_field_must_have_its_form(value: str) -> None:
    with pytest.raises(Malformed):
        read(f"<xml><A>{value}</A></xml>".encode()).matching("A", re.compile("[a-z]+"))
