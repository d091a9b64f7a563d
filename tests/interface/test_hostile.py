"""Whatever is sent, the answer is a clear RFC 9457 error and nothing changed."""

import asyncio
from typing import Any

import pytest
from yarl import URL

from tests.support.system import Answer, Client, Running
from tests.support.system import system as system  # noqa: PLC0414 - a fixture, imported by name

pytestmark = pytest.mark.asyncio(loop_scope="session")

MESSAGES = "/api/v1/messages"
NINES = b"9" * 5_000


def assert_problem(answer: Answer, status: int, code: str = "request.malformed") -> None:
    """Check that an answer is an error as every one of ours is."""
    assert (answer.status, answer.body and answer.body["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body.keys() == {"status", "code", "title", "request_id", "fields"}
    assert answer.body["status"] == status
    assert answer.body["title"]
    assert answer.body["request_id"] == answer.headers["x-request-id"]


def a_message(text: bytes) -> bytes:
    return b'{"client_id":"hostile","parts":[{"type":"text","body":"' + text + b'"}]}'


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b'{"client_id":"c","parts":[{"type":"location","lat":NaN,"lng":1}]}', "body"),
        (b'{"client_id":"c","parts":[{"type":"location","lat":1e999,"lng":1}]}', "parts[0].lat"),
        (b'{"client_id":"c","parts":[{"type":"location","lat":"1","lng":1}]}', "parts[0].lat"),
        (b'{"client_id":' + NINES + b',"parts":[]}', "client_id"),
        (a_message(rb"\ud800"), "body"),
        (a_message(b"\xff\xfe"), "body"),
        (a_message(b"\x00"), "body"),
        (b"[" * 100_000, "body"),
        (b'{"client_id":"c","parts":' + b"[" * 50_000 + b"]" * 50_000 + b"}", "parts[0]"),
        (b'{"a":' * 40_000 + b"1" + b"}" * 40_000, "a"),
        (b"", "body"),
        (b"null", "body"),
        (b"{", "body"),
        (b"<xml/>", "body"),
        (b'{"client_id":"c","parts":[]}', "parts"),
        (b'{"client_id":"","parts":[{"type":"text","body":"a"}]}', "client_id"),
        (b'{"client_id":"c","parts":[{"type":"event","kind":"followed"}]}', "parts[0].type"),
        (b'{"client_id":"c","parts":[{"type":"text"}]}', "parts[0]"),
        (b'{"client_id":"c","parts":[{"type":"text","body":"a"}],"admin":true}', "admin"),
    ],
)
async def test_a_body_that_does_not_fit_is_a_400_that_names_the_place(system: Running, data: bytes, place: str) -> None:
    guest = await system.client.guest()
    answer = await guest.call("POST", MESSAGES, data=data)
    assert_problem(answer, 400)
    assert list(answer.body["fields"]) == [place]
    assert (await guest.call("GET", MESSAGES)).body == {"messages": []}


async def test_a_400_never_repeats_what_was_sent(system: Running) -> None:
    guest = await system.client.guest()
    body = {"kind": "CANARY-kind", "text": "x", "place": {"text": "y"}}
    answer = await guest.call("POST", "/api/v1/petitions", body)
    assert answer.body["fields"] == {"kind": "Invalid enum value"}
    assert b"CANARY" not in answer.data
    long = await guest.call("POST", MESSAGES, {"client_id": "c", "parts": [], "x" * 100_000: 1})
    assert_problem(long, 400)
    assert len(long.data) < 1_000


async def test_of_a_key_given_twice_the_last_one_counts_everywhere(system: Running) -> None:
    # One decoder reads every body, so no two parts of the system can disagree on it
    guest = await system.client.guest()
    data = b'{"client_id":"c1","client_id":"c2","parts":[{"type":"text","body":"x"}]}'
    first = await guest.call("POST", MESSAGES, data=data)
    again = await guest.call("POST", MESSAGES, {"client_id": "c2", "parts": [{"type": "text", "body": "x"}]})
    assert (first.status, first.body) == (200, again.body)


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"type": "text", "body": "长" * 2_001}, "body"),
        ({"type": "location", "lat": 90.1, "lng": 0}, "lat"),
        ({"type": "location", "lat": 0, "lng": -180.1}, "lat"),
        ({"type": "location", "lat": 0, "lng": 0, "label": "x" * 201}, "label"),
        ({"type": "choice", "id": "x" * 201}, "id"),
        ({"type": "choice", "id": "x", "label": "x" * 201}, "label"),
        ({"type": "image", "media_id": "x" * 201}, "media_id"),
    ],
)
async def test_a_part_nobody_can_have_sent_is_a_422_that_names_it(
    system: Running, part: dict[str, Any], field: str
) -> None:
    guest = await system.client.guest()
    fine = {"type": "text", "body": "好"}
    answer = await guest.call("POST", MESSAGES, {"client_id": "c", "parts": [fine, part]})
    assert_problem(answer, 422, "request.invalid")
    assert list(answer.body["fields"]) == [f"parts[1].{field}"]
    # And nothing of the message was taken, the good part neither
    assert (await guest.call("GET", MESSAGES)).body == {"messages": []}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (f"{MESSAGES}?after={NINES.decode()}", "after"),
        (f"{MESSAGES}?after=-1", "after"),
        (f"{MESSAGES}?after=x", "after"),
        (f"{MESSAGES}?after=1.5", "after"),
        ("/api/v1/items?limit=0", "limit"),
        ("/api/v1/items?limit=101", "limit"),
        (f"/api/v1/items?q={'x' * 201}", "q"),
        ("/api/v1/items/x?as_of=2026-02-30", "as_of"),
        (f"/api/v1/petitions/QD20261124-7K3M9P?key={'x' * 65}", "key"),
    ],
)
async def test_a_query_that_does_not_fit_is_a_400_that_names_the_place(system: Running, path: str, place: str) -> None:
    answer = await (await system.client.guest()).call("GET", path)
    assert_problem(answer, 400)
    assert list(answer.body["fields"]) == [place]


@pytest.mark.parametrize("text", ["%ff%fe", "%ED%A0%80", "%00", "%E0%B8%B2" * 20, "%27%20OR%201=1--", "[$ne]=1"])
async def test_a_search_for_anything_finds_or_does_not(system: Running, text: str) -> None:
    answer = await system.client.call("GET", f"/api/v1/items?q={text}&limit=1")
    assert answer.status == 200
    assert len(answer.body["items"]) <= 1


async def test_a_body_of_more_than_256_kb_is_a_413(system: Running) -> None:
    guest = await system.client.guest()
    assert_problem(await guest.call("POST", MESSAGES, data=a_message(b"x" * 300_000)), 413, "request.too_large")


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/api/v1/nothing", "/desk/api/v1/nothing", "/api/v1/petitions/x/y/z"]
)
async def test_a_route_that_is_not_there_is_a_404(system: Running, path: str) -> None:
    assert_problem(await system.client.call("GET", path), 404, "request.not_found")


@pytest.mark.parametrize("method", ["DELETE", "PUT", "OPTIONS", "PATCH", "BREW"])
async def test_a_method_that_is_not_there_is_a_405_that_names_those_that_are(system: Running, method: str) -> None:
    answer = await system.client.call(method, MESSAGES)
    assert_problem(answer, 405, "request.method_not_allowed")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


async def test_without_a_token_it_is_a_401_that_names_the_scheme(system: Running) -> None:
    for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}, {"Authorization": "Bearer x y"}):
        answer = await system.client.call("GET", MESSAGES, headers=headers)
        assert_problem(answer, 401, "identity.not_signed_in")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/api/v1/items", "/api/v1/openapi.json", "/docs", "/metrics", "/health/ready"])
async def test_head_is_get_without_the_body(system: Running, path: str) -> None:
    head, get = await system.client.call("HEAD", path), await system.client.call("GET", path)
    assert (head.status, head.data) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    if path != "/metrics":
        assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"garbage", 400),
        (b"GET /health/live HTTP/9.9", 400),
        (b"GET /health/live", 400),
        (b"get /health/live HTTP/1.1", 405),
        (b"GET /health/live HTTP/1.1\r\nX: " + b"x" * 20_000, 413),
        (b"POST /api/v1/guests HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3", 400),
        (b"POST /api/v1/guests HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked", 400),
        (b"POST /api/v1/guests HTTP/1.1\r\nContent-Length: +2", 400),
        (b"POST /api/v1/guests HTTP/1.1\r\nContent-Length: -2", 400),
        (b"POST /api/v1/guests HTTP/1.1\r\nContent-Length: 99999999", 413),
        (b"POST /api/v1/guests HTTP/1.1\r\nContent-Length: 2\r\nExpect: miracles", 417),
    ],
)
async def test_http_that_is_none_is_answered_as_an_error(system: Running, request_line: bytes, status: int) -> None:
    said = await spoken(system.client, request_line + b"\r\nHost: x\r\n\r\n{}")
    assert said.startswith(b"HTTP/1.1 %d " % status)
    assert b"application/problem+json" in said
    assert b'"request_id":"' in said


async def spoken(client: Client, data: bytes) -> bytes:
    url = URL(client.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(data)
    async with asyncio.timeout(5):
        said = await reader.readuntil(b'"fields":{}}')
    writer.close()
    return said


async def test_an_id_with_percent_signs_is_the_id(system: Running) -> None:
    operator = await system.client.staff("operator1")
    page = await operator.call("GET", "/desk/api/v1/deliveries/cv_x%3Areply%3A2%40cv_x")
    assert_problem(page, 404, "store.missing")
    assert_problem(await operator.call("GET", "/desk/api/v1/deliveries?cursor=zz"), 404, "store.bad_cursor")
