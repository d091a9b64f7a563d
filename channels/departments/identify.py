"""Know which unit's system makes a request, by its signature, and hold each to a bearable pace."""

from datetime import timedelta

from sanic import Request

from channels.departments.settings import System
from channels.departments.signature import SignatureCheck, Signed
from services.coordination.ports import Limiter
from services.errors import ServiceError

CALLS_PER_MINUTE = 600
"""Of one unit: ten times what the busiest needs for its share of 15,000 petitions a day."""


class TooManyCalls(ServiceError):
    """Refuse a system that calls without end."""

    status = 429
    code = "department.too_many_calls"
    title = "调用太频繁，请稍后再试"


class SystemsAtTheDoor:
    """Let units' systems in."""

    def __init__(self, check: SignatureCheck, *, limiter: Limiter) -> None:
        """Take who checks signatures."""
        self._check = check
        self._limiter = limiter

    async def identify(self, request: Request) -> System:
        """Return whose request it is; raise `NotSigned` or `TooManyCalls`."""
        return await self.known(request, request.body)

    async def known(self, request: Request, body: bytes) -> System:
        """Return whose request it is, where the body was read piece by piece."""
        target = request.raw_url.decode("latin-1")
        signed = Signed(method=request.method, target=target, body=body)
        system = await self._check.of(signed, request.headers)
        if not await self._limiter.allow(f"department:{system.id}", limit=CALLS_PER_MINUTE, per=timedelta(minutes=1)):
            raise TooManyCalls(system.id)
        return system
