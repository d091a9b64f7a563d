"""The shipped classifier, and the arithmetic under it."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.petitions.classifier import Classifier, GramScores, softmax
from services.petitions.model_file import Counts
from tests.support.petition_data import shipped_classifier

CLEAR = {
    "我家宽带老是断网，找电信公司不解决": "科技与信息产业/电信/通信保障",
    "退伍军人优待证什么时候发": "民政/优抚/老退役军人待遇",
    "居委会换届选举不公": "民政/基层选举和社区建设/居委会选举",
    "公司拖欠工资三个月": "劳动和社会保障/工资福利/工资发放",
    "网约车司机绕路多收钱": "交通运输/出租车管理/网约车问题",
    "小区停水两天了": "城乡建设/城市建设和市政管理/自来水供应",
    "暖气不热，室温只有14度": "城乡建设/城市建设和市政管理/冬季采暖",
    "孩子上不了小学，学区划片不合理": "教育文体/教育体制/教育资源配置",
    "征地补偿款没有发": "国土资源/土地征收/安置补偿",
    "水库移民补贴没发": "农村农业/水库移民/移民补偿安置",
    "派出所不立案": "政法/社会治安/治安案件",
    "快递丢了不赔": "交通运输/邮政管理/快递市场管理",
}


@pytest.mark.parametrize(("text", "category"), CLEAR.items())
def test_a_clear_sentence_is_sure_of_all_three_levels(text: str, category: str) -> None:
    result = shipped_classifier().classify("", text)
    assert result.best.path == category
    assert result.confident
    assert result.proposals[0].reasons


@pytest.mark.parametrize("text", ["", "你好", "???", "abc 123", "村支书贪污扶贫款，请纪委查处"])
def test_what_says_little_or_says_two_things_is_not_sure(text: str) -> None:
    assert not shipped_classifier().classify("", text).confident


@given(title=st.text(max_size=50), text=st.text(max_size=500))
def test_any_text_gets_three_proposals_of_different_first_levels_best_first(title: str, text: str) -> None:
    proposals = shipped_classifier().classify(title, text).proposals
    assert len({proposal.category.split("/")[0] for proposal in proposals}) == 3
    assert all(proposal.category in shipped_classifier().tree for proposal in proposals)
    assert [proposal.probability for proposal in proposals] == sorted(
        (proposal.probability for proposal in proposals), reverse=True
    )


def test_reasons_stand_in_the_petition() -> None:
    text = "楼下烧烤店油烟太大，半夜还很吵"
    reasons = shipped_classifier().classify("", text).proposals[0].reasons
    assert reasons
    assert all(reason in text for reason in reasons)


def test_gram_scores_are_the_complement_log_ratios_of_the_definition() -> None:
    # Given two classes: 甲 counted 3 times in the first; 乙 once in each
    counts = Counts(
        categories=(), grams={"甲": (0, 3), "乙": (0, 1, 1, 1)}, smoothing=1.0, gram_rest=0, vote_weight=0, vote_rest=0
    )
    # When one 甲 and one unknown n-gram are scored
    first, second = GramScores(counts, classes=2).score({"甲": 1, "丙": 1})
    # Then their difference is that of the complement class's smoothed log shares, halved by the unknown one
    complement_of_first = (3 - 3 + 1) / (1 + 1 * 2)
    complement_of_second = (3 - 0 + 1) / (4 + 1 * 2)
    assert first - second == pytest.approx((math.log(complement_of_second) - math.log(complement_of_first)) / 2)


@given(st.dictionaries(st.sampled_from("甲乙丙丁"), st.floats(-50, 50), min_size=1), st.floats(0.1, 100))
def test_probabilities_add_up_to_one_and_keep_the_order(scores: dict[str, float], sharpness: float) -> None:
    probabilities = softmax(scores, sharpness)
    assert sum(probabilities.values()) == pytest.approx(1)
    for (_, lower), (_, higher) in pairwise(sorted((score, probabilities[name]) for name, score in scores.items())):
        assert lower <= higher


def test_the_classifier_names_the_model_it_speaks_from() -> None:
    classifier: Classifier = shipped_classifier()
    assert classifier.model.provenance.source
    assert classifier.model.provenance.rows == 398
