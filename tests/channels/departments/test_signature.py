"""Signatures of units' systems: the vector of the document, and every way to be refused."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from channels.departments.settings import System, SystemSettings, checked_systems
from channels.departments.signature import (
    KEY,
    NONCE,
    SIGNATURE,
    TIMESTAMP,
    NotSigned,
    SignatureCheck,
    Signed,
    signed_headers,
)
from services.coordination.in_process import InProcessMemory
from services.secret import Secret
from services.settings import BadSettings
from simulators.departments.signature import Message
from simulators.departments.signature import SignatureCheck as TheirCheck
from tests.support.petitions import city
from tests.support.set_clock import SetClock

SYSTEM = System(id="cgj", key="lamps", secret=Secret("a-shared-secret-of-32-characters"), url="https://lamps.test/in")
REQUEST = Signed(
    method="POST",
    target="/departments/api/v1/petitions/QD20261124-7K3M9P/answer",
    body='{"public_text":"路灯已修复。","internal_text":"更换镇流器"}'.encode(),
)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def check(clock: SetClock) -> SignatureCheck:
    return SignatureCheck({SYSTEM.key: SYSTEM}, memory=InProcessMemory(), clock=clock)


def test_the_signature_is_the_one_in_the_document() -> None:
    signature = REQUEST.signature(SYSTEM, timestamp="1795485600", nonce="n0nce-of-16-chars-or-more")
    assert signature == "971360328981532ce15b34e1652f3e1c1ec06f80a2a40920414dfbd1507054d8"


async def test_a_signed_request_is_known_once(check: SignatureCheck, clock: SetClock) -> None:
    headers = signed_headers(REQUEST, SYSTEM, at=clock.now())
    assert await check.of(REQUEST, headers) == SYSTEM
    clock.advance(timedelta(seconds=299))
    with pytest.raises(NotSigned):
        await check.of(REQUEST, headers)


async def test_a_unit_that_reads_the_document_accepts_our_signature(clock: SetClock) -> None:
    theirs = TheirCheck({SYSTEM.key: SYSTEM.secret.reveal()}, clock=clock)
    message = Message(method=REQUEST.method, target=REQUEST.target, body=REQUEST.body)
    assert theirs.check(message, signed_headers(REQUEST, SYSTEM, at=clock.now())) == SYSTEM.key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (KEY, "nobody"),
        (KEY, ""),
        (NONCE, "short"),
        (NONCE, "n" * 65),
        (NONCE, "with spaces in the nonce"),
        (TIMESTAMP, ""),
        (TIMESTAMP, "-1"),
        (TIMESTAMP, "²"),
        (TIMESTAMP, "9" * 12),
        (SIGNATURE, ""),
        (SIGNATURE, "0" * 64),
        (SIGNATURE, "签名"),
    ],
)
async def test_a_header_that_does_not_fit_is_refused(
    check: SignatureCheck, clock: SetClock, *, name: str, value: str
) -> None:
    headers = signed_headers(REQUEST, SYSTEM, at=clock.now())
    with pytest.raises(NotSigned):
        await check.of(REQUEST, headers | {name: value})
    assert await check.of(REQUEST, headers) == SYSTEM, "a forgery uses up nobody's nonce"


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_a_clock_more_than_five_minutes_off_is_refused(
    check: SignatureCheck, clock: SetClock, *, seconds: int
) -> None:
    headers = signed_headers(REQUEST, SYSTEM, at=clock.now() + timedelta(seconds=seconds))
    with pytest.raises(NotSigned):
        await check.of(REQUEST, headers)


@pytest.mark.parametrize("changed", [{"method": "PUT"}, {"target": REQUEST.target + "?a=1"}, {"body": b"{}"}])
async def test_whatever_is_changed_on_the_way_is_noticed(
    check: SignatureCheck, clock: SetClock, *, changed: dict[str, str]
) -> None:
    headers = signed_headers(REQUEST, SYSTEM, at=clock.now())
    with pytest.raises(NotSigned):
        await check.of(replace(REQUEST, **changed), headers)


GOOD = SystemSettings(key="k1", secret=Secret("s" * 32), url="https://unit.test/in/")


def test_settings_become_systems_by_key() -> None:
    systems = checked_systems({"cgj": GOOD}, is_known=city().rules.directory.__contains__)
    assert systems["k1"].url == "https://unit.test/in"
    assert systems["k1"].takes_pushes
    assert not replace(systems["k1"], url="").takes_pushes


@pytest.mark.parametrize(
    "settings",
    [
        {"nobody": GOOD},
        {"cgj": replace(GOOD, key="")},
        {"cgj": GOOD, "gsqy": GOOD},
        {"cgj": replace(GOOD, secret=Secret("s" * 31))},
        {"cgj": replace(GOOD, url="ftp://unit.test")},
        {"cgj": replace(GOOD, url="https://")},
    ],
)
def test_settings_that_do_not_fit_stop_the_start_by_name(settings: dict[str, SystemSettings]) -> None:
    with pytest.raises(BadSettings, match="departments"):
        checked_systems(settings, is_known=city().rules.directory.__contains__)
