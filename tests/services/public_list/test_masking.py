"""Nothing personal is left in a text that is published, and ordinary words stay."""

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.public_list.masking import MASK, masked
from tests.support.synthetic_petitions import ORDINARY_SENTENCES, Maker

PETITIONS = 10_000
RECALL = 0.99


def test_of_ten_thousand_made_up_petitions_at_least_99_percent_of_all_personal_data_is_masked() -> None:
    # Given petitions whose personal data is known
    maker = Maker(seed=20261124)
    there, left = Counter[str](), Counter[str]()
    # When they are masked
    for _ in range(PETITIONS):
        made = maker.petition()
        shown = masked(made.text).text
        there.update(piece.kind for piece in made.pieces)
        left.update(piece.kind for piece in made.pieces if any(secret in shown for secret in piece.secrets))
    # Then nearly nothing is left, of no kind
    assert there.total() > 30_000
    assert 1 - left.total() / there.total() >= RECALL, left
    assert all(1 - left[kind] / there[kind] >= RECALL for kind in there), left


@pytest.mark.parametrize("sentence", ORDINARY_SENTENCES)
def test_ordinary_sentences_stay_as_they_are(sentence: str) -> None:
    assert masked(sentence).text == sentence


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13012345678和13112345678都打不通", f"电话{MASK}和{MASK}都打不通"),
        ("楼下王阿姨家的狗", f"楼下{MASK}阿姨家的狗"),
        ("联系人李某某", f"联系人{MASK}"),
        ("市南区香港中路10号3号楼2单元501室", f"市南区香港中路{MASK}"),
        ("打一三八零零一二三四五六", f"打{MASK}"),
        ("阿卜杜拉·买买提在这里开店", f"{MASK}在这里开店"),
        ("张伟，13012345678", f"{MASK}，{MASK}"),
    ],
)
def test_all_matches_are_masked_and_nothing_else(text: str, shown: str) -> None:
    assert masked(text).text == shown


def test_what_was_taken_out_is_counted_by_kind() -> None:
    assert masked("我叫张伟，电话13012345678，车牌鲁B12345，鲁B54321").found == {"name": 1, "number": 1, "plate": 2}


@given(st.text(alphabet="张王伟丽高周边号楼单元室联系人电话13579０一二鲁B@.-，。 \n*·QD", max_size=60))
def test_masking_again_changes_nothing(text: str) -> None:
    once = masked(text).text
    assert masked(once).text == once


@pytest.mark.parametrize(
    "piece", ["1", "1号", "1楼", "十", "王", "我叫", "1 ", "a@", "a@a.", "王·", "鲁B", "0(", "王\n", " "]
)
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * 2_000)[:2_000]
    began = time.process_time()
    masked(text)
    assert time.process_time() - began < 0.5
