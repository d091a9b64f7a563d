"""Listen, and stop without cutting anybody off.

Sanic's own manager does not restart a killed worker (reference: reliability.md 0), so one process serves one port and
an outside supervisor restarts it; this module is the little that is left of serving then.
"""

import asyncio
import socket
from typing import Any

import structlog
from sanic import Sanic

from channels.connections import TimedConnection

log = structlog.get_logger()

BACKLOG = 1_024
_LOOK_AGAIN_S = 0.05


class Listening:
    """One application on one port."""

    def __init__(self, app: Sanic[Any, Any], *, host: str, port: int) -> None:
        """Take the application; nothing listens yet."""
        self._app = app
        self._host = host
        self._port = port
        self._server: Any = None

    async def start(self) -> None:
        """Bind and serve; raises OSError, naming host and port, when the port is taken."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self._host, self._port))
        except OSError as error:
            listener.close()
            raise OSError(error.errno, f"{self._host}:{self._port}: {error.strerror}") from error
        listener.setblocking(False)
        self._server = await self._app.create_server(
            sock=listener, return_asyncio_server=True, backlog=BACKLOG, access_log=False, protocol=TimedConnection
        )
        await self._server.startup()
        await self._server.before_start()
        await self._server.after_start()

    async def stop(self, *, within_s: float) -> None:
        """Take no new connection, let requests under way end, then close what is left."""
        server = self._server
        if server is None:
            return
        await server.before_stop()
        await server.close()
        deadline = asyncio.get_running_loop().time() + within_s
        while server.connections and asyncio.get_running_loop().time() < deadline:
            for connection in tuple(server.connections):
                connection.close_if_idle()
            await asyncio.sleep(_LOOK_AGAIN_S)
        for connection in tuple(server.connections):
            log.warning("connection cut at the stop")
            connection.abort()
        await server.after_stop()
