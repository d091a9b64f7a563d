"""Serve a Sanic application inside a test, on a free loopback port."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sanic import Sanic

HOST = "127.0.0.1"


@asynccontextmanager
async def running(app: Sanic[Any, Any], *, access_log: bool = False) -> AsyncIterator[str]:
    """Serve an application and give its address (``http://127.0.0.1:port``); it stops, with all listeners, at the end."""
    # Sanic rewrites its own methods at every start, which works once in a process.
    app.config.TOUCHUP = False
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, 0))
        listener.setblocking(False)
        port: int = listener.getsockname()[1]
        server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=access_log)
        if server is None:
            raise RuntimeError("Sanic made no server")
        await server.startup()  # type: ignore[no-untyped-call]  # Sanic's own
        await server.before_start()  # type: ignore[no-untyped-call]  # as above
        await server.after_start()  # type: ignore[no-untyped-call]  # as above
        try:
            yield f"http://{HOST}:{port}"
        finally:
            await server.before_stop()  # type: ignore[no-untyped-call]  # as above
            await server.close()  # type: ignore[no-untyped-call]  # as above
            for connection in list(server.connections):
                connection.abort()
            await server.after_stop()  # type: ignore[no-untyped-call]  # as above
