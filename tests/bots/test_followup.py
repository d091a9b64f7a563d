"""Forty pairs: a question that leaves its subject out is about the subject of the talk, one that names its own is not."""

import pytest

from tests.support.bot_chat import BotChat, as_read

pytestmark = pytest.mark.usefixtures("loaded_city")

ASKED_FIRST = ("身份证丢了怎么补办", "居民身份证补领")
FURTHER = (
    "多少钱", "那多少钱", "费用呢", "那费用呢", "收费吗", "要带什么", "要带什么材料", "那材料呢", "材料呢", "需要什么条件",
    "要多久", "几天能下来", "最快几天", "多久能办好", "在哪办", "去哪办", "那去哪办", "地址在哪", "找哪个部门", "网上能办吗",
    "能网上办不", "这个网上能办吗", "流程呢", "怎么个流程", "电话多少", "咨询电话是多少", "能邮寄吗", "可以代办吗", "可以代领吗",
    "办完给什么证",
)  # fmt: skip
OWN_SUBJECT = (
    "护照多少钱", "结婚登记要带什么", "社保卡要多久", "公租房需要什么条件", "驾照换证去哪办", "低保要什么材料", "居住证网上能办吗",
    "狗证多少钱", "离婚流程呢", "教师资格认定条件",
)  # fmt: skip


@pytest.mark.parametrize("question", FURTHER)
async def test_a_question_without_a_subject_is_about_the_subject_of_the_talk(question: str) -> None:
    chat = BotChat()
    await chat.say(ASKED_FIRST[0])
    assert ASKED_FIRST[1] in as_read(await chat.say(question))


@pytest.mark.parametrize("question", OWN_SUBJECT)
async def test_a_question_with_a_subject_of_its_own_is_about_that(question: str) -> None:
    chat = BotChat()
    await chat.say(ASKED_FIRST[0])
    assert "【居民身份证补领】" not in as_read(await chat.say(question))
