"""Serve the platform's API over HTTP: errors stand in the body of a 200, faults come on command."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeAlias, cast

import orjson
from msgspec import Struct
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import html, raw

from simulators.uploads import form_file, read_body
from simulators.wechat.account import Account
from simulators.wechat.caller import Caller
from simulators.wechat.calls import customer, menu, quotas, subscriptions, templates, tokens, users
from simulators.wechat.calls.asked import Answer, Asked
from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.faults import ApiFault, ApiFaultKind
from simulators.wechat.media import LARGEST, MediaKind
from simulators.wechat.platform import Platform

Call: TypeAlias = Callable[[Account, Asked], Answer]
Finder: TypeAlias = Callable[[Platform, Asked], Account]
Handler: TypeAlias = Callable[[Request], Coroutine[Any, Any, HTTPResponse]]

BAD_GATEWAY: Final = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"
LARGEST_UPLOAD: Final = max(LARGEST.values()) + (64 << 10)


class Endpoint(Struct, frozen=True, kw_only=True):
    """Describe one API: its method, what it does and how the account is found."""

    method: str
    call: Call
    account: Finder


def _by_token(platform: Platform, asked: Asked) -> Account:
    return platform.account_by_token(asked.query.get("access_token", ""))


def _post(call: Call, account: Finder = _by_token) -> Endpoint:
    return Endpoint(method="POST", call=call, account=account)


def _get(call: Call, account: Finder = _by_token) -> Endpoint:
    return Endpoint(method="GET", call=call, account=account)


ENDPOINTS: dict[str, Endpoint] = {
    "/cgi-bin/token": _get(tokens.plain_token, tokens.plain_account),
    "/cgi-bin/stable_token": _post(tokens.stable_token, tokens.stable_account),
    "/cgi-bin/message/custom/send": _post(customer.send),
    "/cgi-bin/message/custom/typing": _post(customer.typing),
    "/cgi-bin/message/template/send": _post(templates.send),
    "/cgi-bin/message/subscribe/bizsend": _post(subscriptions.send),
    "/cgi-bin/menu/create": _post(menu.create),
    "/cgi-bin/menu/get": _get(menu.get),
    "/cgi-bin/menu/delete": _get(menu.delete),
    "/cgi-bin/user/info": _get(users.info),
    "/cgi-bin/clear_quota": _post(quotas.clear),
    "/cgi-bin/openapi/quota/get": _post(quotas.get),
}
UNCOUNTED: Final = frozenset({"/cgi-bin/clear_quota", "/cgi-bin/openapi/quota/get"})
MEDIA_GET: Final = "/cgi-bin/media/get"
MEDIA_UPLOAD: Final = "/cgi-bin/media/upload"


class Api:
    """Serve the calls of developers' servers."""

    def __init__(self, platform: Platform, caller: Caller) -> None:
        self._platform = platform
        self._caller = caller

    def blueprint(self, name: str, prefix: str) -> Blueprint:
        """Return the routes; several copies under different prefixes share one platform."""
        blueprint = Blueprint(name, url_prefix=prefix)
        for path, endpoint in ENDPOINTS.items():
            handler = self._serving(path, endpoint)
            blueprint.add_route(handler, path, methods=("GET", "POST"), name=path.strip("/").replace("/", "_"))
        blueprint.add_route(self.download, MEDIA_GET, methods=("GET", "POST"), name="media_get")

        async def upload(request: Request) -> HTTPResponse:  # Sanic marks stream handlers, and a method takes no mark
            return await self.upload(request)

        blueprint.add_route(upload, MEDIA_UPLOAD, methods=("POST",), name="media_upload", stream=True)
        return blueprint

    async def download(self, request: Request) -> HTTPResponse:
        """Send a temporary material, or JSON with the errcode."""

        def find(account: Account, asked: Asked) -> HTTPResponse:
            media = account.media.get(asked.query.get("media_id", ""))
            disposition = f'attachment; filename="{media.file_name}"'
            return raw(media.body, headers={"Content-Disposition": disposition}, content_type=media.format.content_type)

        return await self._answer(request, MEDIA_GET, find=_by_token, act=find)

    async def upload(self, request: Request) -> HTTPResponse:
        """Take a temporary material from a multipart form with the field ``media``."""
        body = await read_body(request, largest=LARGEST_UPLOAD)

        def keep(account: Account, asked: Asked) -> HTTPResponse:
            if asked.query.get("type", "") not in set(MediaKind):
                raise ApiRefused(Errcode.MEDIA_TYPE_INVALID)
            if body is None:
                raise ApiRefused(Errcode.MEDIA_SIZE_INVALID)
            content = form_file(body, request.headers.get("content-type", ""), name="media")
            if content is None:
                raise ApiRefused(Errcode.MEDIA_MISSING)
            media = account.media.put(MediaKind(asked.query["type"]), content)
            created = int(media.created_at.timestamp())
            return _json({"type": media.kind, "media_id": media.media_id, "created_at": created})

        return await self._answer(request, MEDIA_UPLOAD, find=_by_token, act=keep)

    def _serving(self, path: str, endpoint: Endpoint) -> Handler:
        def act(account: Account, asked: Asked) -> HTTPResponse:
            return _json(endpoint.call(account, asked))

        async def handle(request: Request) -> HTTPResponse:
            if request.method != endpoint.method:
                wrong = Errcode.POST_REQUIRED if endpoint.method == "POST" else Errcode.GET_REQUIRED
                return _json(ApiRefused(wrong).body())
            return await self._answer(request, path, find=endpoint.account, act=act)

        return handle

    async def _answer(
        self, request: Request, path: str, *, find: Finder, act: Callable[[Account, Asked], HTTPResponse]
    ) -> HTTPResponse:
        asked = Asked({key: values[0] for key, values in request.args.items()}, request.body or b"")
        try:
            account = find(self._platform, asked)
            fault = account.faults.next_api(path)
            if fault is not None and (refusal := await _before(fault)) is not None:
                return refusal
            if path not in UNCOUNTED:
                account.quotas.spend(path)
            response = act(account, asked)
        except ApiRefused as refused:
            return _json(refused.body())
        self._caller.push_owed(account)
        if fault is not None:
            await _after(fault, request)
        return response


async def _before(fault: ApiFault) -> HTTPResponse | None:
    match fault.kind:
        case ApiFaultKind.REFUSE:
            return _json(_refusal(fault.errcode))
        case ApiFaultKind.HTTP_ERROR:
            return html(BAD_GATEWAY, status=fault.status)
        case ApiFaultKind.SLOW:
            await asyncio.sleep(fault.delay_s)
        case ApiFaultKind.ANSWER_LATE | ApiFaultKind.ANSWER_LOST:
            pass
    return None


async def _after(fault: ApiFault, request: Request) -> None:
    if fault.kind is ApiFaultKind.ANSWER_LATE:
        await asyncio.sleep(fault.delay_s)
    if fault.kind is ApiFaultKind.ANSWER_LOST and request.transport is not None:
        cast(asyncio.Transport, request.transport).abort()


def _refusal(code: int) -> Answer:
    if code in set(Errcode):
        return ApiRefused(Errcode(code)).body()
    return {"errcode": code, "errmsg": "unknown error"}  # a code of tomorrow: clients must cope with it


def _json(body: Answer) -> HTTPResponse:
    # The platform writes "encoding", not "charset"; clients that insist on the media type trip over it.
    return raw(orjson.dumps(body), content_type="application/json; encoding=utf-8")
