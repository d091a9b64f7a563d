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
    understanding = the_pipeline().understand("工伤了单位不管")
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


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("好的好的,太感谢了", "thanks"), ("行,那我先去准备材料了,谢谢", "thanks"), ("谢谢您耐心解答", "thanks"),
        ("没别的事了,拜拜", "bye"), ("不打扰你了,再见", "bye"), ("好的,我知道怎么弄了", "fine"), ("谁发明的你", "who"),
        ("你们是哪家公司开发的", "who"), ("怎么称呼你", "who"), ("大兄弟你好", "hello"),
    ],
)  # fmt: skip
def test_manners_are_known_in_whatever_order_their_words_come(text: str, topic: str) -> None:
    understanding = the_pipeline().understand(text)
    assert (understanding.kind, understanding.topic) == (Kind.SMALLTALK, topic)


@pytest.mark.parametrize(
    "text",
    [
        "路灯坏了谢谢",
        "下水道堵了麻烦了谢谢",
        "没暖气谢谢",
        "身份证补办谢谢",
        "好的,那社保卡怎么补",
        "谢谢,再问下护照多少钱",
    ],
)
def test_thanks_beside_a_matter_are_not_all_that_was_said(text: str) -> None:
    assert the_pipeline().understand(text).kind is not Kind.SMALLTALK


def test_no_message_makes_the_search_for_manners_run_away() -> None:
    began = time.perf_counter()
    for words in ("谢谢了啊了啊", "好的行了吧嗯嗯", "你是你叫啥是", "材料我都也已经早"):
        _ = the_pipeline().understand(f"{words * 8}x"[:40])
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "text",
    [
        "受理号有了,现在审到谁那了", "上周三递上去的材料审完没有", "网上提交的怎么还是未受理", "补贴的钱打了没", "等了二十天了,护照还没下来呢",
        "我那事儿办得咋样了", "啥时候能轮到我的件", "卡在哪个部门了我那个申请", "状态一直没变", "说七天办结,这都十天了还没结果", "补正的材料你们收到没",
    ],
)  # fmt: skip
def test_asking_where_my_matter_stands_is_progress(text: str) -> None:
    assert the_pipeline().understand(text).kind is Kind.PROGRESS


@pytest.mark.parametrize(
    "text",
    [
        "老年卡在哪领", "护照交上去几天能下来", "看病的单子交上去多久报销", "广告牌批下来能挂几年",
        "身份证办了十天了还没下来,坐高铁用什么证",
    ],
)  # fmt: skip
def test_asking_how_long_a_thing_takes_is_about_the_thing(text: str) -> None:
    assert the_pipeline().understand(text).kind is Kind.ITEM


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("老公在打我,我躲在厕所里", "110"), ("对门男的在打老婆,打得嗷嗷叫,快来人", "110"), ("有个男的一直尾随我到小区门口", "110"),
        ("有人站在天台栏杆外面要往下跳", "12356"), ("有人跳海了", "12356"), ("电动车电池在楼道里着了", "119"), ("奶奶摔倒头上全是血,叫不应", "120"),
    ],
)  # fmt: skip
def test_danger_to_life_now_is_an_emergency(text: str, number: str) -> None:
    understanding = the_pipeline().understand(text)
    assert (understanding.kind, understanding.topic) == (Kind.EMERGENCY, number)


@pytest.mark.parametrize(
    "text",
    [
        "去年老公打我,现在想离婚怎么办", "家里着火烧没了能申请什么救助", "屋里还没通天然气,怎么申请", "工厂烟囱天天冒黑烟", "有人在打我电话推销",
        "跳楼价的商铺能买吗", "邻居打孩子有没有人管,老是半夜哭",
    ],
)  # fmt: skip
def test_what_is_over_or_only_sounds_dangerous_is_no_emergency(text: str) -> None:
    assert the_pipeline().understand(text).kind is not Kind.EMERGENCY


@pytest.mark.parametrize("text", ["你脑子进浆糊了吧", "废物一个", "笨得跟猪似的", "傻狗,你是猪吗,说的什么鸟话"])
def test_insults_count_together(text: str) -> None:
    assert the_pipeline().understand(text).kind is Kind.ABUSE


@pytest.mark.parametrize(
    "text",
    [
        "大病花了很多钱有没有救助",
        "厂子倒闭了都让回家,有没有钱领",
        "村里新盖的屋还没电,找谁给装",
        "一家子都有病干不了活,每月有没有补助",
    ],
)
def test_a_question_about_an_item_is_no_complaint_whatever_it_tells(text: str) -> None:
    assert the_pipeline().understand(text).kind is Kind.ITEM


@pytest.mark.parametrize("text", ["暖气一直不热有没有人管", "供暖不热找谁说理", "电梯总坏能不能有人管管"])
def test_a_complaint_worded_as_a_question_stays_one(text: str) -> None:
    assert the_pipeline().understand(text).kind is Kind.PETITION


@pytest.mark.parametrize("text", ["补习班倒闭了钱退不回来", "健身房不退会员费", "疫苗接种点连个座位都没有"])
def test_a_complaint_about_private_life_is_still_a_complaint(text: str) -> None:
    assert the_pipeline().understand(text).kind is Kind.PETITION
