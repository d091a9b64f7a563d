"""Serve departments' systems: the push of the city, and controls for tests and demonstrations.

The city pushes to ``/simulators/departments/{id}/petitions``. Controls, JSON without a signature:
``GET {id}/events``, ``POST {id}/petitions/{number}/{action}`` with ``{"body", "times"}``, ``PUT {id}/routine``,
``POST {id}/faults``.
"""

import asyncio
from typing import Annotated, Any, Final, cast

import msgspec
from msgspec import Meta, Struct
from sanic import Blueprint, HTTPResponse, Request

from services.tasks import Tasks
from simulators.control import Refused, answer, asked, plainly
from simulators.departments.desk import Desk, NoSuchAction
from simulators.departments.signature import Message, NotSigned
from simulators.departments.system import Event, EventKind, Fault, FaultKind, Step

PREFIX: Final = "/simulators/departments"


class Act(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold an action's fields and how often it is sent."""

    body: dict[str, Any] = {}
    times: Annotated[int, Meta(ge=1, le=20)] = 1


class Routine(Struct, frozen=True, forbid_unknown_fields=True):
    """Hold what a system does by itself with every petition dispatched to it."""

    steps: tuple[Step, ...]


class DepartmentRoutes:
    """Serve the systems of several departments."""

    def __init__(self, desks: dict[str, Desk], *, tasks: Tasks) -> None:
        self._desks = desks
        self._tasks = tasks

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("simulated_departments", url_prefix=PREFIX)
        routes = (
            ("/<department:str>/petitions", "POST", self.receive),
            ("/<department:str>/events", "GET", self.events),
            ("/<department:str>/petitions/<number:str>", "GET", self.look),
            ("/<department:str>/petitions/<number:str>/<action:str>", "POST", self.act),
            ("/<department:str>/routine", "PUT", self.set_routine),
            ("/<department:str>/faults", "POST", self.plan_fault),
        )
        for path, method, handler in routes:
            blueprint.add_route(plainly(handler), path, methods=[method], name=handler.__name__)
        return blueprint

    async def receive(self, request: Request, department: str) -> HTTPResponse:
        """Take a push of the city."""
        desk = self._desk(department)
        event = self._checked(desk, request)
        fault = desk.system.next_fault()
        if fault is not None and fault.kind is FaultKind.REFUSE:
            return answer({"error": "refused on command"}, status=fault.status)
        is_new = desk.system.receive(event)
        if is_new and event.event is EventKind.DISPATCHED and desk.system.routine:
            self._tasks.start(f"routine of {department}", _follow(desk, event.number))
        if fault is not None and fault.kind is FaultKind.SLOW:
            await asyncio.sleep(fault.delay_s)
        if fault is not None and fault.kind is FaultKind.ANSWER_LOST:
            cast(asyncio.Transport, request.transport).abort()
        return answer({"received": True, "repeated": not is_new})

    async def events(self, _request: Request, department: str) -> HTTPResponse:
        """Return what the city has pushed, oldest first."""
        return answer({"events": tuple(self._desk(department).system.events)})

    async def look(self, _request: Request, *, department: str, number: str) -> HTTPResponse:
        """Return a petition as the city shows it to the department."""
        return answer(await self._desk(department).look(number))

    async def act(self, request: Request, *, department: str, number: str, action: str) -> HTTPResponse:
        """Take an action on a petition and return what the city answered."""
        wanted = asked(request, Act)
        try:
            replies = await self._desk(department).act(number, action, body=wanted.body, times=wanted.times)
        except NoSuchAction as error:
            raise Refused("no such action", status=404) from error
        return answer({"replies": replies})

    async def set_routine(self, request: Request, department: str) -> HTTPResponse:
        """Set what the system does by itself; no steps switch it off."""
        routine = asked(request, Routine)
        self._desk(department).system.routine = routine.steps
        return answer(routine)

    async def plan_fault(self, request: Request, department: str) -> HTTPResponse:
        """Plan a fault of the next pushes."""
        fault = asked(request, Fault)
        self._desk(department).system.plan(fault)
        return answer(fault, status=201)

    def _desk(self, department: str) -> Desk:
        if department not in self._desks:
            raise Refused("no such department", status=404)
        return self._desks[department]

    def _checked(self, desk: Desk, request: Request) -> Event:
        target = request.path + (f"?{request.query_string}" if request.query_string else "")
        message = Message(method=request.method, target=target, body=request.body)
        try:
            desk.system.signatures.check(message, request.headers)
            return msgspec.json.decode(request.body, type=Event)
        except NotSigned as error:
            raise Refused(str(error), status=401) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Refused(str(error), status=400) from error


async def _follow(desk: Desk, number: str) -> None:
    for step in desk.system.routine:
        await asyncio.sleep(step.after_s)
        await desk.act(number, step.action, body=step.body)
