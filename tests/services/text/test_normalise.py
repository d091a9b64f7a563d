"""Check the normal form of typed text."""

from hypothesis import given
from hypothesis import strategies as st

from services.text.normalise import MAX_LENGTH, normalise


def test_full_width_traditional_and_upper_case_become_one_form() -> None:
    assert normalise("ＡＢＣ身份證").text == "abc身份证"


def test_emoji_invisible_characters_and_stickers_are_dropped() -> None:
    assert normalise("你\u200b好😀[微笑]👨\u200d👩\u200d👧").text == "你好"


def test_characters_kept_apart_by_spaces_or_stars_are_joined() -> None:
    assert normalise("身 份 证 丢*了").text == "身份证丢了"


def test_words_of_another_alphabet_keep_their_spaces() -> None:
    assert normalise("shenfenzheng diu le").text == "shenfenzheng diu le"


def test_repeats_are_shortened_but_digits_are_not() -> None:
    assert normalise("哈哈哈哈哈!!!! 1000").text == "哈哈! 1000"


def test_what_was_typed_is_kept_beside_it() -> None:
    assert normalise("Ａ😀").raw == "Ａ😀"


def test_lines_stay_lines() -> None:
    assert normalise("第一行\r\n\r\n  第二行").text == "第一行\n第二行"


def test_only_the_first_two_thousand_characters_are_read() -> None:
    assert len(normalise("身份证" * MAX_LENGTH).text) == MAX_LENGTH


@given(st.text(max_size=200))
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once
