"""A secret is compared, and never shown."""

from hypothesis import given
from hypothesis import strategies as st

from services.secret import Secret


@given(st.text())
def test_it_shows_nothing_wherever_it_is_printed(value: str) -> None:
    secret = Secret(value)
    assert {repr(secret), str(secret), f"{secret}", f"{[secret]}"} == {"***", "[***]"}


@given(st.text(st.characters()), st.text(st.characters()))
def test_it_matches_its_own_value_alone_whatever_the_characters(value: str, other: str) -> None:
    secret = Secret(value)
    assert secret.matches(value)
    assert secret.matches(other) == (value == other)
    assert (secret == Secret(other)) == (value == other)
    assert secret.reveal() == value


def test_equal_secrets_are_equal_keys_and_no_secret_equals_text() -> None:
    assert {Secret("a"): 1}[Secret("a")] == 1
    assert Secret("a") != "a"


def test_an_empty_one_was_not_given() -> None:
    assert not Secret("")
    assert Secret(" ")
