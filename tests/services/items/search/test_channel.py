"""Check how documents are scored by their terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.items.search.channel import Channel, Field
from services.steps import at_once

DOCUMENTS = [
    [Field.of(3.0, ["身份证", "换领"]), Field.of(1.0, ["到期"])],
    [Field.of(3.0, ["身份证", "补领"]), Field.of(1.0, ["丢失"])],
    [Field.of(3.0, ["护照", "签发"]), Field.of(1.0, ["到期"])],
]
CHANNEL = at_once(Channel.building(DOCUMENTS))


def test_a_document_that_holds_every_term_has_all_of_the_question() -> None:
    found = CHANNEL.search(["护照", "签发"], unknown_share=0.5)
    assert found.shares == {2: pytest.approx(1.0, abs=0.05)}


def test_a_rare_term_counts_more_than_a_common_one() -> None:
    shares = CHANNEL.search(["身份证", "补领"], unknown_share=0.5).shares
    assert shares[1] > shares[0] > 0


def test_a_term_in_the_name_counts_more_than_in_the_guide() -> None:
    channel = at_once(
        Channel.building(
            [[Field.of(3.0, ["到期"]), Field.of(1.0, ["x"])], [Field.of(3.0, ["x"]), Field.of(1.0, ["到期"])]]
        )
    )
    shares = channel.search(["到期"], unknown_share=0).shares
    assert shares[0] > shares[1]


def test_unknown_terms_lower_every_share() -> None:
    known = CHANNEL.search(["护照"], unknown_share=0.5).shares[2]
    assert CHANNEL.search(["护照", "封面", "颜色"], unknown_share=0.5).shares[2] < known


def test_a_long_story_of_unknown_words_does_not_drown_the_question() -> None:
    story = [f"unknown{number}" for number in range(200)]
    assert CHANNEL.search(["护照", "签发", *story], unknown_share=1).shares[2] > 0.4


def test_a_term_that_very_many_documents_share_is_passed_over_beside_a_rarer_one() -> None:
    many = at_once(Channel.building([[Field.of(3.0, ["登记", f"事项{number}"])] for number in range(500)]))
    assert set(many.search(["登记", "事项7"], unknown_share=0).shares) == {7}
    assert len(many.search(["登记"], unknown_share=0).shares) == 500


def test_only_unknown_terms_find_nothing() -> None:
    assert CHANNEL.search(["x", "y"], unknown_share=0.5).shares == {}


def test_an_empty_channel_finds_nothing() -> None:
    assert at_once(Channel.building([])).search(["x"], unknown_share=1).shares == {}


@given(st.lists(st.sampled_from(["身份证", "换领", "补领", "护照", "到期", "x"]), max_size=8))
def test_shares_lie_between_nothing_and_everything(terms: list[str]) -> None:
    shares = CHANNEL.search(terms, unknown_share=0.3).shares
    assert all(0 < share <= 1.0001 for share in shares.values())
