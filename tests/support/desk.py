"""Serve endpoints of the desk API inside a test to staff who are signed in by their name."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession
from sanic import Blueprint, Sanic

from channels.endpoints import Endpoint, mounted
from channels.problem import answer
from services.identity.guests import NotSignedIn
from services.identity.staff import Role, Session
from tests.support.running import running

STAFF = {
    "agent1": Role.AGENT,
    "clerk1": Role.CLERK,
    "supervisor1": Role.SUPERVISOR,
    "operator1": Role.OPERATOR,
    "lamps1": Role.DEPARTMENT,
}


async def signed_in(token: str) -> Session:
    """Return the session of whoever the token names."""
    if token not in STAFF:
        raise NotSignedIn
    department = "cgj" if STAFF[token] is Role.DEPARTMENT else ""
    return Session(
        id=token, name=token, role=STAFF[token], department=department, until=datetime(2100, 1, 1, tzinfo=UTC)
    )


class Desk:
    """Call the served endpoints."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def call(
        self, method: str, path: str, body: object = None, *, by: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Return the status and the decoded body of one call, text when it is no JSON."""
        own = {"Authorization": f"Bearer {by}"} if by else {}
        async with self._session.request(method, path, json=body, headers=own | (headers or {})) as got:
            is_json = "json" in got.headers.get("Content-Type", "")
            return got.status, await (got.json(content_type=None) if is_json else got.text())


@asynccontextmanager
async def a_desk(*endpoints: Endpoint, mount: Callable[[Blueprint], None] | None = None) -> AsyncIterator[Desk]:
    """Serve endpoints and, by ``mount``, routes of another kind below ``/desk/api/v1``."""
    app = await asyncio.to_thread(_application, endpoints, mount)
    async with running(app) as url, ClientSession(url) as session:
        yield Desk(session)


def _application(endpoints: tuple[Endpoint, ...], mount: Callable[[Blueprint], None] | None) -> Sanic[Any, Any]:
    app: Sanic[Any, Any] = Sanic(f"desk-{uuid4().hex}", configure_logging=False)
    app.error_handler.add(Exception, answer)
    blueprint = mounted(Blueprint("desk_api"), endpoints, authenticate=signed_in)
    if mount is not None:
        mount(blueprint)
    app.blueprint(blueprint)
    return app
