"""Values fit their template fields: words are cut and told, numbers and dates never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.wechat.fields import ELLIPSIS, THING_CHARACTERS, Unfit, fit

WORDS = ["thing1", "phrase2", "name3", "const4", "short_thing5", "keyword6", "first"]
STRICT = [
    "number1",
    "letter1",
    "symbol1",
    "character_string1",
    "time1",
    "date1",
    "amount1",
    "phone_number1",
    "car_number1",
    "enum1",
]


def fitted(field: str, value: str) -> tuple[str, bool]:
    found = fit({field: "ours"}, {"ours": value})
    return found.values[field], found.shortened == ("ours",)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("thing1", "香港中路路灯不亮", "香港中路路灯不亮"),
        ("thing1", "字" * 20, "字" * 20),
        ("thing1", "第一行\n第二行\t\u2028末", "第一行 第二行 末"),
        ("thing1", "灯不亮\U0001f61e❤️", "灯不亮"),
        ("thing1", "", "无"),
        ("thing1", "\U0001f61e", "无"),
        ("phrase1", "办理中", "办理中"),
        ("phrase1", "已受理！", "已受理"),
        ("phrase1", "OK", "无"),
        ("name1", "青岛市市南区城市管理局"[:10], "青岛市市南区城市管理"),
        ("character_string1", "QD20261124-7K3M9P", "QD20261124-7K3M9P"),
        ("number1", "-12.5", "-12.5"),
        ("amount1", "￥12.50元", "￥12.50元"),
        ("time1", "2026-11-24 09:05", "2026年11月24日 09:05"),
        ("time1", "15:01~16:30", "15:01~16:30"),
        ("date1", "2026-01-02", "2026年1月2日"),
        ("phone_number1", "0532-00000000", "0532-00000000"),
        ("car_number1", "鲁B00000", "鲁B00000"),
        ("letter1", "ABC", "ABC"),
        ("symbol1", "-", "-"),
        ("enum1", "是", "是"),
    ],
)
def test_a_value_that_fits_is_kept(field: str, value: str, expected: str) -> None:
    assert fitted(field, value) == (expected, False)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("thing1", "字" * 21, "字" * 19 + ELLIPSIS),
        ("keyword1", "a" * 40, "a" * 19 + ELLIPSIS),
        ("phrase1", "等待补充材料", "等待补充材"),
        ("name1", "青岛市市南区城市管理局", "青岛市市南区城市管理"),
        ("name1", "a" * 21, "a" * 20),
    ],
)
def test_words_too_long_are_cut_and_told(field: str, value: str, expected: str) -> None:
    assert fitted(field, value) == (expected, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("character_string1", "编号一"),
        ("character_string1", "x" * 33),
        ("character_string1", ""),
        ("number1", "1" * 33),
        ("number1", "一"),
        ("letter1", "a1"),
        ("symbol1", "------"),
        ("amount1", "12345678901"),
        ("amount1", "一百元"),
        ("time1", ""),
        ("time1", "明天"),
        ("date1", "soon"),
        ("phone_number1", "1" * 18),
        ("car_number1", "鲁B0000000"),
        ("enum1", ""),
    ],
)
def test_a_strict_value_is_never_cut_to_another(field: str, value: str) -> None:
    with pytest.raises(Unfit) as caught:
        fit({field: "ours"}, {"ours": value})
    assert caught.value.field == "ours"
    assert not value or value not in str(caught.value)


def test_a_value_nobody_gave_is_empty() -> None:
    assert fit({"thing1": "department"}, {}).values == {"thing1": "无"}


def test_fields_of_one_template_are_fitted_each_for_itself() -> None:
    found = fit(
        {"character_string1": "number", "thing2": "text", "phrase3": "status"},
        {"number": "QD20261124-7K3M9P", "text": "长" * 30, "status": "已答复", "unused": "x"},
    )
    assert found.values == {
        "character_string1": "QD20261124-7K3M9P",
        "thing2": "长" * 19 + ELLIPSIS,
        "phrase3": "已答复",
    }
    assert found.shortened == ("text",)


@given(field=st.sampled_from(WORDS), value=st.text(max_size=200))
def test_words_always_fit(field: str, value: str) -> None:
    result, is_cut = fitted(field, value)
    assert 1 <= len(result) <= THING_CHARACTERS
    assert not any(character in result for character in "\n\r\t\x00\x1f")
    assert is_cut or ELLIPSIS not in result or ELLIPSIS in value


@given(field=st.sampled_from(STRICT), value=st.text(max_size=60))
def test_strict_values_fit_or_are_refused(field: str, value: str) -> None:
    try:
        result, is_cut = fitted(field, value)
    except Unfit:
        return
    assert not is_cut
    assert len(result) <= 50
