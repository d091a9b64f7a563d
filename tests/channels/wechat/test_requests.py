"""Query and body are read within limits, whatever the sender's pace."""

import asyncio
from typing import cast
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanic import Request

from channels.wechat.requests import TooSlow, read_body, read_query
from channels.wechat.wire import Malformed


class DrippingStream:
    """A body that announces more than it sends."""

    def __init__(self) -> None:
        self.request_max_size = 0
        self.request_body: bool | None = True
        self.request_bytes_left = 100
        self.recv_buffer = b"<xml>"
        self.keep_alive = True

    async def read(self) -> bytes:
        if self.recv_buffer:
            received, self.recv_buffer = self.recv_buffer, b""
            return received
        await asyncio.Event().wait()
        raise AssertionError("nothing more comes")


class StreamedRequest:
    """A request whose body is still coming."""

    def __init__(self, stream: DrippingStream) -> None:
        self.stream = stream


async def test_a_dripping_body_is_given_up_and_its_connection_closed() -> None:
    stream = DrippingStream()
    with pytest.raises(TooSlow):
        await read_body(cast(Request, StreamedRequest(stream)), within_s=0.05)
    assert not stream.keep_alive
    assert stream.request_body is None
    assert stream.request_max_size == 64 * 1024


@given(parameters=st.dictionaries(st.sampled_from(["signature", "nonce", "openid"]), st.text(max_size=20)))
def test_any_parameters_are_read_back(parameters: dict[str, str]) -> None:
    written = urlencode(parameters, errors="surrogatepass")
    assert {name: value for name, value in read_query(written).items() if name} == parameters


def test_a_parameter_twice_is_refused() -> None:
    with pytest.raises(Malformed):
        read_query("a=1&b=2&a=1")
