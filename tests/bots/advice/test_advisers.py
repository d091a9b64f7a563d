"""Plug-ins reorder and choose among the bot's own candidates, and can do nothing else, whatever they answer."""

import asyncio
import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.advice.advisers import Advisers, Plugins
from bots.advice.breaker import Limits
from bots.advice.ports import Ranker, Rewriter
from bots.understanding.model import Understanding
from services.conversations.message import Choices, InboundPart, ReplyPart
from services.errors import Unavailable
from services.items.model import ItemCode
from services.items.search.preference import Preference
from services.items.search.ranking import Candidate
from tests.support.bot_chat import BotChat, as_read, the_items, the_pipeline
from tests.support.plugins import (
    Hanging,
    ScriptedRanker,
    ScriptedRewriter,
    backwards,
    ordered,
    sure_of_the_last,
)
from tests.support.set_clock import SetClock

pytestmark = pytest.mark.usefixtures("loaded_city")

MENU = "身份证"
MISS = "怎么弄那个小本本"
"""Not understood for a low score, with candidates."""
SOON = Limits(deadline_ms=2.0, failures=1_000)
PATIENT = Limits(deadline_ms=2_000.0, failures=3, rest_s=20.0)
"""A plug-in of these tests answers at once: only a machine that stands still for two seconds makes it late."""
NOT_THEIRS: tuple[str | InboundPart, ...] = (
    "身份证丢了怎么补办", "我家着火了", "转人工", "我要投诉 路灯不亮", "你好", "查进度", "北京的居住证怎么办理", "大病花了很多钱有没有救助",
    "市北区办事大厅在哪", "法院判决我不服你们给我改", "垃圾机器人", MISS * 40,
)  # fmt: skip


def advisers(ranker: Ranker | None = None, rewriter: Rewriter | None = None, *, limits: Limits = PATIENT) -> Advisers:
    plugins = Plugins(ranker=ranker, rewriter=rewriter)
    return Advisers(plugins, understander=the_pipeline(), limits=limits, clock=SetClock())


def understood(text: str) -> Understanding:
    return the_pipeline().understand(text)


def codes_of(understanding: Understanding) -> list[ItemCode]:
    return [match.code for match in understanding.matches]


def shown(parts: tuple[ReplyPart, ...]) -> set[str]:
    """Return the codes of all items that an answer offers."""
    options = [option.id for part in parts if isinstance(part, Choices) for option in part.options]
    return {option.split(":")[1] for option in options if option.startswith("item:")}


async def test_a_menu_is_shown_in_the_order_the_ranker_prefers_and_says_so() -> None:
    chat = BotChat(advisers=advisers(ScriptedRanker(backwards)))
    said = as_read(await chat.say(MENU))
    names = [match.name for match in understood(MENU).matches]
    assert [line.partition(". ")[2] for line in said.splitlines() if re.match(r"\d\. ", line)][:5] == names[::-1]
    assert chat.why is not None
    assert chat.why.rule == "menu,ranker"


async def test_a_ranker_that_is_sure_has_its_item_answered_and_the_answer_says_so() -> None:
    chat = BotChat(advisers=advisers(ScriptedRanker(sure_of_the_last)))
    await chat.say(MENU)
    assert chat.why is not None
    assert chat.why.item == codes_of(understood(MENU))[-1]
    assert chat.why.action == "answer"
    assert chat.why.rule.endswith(",ranker")


async def test_a_miss_becomes_a_menu_when_the_ranker_is_sure_and_no_more() -> None:
    better = await advisers(ScriptedRanker(sure_of_the_last)).advised(MISS, understood(MISS))
    assert (better.kind, better.action, better.answered) == ("item", "menu", 0)
    assert codes_of(better) == codes_of(understood(MISS))[::-1]


async def test_an_order_alone_leaves_a_miss_a_miss() -> None:
    assert await advisers(ScriptedRanker(backwards)).advised(MISS, understood(MISS)) is understood(MISS)


async def test_another_wording_is_understood_by_our_own_understanding_and_offered_as_a_menu() -> None:
    chat = BotChat(advisers=advisers(rewriter=ScriptedRewriter("身份证丢了怎么补办")))
    assert "1. 居民身份证补领" in as_read(await chat.say("嘿哈嘿哈"))
    assert chat.why is not None
    assert chat.why.action == "menu"
    assert chat.why.rule.endswith(",rewriter")


@pytest.mark.parametrize(
    "wording", ["我家着火了", "转人工", "我要投诉 路灯不亮", "你好", "", "  ", "嘿哈嘿哈", "查进度"]
)
async def test_another_wording_opens_no_form_and_calls_nobody(wording: str) -> None:
    helped = await advisers(rewriter=ScriptedRewriter(wording)).advised("嘿哈嘿哈", understood("嘿哈嘿哈"))
    assert helped is understood("嘿哈嘿哈")


async def test_what_a_rewriter_made_of_a_miss_is_not_lifted_again_by_the_ranker() -> None:
    ranker = ScriptedRanker(sure_of_the_last)
    helped = await advisers(ranker, ScriptedRewriter(MENU)).advised("嘿哈嘿哈", understood("嘿哈嘿哈"))
    assert helped.action == "menu"
    assert ranker.asked == []


@pytest.mark.parametrize("said", NOT_THEIRS)
async def test_nothing_else_is_shown_to_a_plugin(said: str) -> None:
    ranker, rewriter = ScriptedRanker(sure_of_the_last), ScriptedRewriter("身份证丢了怎么补办")
    chat, alone = BotChat(advisers=advisers(ranker, rewriter)), BotChat()
    assert await chat.say(said) == await alone.say(said)
    assert (ranker.asked, rewriter.asked) == ([], [])


async def test_nothing_is_shown_while_a_form_is_open() -> None:
    ranker = ScriptedRanker(sure_of_the_last)
    chat = BotChat(advisers=advisers(ranker))
    await chat.say("我要投诉 路灯不亮")
    await chat.say(f"{MENU}怎么办?")
    assert ranker.asked == []


async def test_a_further_question_about_the_subject_is_not_shown() -> None:
    ranker = ScriptedRanker(sure_of_the_last)
    chat = BotChat(advisers=advisers(ranker))
    await chat.say("身份证丢了怎么补办")
    assert "居民身份证补领" in as_read(await chat.say("那多少钱"))
    assert ranker.asked == []


async def test_personal_data_is_masked_before_anything_is_shown() -> None:
    ranker, rewriter = ScriptedRanker(backwards), ScriptedRewriter("")
    helped = advisers(ranker, rewriter)
    text = f"{MISS},我叫王小明,手机13812345678,身份证370202199001011236"
    await helped.advised(text, understood(MISS))
    assert rewriter.asked == ranker.asked
    assert not re.search(r"\d{4}|王小明", ranker.asked[0])
    assert MISS in ranker.asked[0]


@pytest.mark.parametrize(
    "answer",
    [
        None, 7, "370709902000", [], Preference(order=()), ordered("000000000000"), ordered("370709902000", "370709902000"),
        ValueError("x"), Unavailable("down"), KeyError("x"), TimeoutError(),
    ],
)  # fmt: skip
async def test_whatever_is_no_order_of_the_candidates_is_refused_and_counted(answer: object) -> None:
    helped = advisers(ScriptedRanker(lambda _: answer))
    assert await helped.advised(MENU, understood(MENU)) is understood(MENU)
    assert sum(helped.figures.outcomes.values()) == 1
    assert not helped.figures.outcomes.keys() & {("ranker", "used"), ("ranker", "kept")}


@pytest.mark.parametrize("change", ["foreign", "twice", "left_out", "one_more"])
async def test_a_foreign_a_repeated_and_a_missing_code_are_each_refused(change: str) -> None:
    codes = codes_of(understood(MENU))
    orders = {
        "foreign": (*codes[:-1], "000000000000"),
        "twice": (*codes[:-1], codes[0]),
        "left_out": tuple(codes[:-1]),
        "one_more": (*codes, codes[0]),
    }
    helped = advisers(ScriptedRanker(lambda _: ordered(*orders[change], is_sure=True)))
    assert await helped.advised(MENU, understood(MENU)) is understood(MENU)
    assert helped.figures.outcomes == {("ranker", "refused"): 1}


async def test_who_fails_too_often_is_not_asked_until_it_has_rested() -> None:
    clock, ranker = SetClock(), ScriptedRanker(lambda _: Unavailable("down"))
    helped = Advisers(Plugins(ranker=ranker), understander=the_pipeline(), limits=PATIENT, clock=clock)
    for _ in range(10):
        await helped.advised(MENU, understood(MENU))
    assert len(ranker.asked) == PATIENT.failures
    assert helped.resting()["ranker",] == 1.0
    assert helped.figures.outcomes["ranker", "resting"] == 10 - PATIENT.failures
    clock.advance(timedelta(seconds=PATIENT.rest_s))
    await helped.advised(MENU, understood(MENU))
    assert len(ranker.asked) == PATIENT.failures + 1


async def test_only_so_many_questions_are_under_way_at_once() -> None:
    helped = advisers(Hanging(), limits=Limits(deadline_ms=2_000.0, at_once=2))
    waiting = [asyncio.ensure_future(helped.advised(MENU, understood(MENU))) for _ in range(2)]  # noqa: TID251 - cancelled below
    await asyncio.sleep(0)
    assert await helped.advised(MENU, understood(MENU)) is understood(MENU)
    assert helped.figures.outcomes == {("ranker", "busy"): 1}
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    # A citizen who went away gives the place back, and is no failure of the plug-in.
    assert helped.figures.outcomes == {("ranker", "busy"): 1}


async def test_a_plugin_that_hangs_costs_the_deadline_and_nothing_else() -> None:
    helped = advisers(Hanging(), Hanging(), limits=SOON)
    chat, alone = BotChat(advisers=helped), BotChat()
    for said in (MENU, MISS):
        assert await chat.say(said) == await alone.say(said)
    assert set(helped.figures.outcomes) == {("ranker", "late"), ("rewriter", "late")}


CODES = st.one_of(
    st.sampled_from(["370709902000", "370709901000", "000000000000", "", "item:x", "1"]), st.text(max_size=12)
)
ANSWERS = st.one_of(
    st.none(),
    st.integers(),
    st.text(max_size=20),
    st.sampled_from([ValueError("x"), Unavailable("x"), TimeoutError(), LookupError()]),
    st.builds(lambda codes, sure: ordered(*codes, is_sure=sure), st.lists(CODES, max_size=6), st.booleans()),
)
ORDERS = st.tuples(st.permutations(range(5)), st.booleans())


def shuffled(candidates: tuple[Candidate, ...], places: list[int], *, is_sure: bool) -> Preference:
    codes = [candidates[place].code for place in places if place < len(candidates)]
    return Preference(order=tuple(codes), is_sure=is_sure)


@given(
    said=st.sampled_from([MENU, MISS, "房产证", "红本本", "那个卡没了咋整", "低保"]), answer=st.one_of(ANSWERS, ORDERS)
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_a_ranker_answers_only_our_own_candidates_are_shown(said: str, answer: object) -> None:
    def order(candidates: tuple[Candidate, ...]) -> object:
        match answer:
            case (list(places), bool(is_sure)):
                return shuffled(candidates, places, is_sure=is_sure)
            case _:
                return answer

    chat = BotChat(advisers=advisers(ScriptedRanker(order)))
    async with asyncio.timeout(PATIENT.deadline_ms / 1_000 + 5):
        parts = await chat.say(said)
    assert parts
    assert shown(parts) <= set(codes_of(understood(said)))
    assert chat.why is not None
    assert chat.why.item in {"", *codes_of(understood(said))}


@given(wording=st.one_of(st.text(max_size=300), st.none(), st.binary(max_size=8), st.sampled_from(NOT_THEIRS[:-1])))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_a_rewriter_answers_the_citizen_gets_items_of_the_catalogue_or_what_the_bot_says_alone(
    wording: object,
) -> None:
    chat, alone = BotChat(advisers=advisers(rewriter=ScriptedRewriter(wording))), BotChat()
    parts = await chat.say("嘿哈嘿哈")
    if chat.why is not None and chat.why.rule.endswith(",rewriter"):
        assert shown(parts) <= set(the_items().current().items)
        assert chat.why.action == "menu"
    else:
        assert parts == await alone.say("嘿哈嘿哈")
