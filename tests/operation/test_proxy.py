"""Whose address counts behind a proxy: the one a trusted proxy saw, and nothing a caller writes."""

import structlog

from services.identity.staff import TRIES
from tests.support.database import fast_folder
from tests.support.live import PASSWORD
from tests.support.system import Client, serving_system

SIGN_IN = "/desk/api/v1/sessions"


async def signs_in(client: Client, password: str, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (await client.call("POST", SIGN_IN, {"name": "clerk1", "password": password}, headers=named)).status


async def test_behind_a_named_proxy_everybody_has_an_address_of_their_own() -> None:
    with fast_folder() as folder:
        async with serving_system(folder, QD_SERVER__PROXIES="1") as running:
            # A guesser may write what they like before the entry that our proxy adds
            for number in range(TRIES):
                spoofed = f"10.0.0.{number}, 198.51.100.7"
                assert await signs_in(running.client, "wrong", X_Forwarded_For=spoofed) == 401
            assert await signs_in(running.client, PASSWORD, X_Forwarded_For="203.0.113.1, 198.51.100.7") == 429
            assert await signs_in(running.client, PASSWORD, X_Forwarded_For="203.0.113.9") == 201


async def test_a_header_that_the_proxy_sets_goes_before_the_count() -> None:
    with fast_folder() as folder:
        async with serving_system(folder, QD_SERVER__REAL_IP_HEADER="X-Real-IP") as running:
            for _ in range(TRIES):
                assert await signs_in(running.client, "wrong", X_Real_IP="198.51.100.7") == 401
            assert await signs_in(running.client, PASSWORD, X_Real_IP="198.51.100.7") == 429
            assert await signs_in(running.client, PASSWORD, X_Real_IP="203.0.113.9") == 201


async def test_without_the_setting_nobody_chooses_an_address_and_the_log_says_so_once() -> None:
    with fast_folder() as folder, structlog.testing.capture_logs() as logs:
        async with serving_system(folder) as running:
            for number in range(TRIES):
                assert await signs_in(running.client, "wrong", X_Forwarded_For=f"10.0.0.{number}") == 401
            assert await signs_in(running.client, PASSWORD, X_Forwarded_For="10.0.0.99") == 429
            # Another name behind the same proxy is not locked out with it
            assert (await running.client.staff("agent1")).token
    warned = [line for line in logs if line["event"] == "sign-in through a proxy that the settings do not name"]
    assert [line["setting"] for line in warned] == ["server.proxies"]


async def test_a_proxy_that_says_nothing_usable_breaks_nothing() -> None:
    with fast_folder() as folder:
        async with serving_system(folder, QD_SERVER__PROXIES="2") as running:
            for address in ("", "   ", "not an address", "\t", "1.1.1.1," * 50):
                assert await signs_in(running.client, PASSWORD, X_Forwarded_For=address) == 201
