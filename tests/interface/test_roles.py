"""Every route of the app and the desk times every kind of caller: who gets through the door, and who does not."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.system import DEPARTMENT_ACCOUNT, Client, Running
from tests.support.system import system as system  # noqa: PLC0414 - a fixture, imported by name

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALLERS: tuple[str, ...] = ("nobody", "guest", "clerk1", "agent1", "supervisor1", "operator1", DEPARTMENT_ACCOUNT)
CITIZENS = {"guest"}
PETITION_STAFF = {"clerk1", "agent1", "supervisor1", DEPARTMENT_ACCOUNT}
PUBLISHERS = {"clerk1", "supervisor1"}
CENTRE = {"clerk1", "agent1", "supervisor1"}
COUNTERS = {"clerk1", "supervisor1", "operator1"}
WATCHERS = {"operator1", "supervisor1"}
OPERATORS = {"operator1"}
STAFF = {"clerk1", "agent1", "supervisor1", "operator1", DEPARTMENT_ACCOUNT}
EVERYBODY: set[str] = set(CALLERS)
UNKNOWN = "QD20261124-00000X"

ROUTES: dict[tuple[str, str], tuple[set[str], int]] = {
    ("POST", "/api/v1/guests"): (EVERYBODY, 201),
    ("POST", "/api/v1/messages"): (CITIZENS, 400),
    ("GET", "/api/v1/messages"): (CITIZENS, 200),
    ("POST", "/api/v1/messages/{seq}/feedback"): (CITIZENS, 404),
    ("POST", "/api/v1/stream/tickets"): (CITIZENS, 201),
    ("GET", "/api/v1/items"): (EVERYBODY, 200),
    ("GET", "/api/v1/items/{code}"): (EVERYBODY, 404),
    ("GET", "/api/v1/public/petitions"): (EVERYBODY, 200),
    ("GET", "/api/v1/public/petitions/{identity}"): (EVERYBODY, 404),
    ("POST", "/api/v1/petitions"): (CITIZENS, 400),
    ("GET", "/desk/api/v1/petitions"): (PETITION_STAFF, 200),
    ("GET", "/desk/api/v1/petitions/{number}"): (PETITION_STAFF, 404),
    ("POST", "/desk/api/v1/petitions/{number}/contact"): (PETITION_STAFF, 404),
    ("POST", "/desk/api/v1/petitions/{number}/{action}"): (PETITION_STAFF, 404),
    ("GET", "/desk/api/v1/deliveries"): (WATCHERS, 200),
    ("GET", "/desk/api/v1/deliveries/{delivery}"): (WATCHERS, 404),
    ("POST", "/desk/api/v1/deliveries/{delivery}/replay"): (WATCHERS, 404),
    ("POST", "/desk/api/v1/petitions"): (CENTRE, 422),
    ("GET", "/desk/api/v1/replies"): (CENTRE, 200),
    ("POST", "/desk/api/v1/replies/{reply}/taken"): (CENTRE, 404),
    ("GET", "/desk/api/v1/figures"): (COUNTERS, 200),
    ("GET", "/desk/api/v1/bulletins/{month}"): (COUNTERS, 404),
    ("GET", "/desk/api/v1/bulletins/{month}/html"): (COUNTERS, 404),
    ("GET", "/desk/api/v1/bulletins/{month}/csv"): (COUNTERS, 404),
    ("GET", "/desk/api/v1/notices"): (CENTRE, 200),
    ("POST", "/desk/api/v1/notices/{notice}/seen"): (CENTRE, 404),
    ("GET", "/desk/api/v1/petitions/{number}/similar"): (CENTRE, 404),
    ("POST", "/desk/api/v1/petitions/{number}/merge"): (PETITION_STAFF, 404),
    ("POST", "/desk/api/v1/petitions/{number}/unmerge"): (PETITION_STAFF, 404),
    ("POST", "/desk/api/v1/petitions/{number}/preview"): (PUBLISHERS, 404),
    ("POST", "/desk/api/v1/petitions/{number}/publish"): (PUBLISHERS, 404),
    ("POST", "/desk/api/v1/petitions/{number}/unpublish"): (PUBLISHERS, 404),
    ("GET", "/desk/api/v1/questions"): (OPERATORS, 200),
    ("POST", "/desk/api/v1/questions/{question}/dismiss"): (OPERATORS, 404),
    ("GET", "/desk/api/v1/decisions"): (OPERATORS, 200),
    ("GET", "/desk/api/v1/wording"): (OPERATORS, 200),
    ("GET", "/desk/api/v1/wording/versions"): (OPERATORS, 200),
    ("POST", "/desk/api/v1/wording/trials"): (OPERATORS, 422),
    ("POST", "/desk/api/v1/wording/changes"): (OPERATORS, 422),
    ("POST", "/desk/api/v1/wording/rollback"): (OPERATORS, 404),
    ("GET", "/desk/api/v1/audit"): ({"supervisor1"}, 200),
    ("GET", "/desk/api/v1/audit/verification"): ({"supervisor1"}, 200),
    ("DELETE", "/desk/api/v1/sessions"): (STAFF, 200),
}
"""Who passes the door, and what a call about nothing by them then gets."""

QUERIES = {"/desk/api/v1/replies": "?source=phone", "/desk/api/v1/figures": "?day=2026-11-24"}
BODIES: dict[str, dict[str, object]] = {
    "/desk/api/v1/petitions": {"kind": "help", "text": " "},
    "/desk/api/v1/petitions/{number}/contact": {"purpose": "核实情况"},
    "/desk/api/v1/petitions/{number}/publish": {"seen": "x"},
    "/desk/api/v1/petitions/{number}/merge": {"lead": "x"},
    "/api/v1/messages/{seq}/feedback": {"useful": True},
    "/desk/api/v1/wording/trials": {"kind": "alias", "item": "x"},
    "/desk/api/v1/wording/changes": {"base": 0, "kind": "alias", "item": "x"},
    "/desk/api/v1/wording/rollback": {"base": 0, "to": 999_999_999},
}
"""What must fit before the role is looked at; elsewhere nothing will do."""

OPENED_BY_KEY = {
    ("GET", "/api/v1/petitions/{number}"),
    ("POST", "/api/v1/petitions/{number}/rating"),
    ("POST", "/api/v1/petitions/{number}/withdraw"),
    ("POST", "/api/v1/petitions/{number}/urge"),
    ("POST", "/api/v1/petitions/{number}/supplement"),
}
"""Open to whoever holds the query key; the number alone opens nothing, see test_petitions.py."""

ELSEWHERE = {
    ("POST", "/api/v1/media"),
    ("GET", "/api/v1/media/{media_id}"),
    ("GET", "/api/v1/stream"),
    ("GET", "/api/v1/openapi.json"),
    ("POST", "/desk/api/v1/sessions"),
}
"""Not JSON in and out, or open by nature: each has its own tests."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def callers(system: Running) -> AsyncIterator[dict[str, Client]]:
    """Give a client for every kind of caller."""
    made = {"nobody": system.client, "guest": await system.client.guest()}
    for name in CALLERS:
        if name not in made:
            made[name] = await system.client.staff(name)
    yield made


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_who_may_call_gets_through_and_nobody_else(
    system: Running, callers: dict[str, Client], method: str, path: str, caller: str
) -> None:
    allowed, then = ROUTES[method, path]
    client = callers[caller] if method != "DELETE" or caller not in STAFF else await system.client.staff(caller)
    # When somebody calls with nothing in hand
    body = BODIES.get(path, {}) if method == "POST" else None
    filled = re.sub(r"\{\w+\}", UNKNOWN, path.replace("{month}", "2026-10"))
    answer = await client.call(method, filled + QUERIES.get(path, ""), body)
    # Then the door opens or stays shut by role alone
    if caller in allowed:
        assert answer.status == then
    else:
        is_staffs = path.startswith("/desk")
        knows_nobody = caller == "nobody" or (caller not in STAFF if is_staffs else caller in STAFF)
        assert answer.status == (401 if knows_nobody else 403)


async def test_the_table_above_has_every_route_there_is(system: Running) -> None:
    there = {
        (method, "/" + re.sub(r"<(\w+)(?::[^>]*)?>", r"{\1}", route.path))
        for route in system.system.app.router.routes
        for method in route.methods - {"HEAD"}
        if route.path.startswith(("api/v1", "desk/api/v1"))
    }
    assert there == ROUTES.keys() | OPENED_BY_KEY | ELSEWHERE
