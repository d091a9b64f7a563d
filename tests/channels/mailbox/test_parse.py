"""Letters and records become petitions; what a machine sent does not."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.mailbox.parse import BYTES_MOST, Unreadable, read_letter, read_records
from services.petitions.kind import Kind
from services.sources.store import Source
from tests.support.letters import a_letter


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "gb2312"])
def test_a_letter_in_any_usual_charset_is_read(charset: str) -> None:
    incoming = read_letter(a_letter(charset=charset))
    assert incoming.text == "您好，示例路的路灯坏了三天，请处理。"
    assert (incoming.source, incoming.external_number) == (Source.MAILBOX, "<letter-1@example.org>")
    assert (incoming.name, incoming.reply_to, incoming.title) == ("示例", "someone@example.org", "投诉路灯")
    assert incoming.kind is Kind.COMPLAINT


def test_a_letter_of_markup_alone_is_read_without_it() -> None:
    letter = a_letter("x").replace(b"text/plain", b"text/html")
    body = "<style>p{}</style><p>路灯坏了</p><p>三天&nbsp;了<br>请修</p><script>alert(1)</script>"
    head = letter.partition(b"\r\n\r\n")[0].replace(b"base64", b"8bit")
    assert read_letter(head + b"\r\n\r\n" + body.encode()).text == "路灯坏了\n三天\xa0了\n请修"


def test_answers_go_where_the_letter_wants_them() -> None:
    assert read_letter(a_letter(Reply_To="other@example.org")).reply_to == "other@example.org"
    assert read_letter(a_letter(From="not an address")).reply_to == ""


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"Return_Path": "<>"}],
)
def test_what_a_machine_sent_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Unreadable, match="machine"):
        read_letter(a_letter(**headers))


def test_an_empty_and_a_huge_letter_are_refused() -> None:
    with pytest.raises(Unreadable, match="words"):
        read_letter(a_letter(" \n"))
    with pytest.raises(Unreadable, match="large"):
        read_letter(b"x" * (BYTES_MOST + 1))


def test_a_letter_without_an_id_is_known_by_its_bytes() -> None:
    one, other = a_letter(Message_ID=""), a_letter("别的事", Message_ID="")
    assert read_letter(one).external_number == read_letter(one).external_number != read_letter(other).external_number


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("举报违法排污", Kind.REPORT),
        ("关于停车的建议", Kind.SUGGESTION),
        ("请问社保", Kind.CONSULT),
        ("来信", Kind.HELP),
    ],
)
def test_the_words_of_the_subject_say_what_a_letter_is(subject: str, kind: Kind) -> None:
    assert read_letter(a_letter("情况如下。", subject=subject)).kind is kind


@given(st.binary(max_size=2_000))
def test_no_bytes_at_all_break_the_reader(data: bytes) -> None:
    for read in (read_letter, read_records):
        with contextlib.suppress(Unreadable):
            assert read(data) is not None


@given(st.dictionaries(st.sampled_from(["Content-Type", "From", "Subject", "Content-Transfer-Encoding"]), st.text()))
def test_no_headers_break_the_reader(headers: dict[str, str]) -> None:
    lines = "".join(f"{name}: {value}\n" for name, value in headers.items())
    with contextlib.suppress(Unreadable):
        assert read_letter(f"{lines}\n路灯坏了".encode("utf-8", "replace")).text


def test_records_are_read_and_a_faulty_one_is_named_by_its_place() -> None:
    good = {"source": "website", "external_number": "W1", "kind": "help", "text": "路灯坏了", "place": "市南区"}
    [incoming] = read_records(json.dumps([good]).encode())
    assert (incoming.source, incoming.external_number, incoming.place.text) == (Source.WEBSITE, "W1", "市南区")
    with pytest.raises(Unreadable, match=r"\$\[1\]"):
        read_records(json.dumps([good, good | {"kind": "unknown"}]).encode())
