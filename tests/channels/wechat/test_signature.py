"""A stamp proves token and freshness."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.wechat.signature import WINDOW_S, Forged, Stamp, check_message, check_stamp, sign
from services.secret import Secret
from tests.channels.wechat import platform

NOW = datetime.fromtimestamp(platform.NOW, UTC)
TOKEN = Secret(platform.TOKEN)


def a_stamp(**changes: str) -> Stamp:
    parameters = platform.query()
    parameters.update(changes)
    return Stamp(**parameters)


@pytest.mark.parametrize("vector", platform.vectors("wechat_url_signature")["accept"])
def test_published_signatures_are_reproduced(vector: dict[str, str]) -> None:
    assert sign(Secret(vector["token"]), vector["timestamp"], vector["nonce"]) == vector["signature"]


@pytest.mark.parametrize("vector", platform.vectors("wechat_url_signature")["reject"])
def test_published_forgeries_are_refused(vector: dict[str, str]) -> None:
    stamp = Stamp(timestamp=vector["timestamp"], nonce=vector["nonce"], signature=vector["signature"])
    at = datetime.fromtimestamp(int(vector["timestamp"] or 0), UTC)
    with pytest.raises(Forged):
        check_stamp(stamp, Secret(vector["token"]), now=at)


@pytest.mark.parametrize("age_s", [0, WINDOW_S, -WINDOW_S])
def test_a_fresh_stamp_is_taken_from_either_side_of_our_clock(age_s: int) -> None:
    check_stamp(a_stamp(), TOKEN, now=NOW + timedelta(seconds=age_s))


@pytest.mark.parametrize("age_s", [WINDOW_S + 1, -WINDOW_S - 1])
def test_an_old_or_early_stamp_is_refused(age_s: int) -> None:
    with pytest.raises(Forged, match="window"):
        check_stamp(a_stamp(), TOKEN, now=NOW + timedelta(seconds=age_s))


def test_an_empty_token_proves_nothing() -> None:
    empty = Stamp(
        timestamp=str(platform.NOW), nonce="n", signature=platform.signature(str(platform.NOW), "n", token="")
    )
    with pytest.raises(Forged, match="token"):
        check_stamp(empty, Secret(""), now=NOW)


@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        "１７９００００００１",
        f"+{platform.NOW}",
        f" {platform.NOW}",
        f"{platform.NOW}\n",
        "179000000",
        "17900000000",
    ],
)
def test_a_timestamp_is_exactly_ten_digits(timestamp: str) -> None:
    stamp = Stamp(timestamp=timestamp, nonce="n", signature=platform.signature(timestamp, "n"))
    with pytest.raises(Forged, match="ten digits"):
        check_stamp(stamp, TOKEN, now=NOW)


@given(shift=st.integers(1, 9), digits=st.text("0123456789", min_size=10, max_size=20))
def test_digits_moved_between_timestamp_and_nonce_are_refused_or_stay_in_the_window(shift: int, digits: str) -> None:
    # Given a signed pair whose digits are moved over, which the signature alone does not notice
    joined = str(platform.NOW) + digits
    moved = Stamp(
        timestamp=joined[:shift], nonce=joined[shift:], signature=platform.signature(joined[:shift], joined[shift:])
    )
    # When it is checked, then its form refuses it
    with pytest.raises(Forged):
        check_stamp(moved, TOKEN, now=NOW)


@given(forged=st.text(max_size=60).filter(lambda text: text != platform.query()["signature"]))
def test_any_other_signature_is_refused_and_never_an_error(forged: str) -> None:
    with pytest.raises(Forged):
        check_stamp(a_stamp(signature=forged), TOKEN, now=NOW)


def test_lone_surrogates_are_only_wrong() -> None:
    with pytest.raises(Forged):
        check_stamp(a_stamp(nonce="\udcff"), TOKEN, now=NOW)


@given(parts=st.lists(st.text(st.characters(), max_size=8), max_size=4))
def test_the_parts_are_sorted_as_bytes_whatever_characters_they_hold(parts: list[str]) -> None:
    as_bytes = sorted(part.encode("utf-8", "surrogatepass") for part in (platform.TOKEN, *parts))
    assert sign(Secret(platform.TOKEN), *parts) == hashlib.sha1(b"".join(as_bytes), usedforsecurity=False).hexdigest()


@given(
    parts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=3, max_size=3),
)
def test_the_order_of_the_parts_does_not_matter(parts: list[str]) -> None:
    token = Secret(platform.TOKEN)
    assert sign(token, *parts) == sign(token, *reversed(parts))


def test_a_message_signature_covers_the_ciphertext() -> None:
    parameters = platform.query(encrypted="abc")
    stamp = a_stamp(message_signature=parameters["msg_signature"])
    check_message(stamp, TOKEN, encrypted="abc")
    with pytest.raises(Forged):
        check_message(stamp, TOKEN, encrypted="abd")
    with pytest.raises(Forged):
        check_message(a_stamp(message_signature=parameters["signature"]), TOKEN, encrypted="abc")
    with pytest.raises(Forged):
        check_message(a_stamp(message_signature=sign(Secret(""), "abc")), Secret(""), encrypted="abc")
