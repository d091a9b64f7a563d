"""Lead a demonstration's accounts and units to the simulators of the same port; nothing here runs elsewhere."""

import base64
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace
from sanic import Sanic

from assembly.ground import Ground
from channels.departments.settings import System as UnitSystem
from channels.wechat.settings import PLATFORM, Account, TemplateSettings
from services.promises import Topic
from simulators.demonstration import (
    ACCOUNT_TITLE,
    PROGRESS,
    PROGRESS_FIELDS,
)
from simulators.departments.routes import PREFIX as SIMULATED_DEPARTMENTS
from simulators.departments.system import DepartmentSettings as AgreedSystem
from simulators.wechat.settings import AccountSettings as RegisteredAccount
from simulators.wechat.settings import Mode as RegisteredMode
from simulators.wiring import PREFIX as SIMULATED_PLATFORM
from simulators.wiring import Plan, Simulators, attach


def attach_simulators(
    app: Sanic[Any, Any], ground: Ground, *, accounts: dict[str, Account], systems: dict[str, UnitSystem]
) -> Simulators | None:
    """Under demo, simulate the platform for every account whose base address nobody moved, and lead it there.

    The same for units' systems without an address: each is simulated and pushed to.
    """
    simulated = {
        name: account
        for name, account in accounts.items()
        if ground.settings.server.demo and account.api_base == PLATFORM
    }
    if not ground.settings.server.demo:
        return None
    outside = ground.settings.server.outside
    units = {key: unit for key, unit in systems.items() if not unit.takes_pushes}
    plan = Plan(
        accounts=tuple(as_registered(account, outside) for account in simulated.values()),
        departments=tuple(as_agreed(unit, outside) for unit in units.values()),
        public_base=outside,
    )
    for key, unit in units.items():
        systems[key] = replace(unit, url=f"{outside}{SIMULATED_DEPARTMENTS}/{unit.id}")
    for name, account in simulated.items():
        templates = account.templates or PETITION_TEMPLATES
        accounts[name] = replace(account, api_base=f"{outside}{SIMULATED_PLATFORM}", templates=templates)
    return attach(app, plan, clock=ground.clock, tasks=ground.tasks)


def simulated_accounts(accounts: Mapping[str, Account]) -> frozenset[str]:
    """Return the accounts that were led to our own simulator."""
    return frozenset(name for name, account in accounts.items() if SIMULATED_PLATFORM in account.api_base)


def as_registered(account: Account, outside: str) -> RegisteredAccount:
    """Return an account of ours as its owner would have registered it with the platform."""
    return RegisteredAccount(
        name=account.name,
        title=ACCOUNT_TITLE,
        app_id=account.app_id,
        original_id=account.original_id or f"gh_{account.app_id[2:14]}",
        secret=account.secret.reveal(),
        token=account.token.reveal(),
        aes_key=base64.b64encode(account.cipher_key).decode().rstrip("="),
        mode=RegisteredMode(account.mode),
        callback_url=f"{outside}/wechat/{account.name}",
        templates=(PROGRESS,),
    )


def as_agreed(unit: UnitSystem, outside: str) -> AgreedSystem:
    """Return a unit's system as the unit would have set it up."""
    return AgreedSystem(
        id=unit.id,
        name=unit.id,
        key=unit.key,
        secret=unit.secret.reveal(),
        city_base=f"{outside}/departments/api/v1",
    )


PETITION_TEMPLATES = {
    topic: TemplateSettings(id=PROGRESS.template_id, fields=PROGRESS_FIELDS)
    for topic in Topic
    if topic is not Topic.CONVERSATION_REPLY
}
