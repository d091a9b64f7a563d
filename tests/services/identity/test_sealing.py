"""What is sealed opens in its own record with its own key, and nowhere else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.sealing import CannotUnseal, Sealed, Sealer

SEALER = Sealer(b"k" * 32)
words = st.text()


@given(words, words)
def test_unsealing_is_the_inverse_of_sealing(value: str, context: str) -> None:
    assert SEALER.unseal(SEALER.seal(value, context=context), context=context) == value


def test_the_same_value_is_never_sealed_alike() -> None:
    assert len({SEALER.seal("13000000000", context="c") for _ in range(50)}) == 50


def test_a_value_copied_into_another_record_does_not_open() -> None:
    sealed = SEALER.seal("13000000000", context="petition:1:phone")
    with pytest.raises(CannotUnseal):
        SEALER.unseal(sealed, context="petition:2:phone")


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(CannotUnseal):
        Sealer(b"x" * 32).unseal(SEALER.seal("v", context="c"), context="c")


@given(st.integers(0, 43), st.integers(0, 7))
def test_any_changed_bit_is_noticed(place: int, bit: int) -> None:
    sealed = SEALER.seal("0123456789abcdef", context="c")
    data = bytearray(base64.b64decode(sealed.removeprefix("s1.")))
    data[place] ^= 1 << bit
    with pytest.raises(CannotUnseal):
        SEALER.unseal(Sealed("s1." + base64.b64encode(data).decode()), context="c")


@pytest.mark.parametrize("sealed", ["", "s1.", "s1.AAAA", "s1.****", "s2.AAAA", "s1.AA=A", "s1.é"])
def test_what_was_never_sealed_is_refused(sealed: str) -> None:
    with pytest.raises(CannotUnseal):
        SEALER.unseal(Sealed(sealed), context="c")


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused_by_its_length(size: int) -> None:
    with pytest.raises(ValueError, match=f"has {size} bytes"):
        Sealer(b"k" * size)
