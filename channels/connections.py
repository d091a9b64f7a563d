"""One client's connection, on which nothing may drip for ever.

Sanic's time-outs are idle timers that every received byte starts anew (reference: reliability.md 0.2). Here two of them
become timers of the whole: a request's header must be there within ``REQUEST_TIMEOUT`` of its first byte, and a body
that nobody reads any more must end within ``KEEP_ALIVE_TIMEOUT`` of the answer. A body that is read has its limit in
requests.py, an upload in its route.

And a chunk ends where its length says: Sanic takes any two bytes after it for its end, and who ends it differently
reads another request after it (RFC 9112, 7.1).
"""

from sanic.exceptions import BadRequest
from sanic.http import Http, Stage
from sanic.server.protocols.websocket_protocol import WebSocketProtocol

CRLF = b"\r\n"


class StrictHttp(Http):
    """Sanic's reader of requests, without its leniency between chunks."""

    __slots__ = ()

    async def read(self) -> bytes | None:
        """Read some bytes of the body; raises BadRequest when a chunk does not end where it must."""
        kind: object = self.request_body  # Sanic's annotation leaves out its own value
        if kind == "chunked" and self.request_bytes_left == 0 and not self.expecting_continue:
            while len(self.recv_buffer) < len(CRLF):
                await self._receive_more()
            if self.recv_buffer[: len(CRLF)] != CRLF:
                self.keep_alive = False
                raise BadRequest("Bad chunked encoding")
        return await super().read()


class TimedConnection(WebSocketProtocol):
    """Sanic's connection with honest timers."""

    HTTP_CLASS = StrictHttp  # type: ignore[mutable-override]  # Sanic's way to choose it

    def data_received(self, data: bytes) -> None:
        """Take bytes; while a header or an unread rest comes in they do not start the timer anew."""
        began = self._time
        super().data_received(data)  # type: ignore[no-untyped-call]  # Sanic annotates nothing here
        if self._is_owed():
            self._time = began

    def _is_owed(self) -> bool:
        """Tell whether the client is still to finish a header, or a body after its answer."""
        http = self.http
        if http is None:
            return False
        match http.stage:
            case Stage.REQUEST:
                return http.request is None
            case Stage.IDLE:
                return bool(http.request_body)
            case _:
                return False
