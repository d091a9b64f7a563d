"""Every answer about an item says where it is from, however it came to be: asked, picked, or asked further."""

import json
from pathlib import Path

import pytest

from services.conversations.message import Provenance
from services.items.model import GuideField
from tests.support.bot_chat import BotChat, as_read, the_items
from tests.support.source_tree import ROOT

pytestmark = pytest.mark.usefixtures("loaded_city")

QUESTIONS = ROOT / "evaluation" / "data"
FURTHER = ("多少钱", "要带什么材料", "那要多久", "在哪办", "网上能办吗", "流程呢", "咨询电话是多少")


def questions() -> list[str]:
    """Return all questions about items of the open sets."""
    files: list[Path] = sorted(QUESTIONS.glob("item_questions_*.jsonl"))
    return [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines()]


def assert_founded(why: Provenance | None) -> None:
    """Check that a decision names item, version, field, catalogue, rule and score."""
    assert why is not None
    catalogue = the_items().current()
    assert why.catalogue == catalogue.version
    item = next(item for code, item in catalogue.items.items() if code == why.item)
    assert why.item_version == item.version
    assert why.field in set(GuideField)
    assert why.rule
    assert 0 < why.score <= 1


async def test_every_direct_answer_to_the_open_questions_is_founded() -> None:
    answered = 0
    for question in questions():
        chat = BotChat()
        await chat.say(question)
        if chat.why is not None and chat.why.action == "answer" and chat.why.kind == "item":
            assert_founded(chat.why)
            answered += 1
    assert answered > 300


@pytest.mark.parametrize("question", FURTHER)
async def test_an_answer_to_a_further_question_is_founded(question: str) -> None:
    chat = BotChat()
    await chat.say("身份证丢了怎么补办")
    await chat.say(question)
    assert_founded(chat.why)
    assert chat.why is not None
    assert chat.why.rule.startswith("follow_up.")


@pytest.mark.parametrize("pick", ["1", "第二个", "居民身份证补领"])
async def test_an_answer_picked_from_a_menu_is_founded(pick: str) -> None:
    chat = BotChat()
    await chat.say("身份证")
    await chat.say(pick)
    assert_founded(chat.why)


async def test_a_menu_offers_only_what_may_be_meant() -> None:
    """Of a question with one item and nothing near it, the others are no options: they share a character with it."""
    chat = BotChat()
    read = as_read(await chat.say("护照怎么办"))
    assert "普通护照签发" in read
    assert [name for name in ("居住证申领", "养犬登记", "机动车检验合格标志核发") if name in read] == []


@pytest.mark.parametrize(
    ("question", "said"), [("护照在哪办", "办理地点"), ("护照多少钱", "收费标准"), ("狗证在哪办", "办理地点")]
)
async def test_a_short_question_of_which_nothing_is_left_over_is_answered(question: str, said: str) -> None:
    assert said in as_read(await BotChat().say(question))
