"""Whoever signs in stands in the audit log."""

import pytest

from channels.desk.routes_sessions import SessionRoutes
from services.coordination.in_process import InProcessLimiter
from services.identity.staff import Role, StaffService
from services.identity.store import SESSIONS, STAFF
from tests.support.audit import a_log_book
from tests.support.database import fresh_database
from tests.support.desk import a_desk
from tests.support.set_clock import SetClock

PASSWORD = "a-password-for-tests"


@pytest.mark.parametrize(("password", "status", "entries"), [(PASSWORD, 201, 1), ("wrong", 401, 0)])
async def test_a_sign_in_is_recorded_before_the_token_is_shown(password: str, status: int, entries: int) -> None:
    async with a_log_book() as book, fresh_database() as database:
        clock = SetClock()
        staff = StaffService(
            database.collection(STAFF), database.collection(SESSIONS), clock=clock, limiter=InProcessLimiter()
        )
        await database.open()
        await staff.set_account("clerk1", PASSWORD, role=Role.CLERK)
        async with a_desk(*SessionRoutes(staff=staff, audit=book.log, clock=clock).endpoints()) as desk:
            body = {"name": "clerk1", "password": password}
            assert (await desk.call("POST", "/sessions", body))[0] == status
        acts = [entry.act for entry in await book.all()]
        assert [(act.kind, act.by, act.role, act.at) for act in acts] == [
            ("staff.sign_in", "clerk1", "clerk", clock.now())
        ] * entries
