"""Write and read the platform's XML, also by a stranger's reader (xmltodict, wechatpy's own)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.wechat.xml import MalformedXml, read, write
from tests.simulators.stage import fields_of

WORDS = st.text(alphabet=st.characters(codec="utf-8"), max_size=200)


@given(words=WORDS)
def test_text_written_is_read_the_same_by_us_and_by_a_stranger(words: str) -> None:
    # Given text with whatever XML can hold, "]]>" included; expat turns a carriage return into a line feed
    kept = "".join(letter for letter in words if letter >= " " or letter in "\t\n").replace("\ufffe", "")
    kept = kept.replace("\uffff", "").replace("\x7f", "") + "]]>"
    # When it is written, then both readers give it back
    body = write((("Content", kept), ("MsgId", 1))).encode()
    assert read(body).value("Content") == kept
    assert fields_of(body)["Content"] == kept


def test_characters_xml_cannot_hold_are_left_out() -> None:
    assert read(write((("Content", "a\x00b\x0bc\ud800d"),)).encode()).value("Content") == "abcd"


def test_fields_below_a_field_are_written_as_children() -> None:
    listed = (("TemplateId", "t1"), ("PopupScene", "1"))
    root = read(write((("Popup", (("List", listed),)),)).encode())
    popup = root.find("Popup")
    assert popup is not None
    assert popup.children[0].value("TemplateId") == "t1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"success",
        b'{"errcode": 0}',
        b"<xml><a></xml>",
        b"<xml/><xml/>",
        b"\xff\xfe<xml/>",
        b'<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>',
        b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>',
    ],
)
def test_a_body_that_is_no_plain_xml_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedXml):
        read(body)
