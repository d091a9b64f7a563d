"""Kinds as a whole: what may not be missed, what may not be taken for it, and what an understanding carries."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.understanding.model import Action, Kind
from bots.understanding.pipeline import REMEMBERED
from bots.wording import EMERGENCY
from services.items.catalogue import Catalogue
from services.items.overlay import Overlay
from services.steps import at_once
from tests.support.bot_chat import the_items, the_pipeline

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="session", autouse=True)
def _loaded(loaded_city: None) -> None:
    """Read everything before the first test."""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("我不想活了", "12356"),
        ("活着没有希望,住院也没用,不想活了", "12356"),
        ("我家着火了", "119"),
        ("老人晕倒了", "120"),
        ("有人持刀", "110"),
        ("前面追尾了有人受伤", "122"),
        ("车祸,人昏迷了", "120"),
    ],
)
def test_an_emergency_names_the_number_to_call_first(text: str, number: str) -> None:
    understanding = the_pipeline().understand(text)
    assert (understanding.kind, understanding.topic) == (Kind.EMERGENCY, number)


@pytest.mark.parametrize(
    "text",
    [
        "笑死", "累死我了", "热死人了公交没空调", "气死我了", "火灾保险怎么买", "消防验收在哪办", "急救证培训报名", "火灾后房产证怎么补",
        "上班摔伤了怎么申请工伤", "出了车祸医保给报吗", "电梯经常困人", "楼道堆杂物容易着火", "去年失火烧了户口本", "希望加强防火宣传",
        "110报警没人来", "医院急救中心收费太高", "家里困难活不下去想申请低保",
    ],
)  # fmt: skip
def test_what_only_sounds_like_an_emergency_is_none(text: str) -> None:
    assert the_pipeline().understand(text).kind is not Kind.EMERGENCY


def test_every_number_of_the_city_is_a_topic_with_words() -> None:
    numbers = {one["number"] for one in json.loads((DATA / "departments.json").read_text("utf-8"))["emergency"]}
    topics = json.loads((DATA / "wording" / "kinds.json").read_text("utf-8"))["kinds"]["emergency"]["topics"]
    assert numbers | {"12356"} == set(topics) == set(EMERGENCY)


def test_an_emergency_carries_no_items_so_that_no_menu_is_shown() -> None:
    understanding = the_pipeline().understand("燃气泄漏了")
    assert understanding.matches == ()
    assert understanding.action is Action.CARD


@pytest.mark.parametrize(
    "text", ["楼下烧烤店油烟太大", "登州路路灯坏了好几天", "建议在学校门口加个红绿灯", "公交半小时不来", "物业乱收费"]
)
def test_short_complaints_open_the_form(text: str) -> None:
    understanding = the_pipeline().understand(text)
    assert (understanding.kind, understanding.action) == (Kind.PETITION, Action.FORM)


@pytest.mark.parametrize("text", ["公司拖欠工资想申请劳动仲裁", "没钱打官司怎么办法律援助", "小区电梯坏了想用维修基金"])
def test_questions_with_words_of_complaint_do_not(text: str) -> None:
    understanding = the_pipeline().understand(text)
    assert understanding.kind is Kind.ITEM or understanding.rival is Kind.ITEM


def test_a_contest_names_its_rival_and_keeps_the_items() -> None:
    understanding = the_pipeline().understand("大病花了很多钱有没有救助")
    assert (understanding.kind, understanding.action, understanding.rival) == (
        Kind.PETITION, Action.MENU, Kind.ITEM,
    )  # fmt: skip
    assert understanding.matches


def test_the_door_of_what_we_do_not_accept_is_the_petitions_own() -> None:
    assert the_pipeline().understand("法院判决我不服").topic == "litigation"
    assert the_pipeline().understand("我要举报某局长受贿").topic == "discipline"


def test_a_question_about_a_hall_names_the_item_only_when_there_is_an_errand() -> None:
    assert the_pipeline().understand("哪个大厅能办护照").answered == 1
    assert the_pipeline().understand("市北区办事大厅在哪几点下班").answered == 0


@pytest.mark.parametrize("half", ["a", "b"])
def test_nobody_is_misunderstood_whom_it_could_harm(half: str) -> None:
    path = Path(__file__).parents[3] / "evaluation" / "data" / f"kinds_{half}.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    understood = [(row["kind"], the_pipeline().understand(row["text"]).kind) for row in rows]
    assert all(found is Kind.EMERGENCY for kind, found in understood if kind == "emergency")
    assert not [kind for kind, found in understood if found is Kind.EMERGENCY and kind != "emergency"]
    assert all(found is Kind.HANDOFF for kind, found in understood if kind == "handoff")


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_any_text_is_understood_and_understood_the_same_again(text: str) -> None:
    first = the_pipeline().understand(text)
    assert the_pipeline().understand(text) == first
    assert first.answered <= len(first.matches)


def test_a_repeated_text_costs_next_to_nothing() -> None:
    pipeline = the_pipeline()
    pipeline.understand("身份证丢了怎么补办")
    began = time.process_time()
    for _ in range(1_000):
        pipeline.understand("身份证丢了怎么补办")
    assert time.process_time() - began < 1_000 * 100e-6


def test_memory_is_bounded() -> None:
    pipeline = the_pipeline()
    for number in range(REMEMBERED + 10):
        pipeline.understand(f"{number}")
    assert len(pipeline._known) == REMEMBERED


def test_what_was_understood_by_another_catalogue_is_understood_anew() -> None:
    # Given a question that was understood
    items, pipeline, asked = the_items(), the_pipeline(), "身份证丢了怎么补办"
    before, matches = items.matcher.index, pipeline.understand(asked).matches
    # When a catalogue without its item is published
    others = Catalogue.of(item for item in items.current().items.values() if item.code != matches[0].code)
    try:
        items.matcher.replace(at_once(items.workshop.indexing(others, Overlay(), serial=0)))
        # Then another item is found, and the first again when it is back
        assert pipeline.understand(asked).matches[0].code != matches[0].code
    finally:
        items.matcher.replace(before)
    assert pipeline.understand(asked).matches == matches
