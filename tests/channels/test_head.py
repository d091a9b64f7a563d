"""A head has one reading or is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanic.compat import Header
from sanic.exceptions import BadRequest

from channels.head import check_head

HOST = Header([("host", "x")])
names = st.text("abcXYZ019-_.!#", min_size=1).map(str.encode)
values = st.binary().map(lambda raw: bytes(byte for byte in raw if byte > 0x1F and byte != 0x7F))


@given(fields=st.lists(st.tuples(names, values)))
def test_any_names_with_any_readable_values_pass(fields: list[tuple[bytes, bytes]]) -> None:
    lines = (b"POST /x?y=1 HTTP/1.1", *(name + b":" + value for name, value in fields))
    check_head(b"\r\n".join(lines), HOST, version="1.1")


@given(value=values, control=st.sampled_from([*range(9), *range(10, 0x20), 0x7F]), place=st.floats(0, 1))
def test_one_control_byte_anywhere_in_a_value_refuses_the_whole(value: bytes, control: int, place: float) -> None:
    at = round(place * len(value))
    head = b"GET / HTTP/1.1\r\nX: " + value[:at] + bytes([control]) + value[at:]
    with pytest.raises(BadRequest):
        check_head(head, HOST, version="1.1")


def test_a_tab_inside_a_value_is_a_space() -> None:
    check_head(b"GET / HTTP/1.1\r\nX: a\tb", HOST, version="1.1")


@pytest.mark.parametrize("line", [b"", b"X", b" X: a", b"X : a", b": a", b"X Y: a", b"X\x80: a"])
def test_a_line_without_a_name_before_its_colon_is_refused(line: bytes) -> None:
    with pytest.raises(BadRequest):
        check_head(b"GET / HTTP/1.1\r\n" + line, HOST, version="1.1")


@pytest.mark.parametrize(
    ("hosts", "version", "is_fine"),
    [(0, "1.1", False), (1, "1.1", True), (2, "1.1", False), (0, "1.0", True), (2, "1.0", False)],
)
def test_there_is_one_host(hosts: int, version: str, *, is_fine: bool) -> None:
    headers = Header([("host", "x")] * hosts)
    if is_fine:
        check_head(b"GET / HTTP/1.1", headers, version=version)
    else:
        with pytest.raises(BadRequest):
            check_head(b"GET / HTTP/1.1", headers, version=version)
