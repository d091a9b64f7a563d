"""Check readings, folded sounds and typed pinyin."""

from pathlib import Path

import pytest
from pypinyin import lazy_pinyin

from services.text.normalise import MAX_LENGTH
from services.text.pinyin import PinyinTable, fold, grams

TABLE = PinyinTable.load(Path("data/wording/pinyin.txt"))


@pytest.mark.parametrize("text", ["身份证", "公积金贷款", "银行", "行驶证", "重新办理", "长期", "调解", "参加医疗保险"])
def test_readings_agree_with_the_library_they_were_made_with(text: str) -> None:
    assert TABLE.read(text) == lazy_pinyin(text)


def test_what_is_not_chinese_stands_for_itself() -> None:
    assert TABLE.read("a证1") == ["a", "zheng", "1"]


@pytest.mark.parametrize(
    ("one", "other"), [("zheng", "zen"), ("shi", "si"), ("chang", "can"), ("xing", "xin"), ("lv", "lu")]
)
def test_sounds_that_people_mix_up_are_folded_into_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_folding_keeps_other_sounds_apart() -> None:
    assert len({fold(syllable) for syllable in ("ma", "na", "la", "fa", "ha", "ka", "ga")}) == 7


def test_typed_pinyin_is_split_into_syllables() -> None:
    assert TABLE.split("shenfenzhengdiule") == ("shen", "fen", "zheng", "diu", "le")


def test_a_syllable_is_shorter_where_the_rest_could_not_be_read_else() -> None:
    assert TABLE.split("fangan") == ("fang", "an")
    assert TABLE.split("xiangu") == ("xian", "gu")


def test_a_whole_message_of_letters_is_split() -> None:
    most = MAX_LENGTH // len("zheng")
    assert TABLE.split("zheng" * most) == ("zheng",) * most
    assert TABLE.split("zheng" * most + "v") is None


def test_letters_that_are_no_pinyin_are_not_split() -> None:
    assert TABLE.split("app") is None


def test_grams_are_pairs_and_triples() -> None:
    assert grams(["a", "b", "c"]) == ["a'b", "b'c", "a'b'c"]
    assert grams(["a"]) == ["a"]
    assert grams([]) == []
