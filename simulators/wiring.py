"""Attach the simulators to a Sanic application: what ``server.py`` does for demonstrations and tests for journeys."""

from datetime import timedelta
from typing import Any, Final

from msgspec import Struct
from sanic import Blueprint, Sanic

from services.clock import Clock
from services.tasks import Tasks
from simulators.departments.desk import Desk
from simulators.departments.routes import DepartmentRoutes
from simulators.departments.system import DepartmentSettings, DepartmentSystem
from simulators.phone.pages import phone_pages
from simulators.wechat.api import Api
from simulators.wechat.caller import PATIENCE, Caller
from simulators.wechat.control_accounts import AccountControl
from simulators.wechat.control_phones import PhoneControl
from simulators.wechat.exchange import Exchange
from simulators.wechat.settings import AccountSettings

PREFIX: Final = "/simulators/wechat"


class Plan(Struct, frozen=True, kw_only=True):
    """Say what is simulated.

    Attributes:
        accounts: the service accounts; each carries the address of its callback.
        departments: departments with a system of their own.
        public_base: scheme and host under which the application is reached, without a slash at the end.
        patience: how long the platform waits for an answer, and between tries; tests shorten it.
        api_at_root: also answer under ``/cgi-bin/...``, as on the platform's own host.
    """

    accounts: tuple[AccountSettings, ...]
    departments: tuple[DepartmentSettings, ...] = ()
    public_base: str
    patience: timedelta = PATIENCE
    api_at_root: bool = False


class Simulators(Struct, frozen=True):
    """Hold what tests and the server drive in process."""

    wechat: Exchange
    departments: dict[str, Desk]

    async def close(self) -> None:
        """Close outgoing connections; running callbacks end with the tasks registry."""
        await self.wechat.close()
        for desk in self.departments.values():
            await desk.close()


def attach(app: Sanic[Any, Any], plan: Plan, *, clock: Clock, tasks: Tasks) -> Simulators:
    """Add the simulated platform, its controls and the phone page to an application.

    The platform's API answers under ``/simulators/wechat/cgi-bin/...``, the controls under ``/simulators/wechat``,
    the phone page under ``/simulators/phone/``, departments' systems under ``/simulators/departments``. Nothing is sent
    until somebody uses a phone or tells a department to act.

    Args:
        app: the application, not started yet.
        plan: what is simulated.
        clock: tells the platform's time: windows, tokens and quotas follow it.
        tasks: where callbacks run.
    """
    caller = Caller(tasks, patience=plan.patience)
    exchange = Exchange(plan.accounts, clock=clock, caller=caller, media_base=f"{plan.public_base}{PREFIX}/media")
    api = Api(exchange.platform, exchange.caller)
    app.blueprint(api.blueprint("simulated_wechat_api", PREFIX))
    if plan.api_at_root:
        app.blueprint(api.blueprint("simulated_wechat_root", ""))
    control = Blueprint("simulated_wechat_control", url_prefix=PREFIX)
    PhoneControl(exchange).add_to(control)
    AccountControl(exchange).add_to(control)
    app.blueprint(control)
    app.blueprint(phone_pages())
    desks = {settings.id: Desk(DepartmentSystem(settings, clock=clock)) for settings in plan.departments}
    app.blueprint(DepartmentRoutes(desks, tasks=tasks).blueprint())
    return Simulators(exchange, desks)
