"""Let the phone page and tests look at accounts, plan faults and follow deliveries over HTTP."""

import asyncio
from enum import StrEnum

from msgspec import Struct
from sanic import Blueprint, HTTPResponse, Request

from simulators.control import Refused, answer, asked, plainly
from simulators.wechat.account import Account
from simulators.wechat.control_phones import LONGEST_WAIT, Nothing
from simulators.wechat.delivery import Outcome, Result
from simulators.wechat.exchange import Exchange
from simulators.wechat.faults import ApiFault, CallbackFault
from simulators.wechat.settings import Mode


class AccountState(Struct, frozen=True, kw_only=True):
    """Show an account; no secret is in here."""

    name: str
    title: str
    app_id: str
    mode: Mode
    callback_url: str
    people: tuple["Person", ...]
    faults: dict[str, int]
    problems: tuple[Outcome, ...]


class Person(Struct, frozen=True, kw_only=True):
    """Show a person who has met the account."""

    openid: str
    nickname: str
    following: bool


class NewPerson(Struct, forbid_unknown_fields=True):
    """Name a person to be added."""

    nickname: str


class TokenFault(StrEnum):
    """What may happen to an account's tokens."""

    EXPIRE = "expire"  # 42001
    INVALIDATE = "invalidate"  # 40001


class TokenFaultRequest(Struct, forbid_unknown_fields=True):
    """Name what shall happen to the tokens."""

    kind: TokenFault


class QuotaFaultRequest(Struct, forbid_unknown_fields=True):
    """Name the API whose day quota shall be used up."""

    path: str


class AccountControl:
    """Serve accounts and their faults."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def add_to(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        one = "/accounts/<name:str>"
        routes = (
            ("/accounts", "GET", self.list_all),
            (one, "GET", self.show),
            (f"{one}/people", "POST", self.add_person),
            (f"{one}/check-url", "POST", self.check_url),
            (f"{one}/deliveries/<number:int>", "GET", self.delivery),
            (f"{one}/faults/api", "POST", self.plan_api_fault),
            (f"{one}/faults/callback", "POST", self.plan_callback_fault),
            (f"{one}/faults/tokens", "POST", self.break_tokens),
            (f"{one}/faults/quota", "POST", self.exhaust_quota),
            (f"{one}/faults", "DELETE", self.clear_faults),
        )
        for path, method, handler in routes:
            blueprint.add_route(plainly(handler), path, methods=[method], name=handler.__name__)

    async def list_all(self, _request: Request) -> HTTPResponse:
        """Show every account."""
        return answer([_state(account) for account in self._exchange.platform.accounts.values()])

    async def show(self, _request: Request, name: str) -> HTTPResponse:
        """Show one account."""
        return answer(_state(self._account(name)))

    async def add_person(self, request: Request, name: str) -> HTTPResponse:
        """Add a person who does not follow yet; the same nickname is the same person."""
        nickname = asked(request, NewPerson).nickname.strip()
        if not nickname:
            raise Refused("nickname is empty", status=400)
        person = self._account(name).person(nickname)
        return answer(Person(openid=person.openid, nickname=nickname, following=person.following), status=201)

    async def check_url(self, request: Request, name: str) -> HTTPResponse:
        """Check the callback address as the platform does when it is saved."""
        asked(request, Nothing)
        reason = await self._exchange.caller.check_url(self._account(name))
        return answer({"accepted": not reason, "reason": reason})

    async def delivery(self, _request: Request, name: str, number: int) -> HTTPResponse:
        """Show a delivery, waiting a little for its end."""
        account = self._account(name)
        found = next((known for known in account.deliveries if known.outcome.id == number), None)
        if found is None:
            raise Refused("no such delivery", status=404)
        try:
            async with asyncio.timeout(LONGEST_WAIT.total_seconds()):
                return answer(await found.settled())
        except TimeoutError:
            return answer(found.outcome)

    async def plan_api_fault(self, request: Request, name: str) -> HTTPResponse:
        """Plan a fault of the API."""
        account = self._account(name)
        account.faults.plan_api(asked(request, ApiFault))
        return answer(_state(account), status=201)

    async def plan_callback_fault(self, request: Request, name: str) -> HTTPResponse:
        """Plan a fault of the callbacks."""
        account = self._account(name)
        account.faults.plan_callback(asked(request, CallbackFault))
        return answer(_state(account), status=201)

    async def break_tokens(self, request: Request, name: str) -> HTTPResponse:
        """Expire or invalidate every token of the account."""
        account = self._account(name)
        match asked(request, TokenFaultRequest).kind:
            case TokenFault.EXPIRE:
                account.tokens.expire()
            case TokenFault.INVALIDATE:
                account.tokens.invalidate()
        return answer(_state(account), status=201)

    async def exhaust_quota(self, request: Request, name: str) -> HTTPResponse:
        """Use up the rest of an API's day."""
        account = self._account(name)
        account.quotas.exhaust(asked(request, QuotaFaultRequest).path)
        return answer(_state(account), status=201)

    async def clear_faults(self, _request: Request, name: str) -> HTTPResponse:
        """Forget every planned fault."""
        account = self._account(name)
        account.faults.clear()
        return answer(_state(account))

    def _account(self, name: str) -> Account:
        try:
            return self._exchange.account(name)
        except KeyError as error:
            raise Refused("no such account", status=404) from error


def _state(account: Account) -> AccountState:
    settings = account.settings
    outcomes = [delivery.outcome for delivery in account.deliveries]
    bad = tuple(found for found in outcomes if found.result in {Result.MALFORMED, Result.UNANSWERED})
    people = (
        Person(openid=person.openid, nickname=person.nickname, following=person.following)
        for person in account.followers.values()
    )
    return AccountState(
        name=settings.name,
        title=settings.title,
        app_id=settings.app_id,
        mode=settings.mode,
        callback_url=settings.callback_url,
        people=tuple(people),
        faults=account.faults.pending(),
        problems=bad[-20:],
    )
