"""Health: alive means the process answers, ready means the store answers too."""

import asyncio

import structlog
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from services.database.collection import Database
from services.errors import Unavailable

log = structlog.get_logger()

READY_WITHIN_S = 1.0


class Health:
    """Answer ``/health/live`` and ``/health/ready``."""

    def __init__(self, *, database: Database) -> None:
        """Take the store; ready is only said after a real round trip to it."""
        self._database = database
        self._stopping = False

    def stop(self) -> None:
        """Say "not ready" from now on, so that no balancer sends new work to a process that stops."""
        self._stopping = True

    def mount(self, blueprint: Blueprint) -> None:
        """Add the two routes."""
        blueprint.add_route(self._live, "/health/live", methods=["GET", "HEAD"], name="live")
        blueprint.add_route(self._ready, "/health/ready", methods=["GET", "HEAD"], name="ready")

    async def _live(self, _: Request) -> HTTPResponse:
        return json({"live": True})

    async def _ready(self, _: Request) -> HTTPResponse:
        if self._stopping:
            return json({"ready": False, "why": "stopping"}, status=503)
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                await self._database.ping()
        except (Unavailable, TimeoutError):
            log.warning("not ready: the store does not answer")
            return json({"ready": False, "why": "store"}, status=503)
        return json({"ready": True})
