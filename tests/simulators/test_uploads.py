"""Find a file in a multipart form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.uploads import form_file

TYPE = "multipart/form-data; boundary=xyz"


def a_form(content: bytes, *, name: str = 'name="media"') -> bytes:
    other = b'--xyz\r\nContent-Disposition: form-data; name="title"\r\n\r\nmedia\r\n'
    head = f'--xyz\r\nContent-Disposition: form-data; {name}; filename="media.png"\r\nContent-Type: image/png'
    return other + head.encode() + b"\r\n\r\n" + content + b"\r\n--xyz--\r\n"


@given(content=st.binary(max_size=300).filter(lambda content: b"\r\n--xyz" not in content))
def test_the_content_comes_out_byte_for_byte(content: bytes) -> None:
    assert form_file(a_form(content), TYPE, name="media") == content


def test_a_quoted_boundary_and_an_unquoted_name_are_understood() -> None:
    assert form_file(a_form(b"a", name="name=media"), 'multipart/form-data; boundary="xyz"', name="media") == b"a"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (a_form(b"a"), "application/json"),
        (a_form(b"a"), "multipart/form-data; boundary=other"),
        (a_form(b"a", name='name="file"'), TYPE),
        (a_form(b"a")[:-9], TYPE),
        (b"", TYPE),
    ],
)
def test_a_form_without_the_part_gives_nothing(body: bytes, content_type: str) -> None:
    assert form_file(body, content_type, name="media") is None
