"""State one call of our JSON API once: its route, its checks and its place in OpenAPI all come from here."""

import re
from collections.abc import Awaitable, Callable, Coroutine
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct
from sanic import Blueprint, HTTPResponse, Request

from channels.problem import malformed
from channels.wording import IDEMPOTENCY_KEY
from services.errors import Invalid

_VISIBLE = re.compile(r"[\x21-\x7e]+")

JSON = "application/json"


class Caller(StrEnum):
    """Who may call."""

    ANYBODY = "anybody"
    GUEST = "guest"
    """Whoever holds a citizen's or guest's token."""
    STAFF = "staff"
    DEPARTMENT = "department"
    """A unit's own system, by its signature."""


class Call(Struct, frozen=True, kw_only=True):
    """One call, decoded: ``body`` and ``query`` have the endpoint's types, ``who`` is what the authenticator returned."""

    body: Any
    query: Any
    path: dict[str, str]
    who: Any
    request: Request

    @property
    def address(self) -> str:
        """Return where the call comes from: the peer, or what a configured proxy says."""
        return self.request.client_ip or self.request.ip

    @property
    def is_address_told(self) -> bool:
        """Tell whether a proxy that the settings name said where the call comes from."""
        return bool(self.request.remote_addr)

    def header(self, name: str) -> str:
        """Return a request header, empty when it is missing."""
        value = self.request.headers.get(name)
        return value or ""

    def idempotency_key(self, *, least: int = 1, most: int = 128) -> str:
        """Return the header by which a repeat is the same call, empty when it is missing.

        Raises:
            Invalid: it is not of so many visible ASCII characters.
        """
        key = self.header("idempotency-key")
        if key and not (least <= len(key) <= most and _VISIBLE.fullmatch(key)):
            raise Invalid(fields={"Idempotency-Key": IDEMPOTENCY_KEY.format(least=least, most=most)})
        return key


class NoQuery(Struct, frozen=True):
    """A call without query parameters; unknown ones are ignored."""


class NoBody(Struct, frozen=True):
    """A call without a body; an empty one or ``{}`` is fine."""


class NoAnswer(Struct, frozen=True):
    """An empty object."""


Handler = Callable[[Call], Awaitable[Struct]]
Authenticator = Callable[[str], Awaitable[Any]]
"""From a bearer token to who holds it; raises `NotSignedIn`."""
Identifier = Callable[[Request], Awaitable[Any]]
"""From a request to who makes it, where a bearer token is not the way."""


class Description(Struct, frozen=True, kw_only=True):
    """What a client must know of one call. ``path`` is in Sanic's form (``/items/<code:str>``), below the prefix."""

    method: str
    path: str
    summary: str
    answer: type[Struct] | type[bytes]
    """``bytes``: no JSON but a file of the kind ``answers_with``."""
    body: Any = NoBody
    """A Struct; a mapping of raw fields where a handler decodes by name; ``bytes``: a file, streamed."""
    query: type[Struct] = NoQuery
    status: int = 200
    caller: Caller = Caller.ANYBODY
    answers_with: str = JSON


class Endpoint(Description, frozen=True, kw_only=True):
    """One call of JSON in and out, with what answers it."""

    handler: Handler


def mounted(blueprint: Blueprint, endpoints: tuple[Endpoint, ...], *, authenticate: Authenticator) -> Blueprint:
    """Add every endpoint's route to a blueprint and return it; callers show a bearer token."""

    async def identify(request: Request) -> object:
        return await authenticate(bearer(request))

    return mounted_for(blueprint, endpoints, identify=identify)


def mounted_for(blueprint: Blueprint, endpoints: tuple[Endpoint, ...], *, identify: Identifier) -> Blueprint:
    """Add every endpoint's route to a blueprint and return it; what answers GET answers HEAD too (RFC 9110, 9.1)."""
    for endpoint in endpoints:
        name = (
            f"{endpoint.method.lower()}_{endpoint.path.strip('/').replace('/', '_').replace('<', '').replace('>', '')}"
        )
        blueprint.add_route(
            _serving(endpoint, identify),
            endpoint.path,
            methods=["GET", "HEAD"] if endpoint.method == "GET" else [endpoint.method],
            name=name.replace(":", "_").replace("-", "_"),
            unquote=True,
        )
    return blueprint


def bearer(request: Request) -> str:
    """Return the bearer token of a request, empty when there is none."""
    scheme, _, token = (request.headers.get("authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _serving(endpoint: Endpoint, identify: Identifier) -> Callable[..., Coroutine[Any, Any, HTTPResponse]]:
    body_decoder = msgspec.json.Decoder(endpoint.body)
    encoder = msgspec.json.Encoder()

    async def serve(request: Request, **path: str) -> HTTPResponse:
        who = await identify(request) if endpoint.caller is not Caller.ANYBODY else None
        call = Call(
            body=_decoded(body_decoder, request.body),
            query=_query(endpoint.query, request),
            path=path,
            who=who,
            request=request,
        )
        answer = await endpoint.handler(call)
        return HTTPResponse(encoder.encode(answer), status=endpoint.status, content_type=JSON)

    return serve


def _decoded(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:  # noqa: ANN401 - the endpoint's own type
    try:
        return decoder.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise malformed(error) from error


def _query(kind: type[Struct], request: Request) -> Any:  # noqa: ANN401 - the endpoint's own type
    flat = {name: values[0] for name, values in request.args.items() if values}
    try:
        return msgspec.convert(flat, kind, strict=False)
    except msgspec.ValidationError as error:
        raise malformed(error, place="query") from error
