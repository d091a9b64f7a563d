"""Check that near misses are told from questions of ours."""

import pytest

from tests.support.search import matcher_of

MATCHER = matcher_of()


@pytest.mark.parametrize(
    ("ours", "near_miss"),
    [
        ("护照过期了怎么换新的", "护照封面好看的"),
        ("养狗登记要带什么材料", "小狗乱叫邻居不开心"),
        ("结婚登记要带什么", "结婚纪念日晚餐"),
        ("机动车注册登记选号", "新车贴膜"),
    ],
)
def test_a_question_of_ours_is_explained_better_than_a_near_miss(ours: str, near_miss: str) -> None:
    assert MATCHER.rank(ours).support > 0.8 > MATCHER.rank(near_miss).support


def test_a_bare_topic_is_explained_well_enough_for_a_menu() -> None:
    assert MATCHER.rank("护照").support > 0.2


def test_nothing_found_is_nothing_explained() -> None:
    assert MATCHER.rank("?").support == 0.0
