"""Serve a plug-in: ``POST /rank``, ``POST /rewrite``, and controls for tests and trials.

Controls, JSON: ``PUT /behaviour``, ``GET /questions`` (what was asked, oldest first). Alone on a loopback port:
``python -m simulators.plugins --help``.
"""

import asyncio
from collections import deque
from typing import Any, Final, cast

import msgspec
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import raw, text

from simulators.control import Refused, answer, asked, plainly
from simulators.plugins.behaviour import (
    HUGE,
    QUESTIONS_KEPT,
    Behaviour,
    Manner,
    RankQuestion,
    RewriteQuestion,
    ranked,
    reworded,
)

PREFIX: Final = "/simulators/plugins"


class PluginRoutes:
    """Serve one ranker and rewriter.

    Attributes:
        secret: the bearer token it insists on; empty: none.
        behaviour: how the next questions are answered.
        questions: what was asked, oldest first.
    """

    def __init__(self, *, secret: str = "") -> None:
        self.secret = secret
        self.behaviour = Behaviour()
        self.questions: deque[RankQuestion | RewriteQuestion] = deque(maxlen=QUESTIONS_KEPT)

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("simulated_plugins", url_prefix=PREFIX)
        routes = (
            ("/rank", "POST", self.rank),
            ("/rewrite", "POST", self.rewrite),
            ("/behaviour", "PUT", self.behave),
            ("/questions", "GET", self.look),
        )
        for path, method, handler in routes:
            blueprint.add_route(plainly(handler), path, methods=[method], name=handler.__name__)
        return blueprint

    async def rank(self, request: Request) -> HTTPResponse:
        """Put candidates into an order."""
        question = self._question(request, RankQuestion)
        return await self._answered(request, ranked(question, self.behaviour.manner))

    async def rewrite(self, request: Request) -> HTTPResponse:
        """Answer another wording."""
        self._question(request, RewriteQuestion)
        return await self._answered(request, reworded(self.behaviour))

    async def behave(self, request: Request) -> HTTPResponse:
        """Set how the next questions are answered."""
        self.behaviour = asked(request, Behaviour)
        return answer(self.behaviour)

    async def look(self, _request: Request) -> HTTPResponse:
        """Return what was asked."""
        return answer({"questions": tuple(self.questions)})

    def _question(self, request: Request, shape: type[Any]) -> Any:  # noqa: ANN401 - either kind of question
        if self.secret and request.headers.get("authorization") != f"Bearer {self.secret}":
            raise Refused("no such token", status=401)
        question = asked(request, shape)
        self.questions.append(question)
        return question

    async def _answered(self, request: Request, body: dict[str, Any]) -> HTTPResponse:
        behaviour = self.behaviour
        match behaviour.manner:
            case Manner.SLOW:
                await asyncio.sleep(behaviour.delay_s)
            case Manner.DRIPPING:
                return await _dripped(request, body, delay_s=behaviour.delay_s)
            case Manner.ERROR:
                raise Refused("broken on command", status=500)
            case Manner.REDIRECT:
                return text("", status=307, headers={"Location": f"{PREFIX}/elsewhere"})
            case Manner.NO_JSON:
                return text("<html>maintenance</html>")
            case Manner.HUGE:
                return raw(msgspec.json.encode({**body, "padding": "x" * HUGE}), content_type="application/json")
            case Manner.CLOSED:
                cast(asyncio.Transport, request.transport).abort()
            case _:
                pass  # the body itself is the behaviour
        return answer(body)


async def _dripped(request: Request, body: dict[str, Any], *, delay_s: float) -> HTTPResponse:
    """Send the head and the first byte at once, the rest after a while."""
    encoded = msgspec.json.encode(body)
    response = cast(HTTPResponse, await request.respond(content_type="application/json"))
    await response.send(encoded[:1])
    await asyncio.sleep(delay_s)
    await response.send(encoded[1:])
    await response.eof()  # type: ignore[no-untyped-call]  # Sanic's own
    return response
