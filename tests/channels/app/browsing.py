"""Serve blueprints to a client that sees what is on the wire."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession
from sanic import Blueprint, Sanic

from tests.support.running import running


@asynccontextmanager
async def browsing(make: Callable[[], Blueprint]) -> AsyncIterator[ClientSession]:
    """Serve what ``make`` returns and yield a client of it; answers stay packed."""
    # Sanic reads the source of a handler when it makes its route: in a thread, for the loop must not read files.
    app = await asyncio.to_thread(_application, make)
    async with running(app) as url, ClientSession(url, auto_decompress=False) as session:
        yield session


def _application(make: Callable[[], Blueprint]) -> Sanic[Any, Any]:
    app: Sanic[Any, Any] = Sanic(f"pages-{uuid4().hex}", configure_logging=False)
    app.blueprint(make())
    return app
