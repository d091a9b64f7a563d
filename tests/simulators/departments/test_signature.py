"""Sign and check requests as docs/departments-interface.md says."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.departments.signature import (
    KEY,
    NONCE,
    SIGNATURE,
    TIMESTAMP,
    Message,
    NotSigned,
    SignatureCheck,
    signed_headers,
)
from tests.support.set_clock import SetClock

DOCUMENT = Path(__file__).parents[3] / "docs" / "departments-interface.md"
SECRET = "a-shared-secret-of-32-characters"
MESSAGE = Message(method="POST", target="/departments/api/v1/petitions/QD1/sign?a=1", body=b"{}")


@pytest.fixture
def check(clock: SetClock) -> SignatureCheck:
    return SignatureCheck({"sandbox": SECRET}, clock=clock)


def refusal(check: SignatureCheck, message: Message, headers: dict[str, str]) -> str:
    with pytest.raises(NotSigned) as refused:
        check.check(message, headers)
    return str(refused.value)


def test_the_documents_example_is_right() -> None:
    # Given the example as it stands in the document
    text = DOCUMENT.read_text(encoding="utf-8")
    secret = re.search(r"`secret` 为 `([^`]+)`", text)
    body = re.search(r"请求体为 `([^`]+)`", text)
    lines = re.search(r"```\n(POST\n/[^`]+)\n```", text)
    expected = re.search(r"签名为 `([0-9a-f]{64})`", text)
    assert secret is not None
    assert body is not None
    assert lines is not None
    assert expected is not None
    # When it is signed, then the digest and the signature are the document's
    method, target, timestamp, nonce, digest = lines[1].split("\n")
    message = Message(method=method, target=target, body=body[1].encode())
    assert message.signature(secret[1], timestamp=timestamp, nonce=nonce) == expected[1]
    assert digest == hashlib.sha256(body[1].encode()).hexdigest()


@given(method=st.sampled_from(["GET", "POST"]), target=st.text(max_size=60), body=st.binary(max_size=200))
def test_what_is_signed_is_accepted_once(method: str, target: str, body: bytes) -> None:
    clock = SetClock()
    check = SignatureCheck({"sandbox": SECRET}, clock=clock)
    message = Message(method=method, target=target.encode("utf-8", "ignore").decode(), body=body)
    headers = signed_headers(message, "sandbox", secret=SECRET, at=clock.now())
    assert check.check(message, headers) == "sandbox"
    assert refusal(check, message, headers) == "repeated nonce"


@pytest.mark.parametrize(
    "changed",
    [
        Message(method="PUT", target=MESSAGE.target, body=MESSAGE.body),
        Message(method="POST", target=MESSAGE.target + "2", body=MESSAGE.body),
        Message(method="POST", target=MESSAGE.target, body=b"{} "),
    ],
)
def test_whatever_is_covered_cannot_be_changed(check: SignatureCheck, clock: SetClock, changed: Message) -> None:
    headers = signed_headers(MESSAGE, "sandbox", secret=SECRET, at=clock.now())
    assert refusal(check, changed, headers) == "wrong signature"
    assert check.check(MESSAGE, headers) == "sandbox"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        (KEY, "other", "unknown key"),
        (NONCE, "short", "malformed nonce"),
        (NONCE, "随机数随机数随机数随机数随机数随机数", "malformed nonce"),
        (TIMESTAMP, "", "malformed timestamp"),
        (TIMESTAMP, "١٧٩٥٤٨٥٦٠٠", "malformed timestamp"),
        (TIMESTAMP, "9" * 40, "malformed timestamp"),
        (TIMESTAMP, "1795485600" + "0" * 30, "stale timestamp"),
        (TIMESTAMP, "0", "stale timestamp"),
        (SIGNATURE, "签名", "wrong signature"),
        (SIGNATURE, "", "wrong signature"),
    ],
)
def test_a_damaged_header_is_refused_by_name(
    check: SignatureCheck, clock: SetClock, *, name: str, value: str, reason: str
) -> None:
    headers = signed_headers(MESSAGE, "sandbox", secret=SECRET, at=clock.now())
    assert refusal(check, MESSAGE, headers | {name: value}) == reason


@pytest.mark.parametrize("drift", [timedelta(seconds=301), timedelta(seconds=-301)])
def test_a_signature_is_fresh_for_five_minutes_either_way(clock: SetClock, drift: timedelta) -> None:
    headers = signed_headers(MESSAGE, "sandbox", secret=SECRET, at=clock.now() + drift)
    assert refusal(SignatureCheck({"sandbox": SECRET}, clock=clock), MESSAGE, headers) == "stale timestamp"


def test_a_nonce_is_remembered_as_long_as_its_signature_would_be_fresh(clock: SetClock) -> None:
    # Given a request signed by a clock five minutes ahead
    check = SignatureCheck({"sandbox": SECRET}, clock=clock)
    headers = signed_headers(MESSAGE, "sandbox", secret=SECRET, at=clock.now() + timedelta(minutes=5))
    check.check(MESSAGE, headers)
    # When it is repeated ten minutes later, then its nonce is still known; after that it is stale
    clock.advance(timedelta(minutes=10))
    assert refusal(check, MESSAGE, headers) == "repeated nonce"
    clock.advance(timedelta(seconds=1))
    assert refusal(check, MESSAGE, headers) == "stale timestamp"
