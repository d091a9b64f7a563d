"""The router and the petition dialogue, as a citizen goes through them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bots.answers.bot import ItemAnswers
from bots.progress.acting import ActingBot
from bots.progress.bot import ProgressBot
from bots.progress.ports import View
from bots.progress.ports_acting import Deed, Own
from bots.router import Router
from bots.understanding.model import Action, Kind, Match, Understanding
from services.conversations.history import with_turn
from services.conversations.message import (
    Card,
    Choice,
    Choices,
    Event,
    EventKind,
    Image,
    InboundPart,
    Location,
    MediaId,
    ReplyPart,
    Text,
)
from services.conversations.model import Conversation, Owner, citizen_id, conversation_id
from services.ids import CitizenId, check_character
from services.items.catalogue import Catalogue
from services.items.model import GuideField, ItemCode, Material, Online, ServiceItem, Step
from services.petitions.doors import Doors
from tests.support.conversations import a_contact, an_inbound
from tests.support.halls import a_hall_bot
from tests.support.petition_dialogue import FilingDesk, a_petition_bot
from tests.support.set_clock import SetClock

ID_CARD = ItemCode("370709902000")
PASSPORT = ItemCode("370109901000")


def an_item(code: ItemCode, name: str) -> ServiceItem:
    return ServiceItem(
        code=code,
        name=name,
        department="青岛市公安局",
        materials=(Material(name="居民户口簿"),),
        steps=(Step(order=1, name="申请"),),
        online=Online(depth=2),  # type: ignore[arg-type]  # decoded from JSON it is a Depth
        phone="0532-00000101",
    )


class OneCatalogue:
    """Always the same two items."""

    def __init__(self) -> None:
        self._catalogue = Catalogue.of((an_item(ID_CARD, "居民身份证补领"), an_item(PASSPORT, "普通护照签发")))

    def current(self) -> Catalogue:
        return self._catalogue


class KnownPhrases:
    """Understand a handful of sentences; nothing else is understood."""

    def understand(self, text: str) -> Understanding:
        card = Match(code=ID_CARD, name="居民身份证补领", score=0.9)
        passport = Match(code=PASSPORT, name="普通护照签发", score=0.5)
        kinds = {
            "身份证丢了怎么补办": Understanding(
                kind=Kind.ITEM, action=Action.ANSWER, rule="alias", score=0.9, matches=(card,), answered=1
            ),
            "要带什么材料": Understanding(kind=Kind.ITEM, action=Action.REJECT, rule="-", field=GuideField.MATERIALS),
            "证件": Understanding(kind=Kind.ITEM, action=Action.MENU, rule="low", matches=(card, passport)),
            "转人工": Understanding(kind=Kind.HANDOFF, action=Action.HANDOFF, rule="word"),
            "着火了": Understanding(kind=Kind.EMERGENCY, action=Action.CARD, rule="fire", topic="119"),
            "查进度": Understanding(kind=Kind.PROGRESS, action=Action.CARD, rule="word"),
            "暖气": Understanding(kind=Kind.PETITION, action=Action.MENU, rule="both", rival=Kind.ITEM),
        }
        if text in kinds:
            return kinds[text]
        if text.startswith(("我要投诉", "我要建议")):
            return Understanding(kind=Kind.PETITION, action=Action.FORM, rule="word")
        return Understanding(kind=Kind.OUT_OF_SCOPE, action=Action.REJECT, rule="nothing")


class NoPetitions:
    """A citizen who never filed anything."""

    async def latest(self, citizen_id: CitizenId) -> tuple[View, ...]:
        return ()

    async def mine(self, number: str, citizen_id: CitizenId) -> View | None:
        return None

    async def by_key(self, number: str, query_key: str) -> View | None:
        return View(number=number, status="已受理", due=None, steps=()) if query_key == "0123456789ABCDEF" else None


class NothingToActOn:
    """A citizen who never filed anything and so can do nothing about it."""

    async def own(self, citizen_id: CitizenId, *, key: str) -> tuple[Own, ...]:
        return ()

    async def one(self, number: str, citizen_id: CitizenId, *, key: str) -> Own | None:
        return None

    async def do(self, deed: Deed, citizen_id: CitizenId) -> str:
        raise AssertionError("nothing can be done")


class Chat:
    """Talk to the router, message by message, with the conversation kept as the service would."""

    def __init__(self) -> None:
        self.desk = FilingDesk()
        self.clock = SetClock()
        contact = a_contact()
        self.conversation = Conversation(
            id=conversation_id(contact), contact=contact, citizen_id=citizen_id(contact), version=1
        )
        self._router = Router(
            understander=KnownPhrases(),
            answers=ItemAnswers(catalogues=OneCatalogue()),
            petition=a_petition_bot(self.desk),
            progress=ProgressBot(petitions=NoPetitions()),
            acting=ActingBot(NothingToActOn()),
            halls=a_hall_bot(OneCatalogue()),
            doors=Doors(()),
            clock=self.clock,
        )
        self._count = 0

    async def say(self, part: str | InboundPart) -> str:
        return plain(await self.parts(part))

    async def parts(self, part: str | InboundPart) -> tuple[ReplyPart, ...]:
        self._count += 1
        inbound = an_inbound(part, key=f"m{self._count}")
        response = await self._router.respond(self.conversation, inbound)
        self.conversation, _ = with_turn(self.conversation, inbound, response=response, at=self.clock.now())
        return response.replies


def plain(parts: Sequence[ReplyPart]) -> str:
    """Return everything a person reads in some parts."""
    lines: list[str] = []
    for part in parts:
        match part:
            case Text(body):
                lines.append(body)
            case Choices(prompt=prompt, options=options):
                lines += [prompt, *(f"{n}. {option.label}" for n, option in enumerate(options, 1))]
            case Card(title=title, rows=rows):
                lines += [title, *(f"{row.label}:{row.text}" for row in rows)]
            case _:
                lines.append(repr(part))
    return "\n".join(lines)


@pytest.fixture
def chat() -> Chat:
    return Chat()


async def test_a_question_is_answered_from_the_guide_and_a_follow_up_is_about_the_same_item(chat: Chat) -> None:
    assert "居民身份证补领 办事指南" in await chat.say("身份证丢了怎么补办")
    said = await chat.say("要带什么材料")
    assert "居民户口簿" in said
    assert "居民身份证补领" in said


async def test_an_answer_records_item_version_field_and_catalogue(chat: Chat) -> None:
    await chat.say("身份证丢了怎么补办")
    why = chat.conversation.said(chat.conversation.seq, chat.conversation.seq)[0].provenance
    assert why is not None
    assert (why.item, why.item_version, why.field, why.rule) == (ID_CARD, 1, "overview", "alias")
    assert why.catalogue


@pytest.mark.parametrize("pick", ["1", "１", "一", "第一个", "选1", "居民身份证补领", "补领"])
async def test_a_menu_is_answered_by_number_ordinal_or_name(chat: Chat, pick: str) -> None:
    await chat.say("证件")
    assert "居民身份证补领 办事指南" in await chat.say(pick)


async def test_a_follow_up_is_forgotten_after_ten_minutes(chat: Chat) -> None:
    await chat.say("身份证丢了怎么补办")
    chat.clock.advance(timedelta(minutes=11))
    assert "居民户口簿" not in await chat.say("要带什么材料")


async def test_a_petition_is_asked_only_for_what_is_missing_and_filed_once(chat: Chat) -> None:
    # Given a first sentence that says what and when
    asked = await chat.say("我要投诉 楼下烧烤店半夜还在放音乐")
    # Then only the place is asked for, then the contact
    assert "发生在哪里" in asked
    assert "手机号" in await chat.say("海南路12号")
    summary = await chat.say("13812345678")
    assert "楼下烧烤店半夜还在放音乐" in summary
    assert "时间：半夜" in summary
    assert "138****5678" in summary
    # When it is confirmed, then a number is given
    assert "编号:QD20261124" in await chat.say("确认")
    assert [(form.text, form.phone) for form in chat.desk.filed] == [("楼下烧烤店半夜还在放音乐", "13812345678")]
    # When it is confirmed again, then nothing is filed
    assert "已经提交过" in await chat.say("确认")
    assert len(chat.desk.filed) == 1


async def test_the_telephone_number_is_sealed_in_the_conversation(chat: Chat) -> None:
    await chat.say("我要投诉 崂山这边半夜施工太吵了")
    await chat.say("13812345678")
    assert b"13812345678" not in bytes(chat.conversation.dialogue)


@pytest.mark.parametrize("steps", range(5))
async def test_a_form_can_be_left_in_every_state(chat: Chat, steps: int) -> None:
    for text in ("我要投诉", "路灯坏了很久没人管", "和平社区", "1", "一直")[: steps + 1]:
        await chat.say(text)
    assert "已取消" in await chat.say("取消")
    assert chat.desk.filed == []
    assert "没有提交过" in await chat.say("查进度")


async def test_six_questions_in_between_do_not_disturb_the_form(chat: Chat) -> None:
    await chat.say("我要投诉 路灯坏了很久没人管")
    for _ in range(6):
        said = await chat.say("身份证丢了怎么补办")
        assert "居民身份证补领" in said
        assert "发生在哪里" in said
    assert "什么时候" in await chat.say("崂山")


async def test_an_ambiguous_place_is_asked_back(chat: Chat) -> None:
    said = await chat.say("我要投诉 和平社区半夜施工")
    assert "1. 市北区和平社区" in said
    assert "手机号" in await chat.say("2")
    assert "李沧区和平社区" in await chat.say("匿名")


async def test_the_last_answer_can_be_taken_back_and_any_answer_corrected(chat: Chat) -> None:
    await chat.say("我要投诉 路灯坏了很久没人管")
    await chat.say("崂山")
    assert "发生在哪里" in await chat.say("返回")
    await chat.say("海南路")
    await chat.say("昨晚")
    summary = await chat.say("匿名")
    assert "海南路" in summary
    summary = await chat.say("地点改成崂山")
    assert "地点：崂山区" in summary
    assert "海南路" not in summary
    assert "什么时候" in await chat.say("修改时间")
    assert "时间：一直" in await chat.say("一直这样")


async def test_what_cannot_be_said_may_be_skipped_but_not_the_matter_itself(chat: Chat) -> None:
    assert "是什么事" in await chat.say("我要投诉")
    assert "不能空着" in await chat.say("跳过")
    await chat.say("路灯坏了很久没人管")
    await chat.say("跳过")
    await chat.say("跳过")
    assert "未填写" in await chat.say("跳过")


async def test_a_wrong_number_is_asked_for_again(chat: Chat) -> None:
    await chat.say("我要投诉 崂山半夜施工")
    assert "不像手机号" in await chat.say("12345")


async def test_pictures_come_at_any_time_and_a_tenth_is_refused(chat: Chat) -> None:
    await chat.say("我要投诉 路灯坏了很久没人管")
    for number in range(9):
        assert f"共{number + 1}张" in await chat.say(Image(MediaId(f"media_{number}")))
    assert "最多9张" in await chat.say(Image(MediaId("media_9")))


async def test_a_shared_location_is_the_place(chat: Chat) -> None:
    await chat.say("我要投诉 路灯坏了很久没人管")
    assert "什么时候" in await chat.say(Location(lat=36.1, lng=120.4, label="崂山区某处"))


async def test_an_emergency_comes_first_in_a_form_too_and_the_form_goes_on(chat: Chat) -> None:
    await chat.say("我要投诉 路灯坏了很久没人管")
    assert "119" in await chat.say("着火了")
    assert "什么时候" in await chat.say("崂山")


async def test_an_unfinished_form_is_announced_after_a_pause_and_gone_after_a_day(chat: Chat) -> None:
    await chat.say("我要投诉 路灯坏了很久没人管")
    chat.clock.advance(timedelta(minutes=31))
    assert "还没填完" in await chat.say("崂山")
    chat.clock.advance(timedelta(hours=25))
    assert "没有提交过" in await chat.say("查进度")


async def test_a_second_form_starts_empty(chat: Chat) -> None:
    await chat.say("我要建议 多装几盏路灯")
    await chat.say("匿名")
    await chat.say("确认")
    summary = await chat.say("我要建议 公交早点发车")
    assert "路灯" not in summary
    assert "手机号" in summary


async def test_two_misses_offer_a_human_and_the_third_names_the_way(chat: Chat) -> None:
    assert "12345" not in await chat.say("嗯嗯嗯嗯")
    assert "转人工" in await chat.say("嗯嗯嗯嗯")
    assert "人工服务请拨打12345" in await chat.say("嗯嗯嗯嗯")


async def test_item_and_petition_in_competition_are_asked_about(chat: Chat) -> None:
    said = await chat.say("暖气")
    assert "1. 咨询办事" in said
    assert "是什么事" in await chat.say("2")


async def test_a_follower_is_greeted_with_what_can_be_done(chat: Chat) -> None:
    said = await chat.say(Event(kind=EventKind.FOLLOWED))
    assert "青岛通办" in said
    assert "1. 办事指南" in said
    assert "还没有提交过" in await chat.say("3")


async def test_the_platforms_menu_and_an_apps_button_do_the_same(chat: Chat) -> None:
    by_menu = await chat.say(Event(kind=EventKind.MENU_CLICKED, key="progress"))
    by_button = await chat.say(Choice("progress", "查询进度"))
    assert by_menu == by_button


async def test_a_petition_number_alone_opens_nothing_and_with_its_key_the_timeline(chat: Chat) -> None:
    number = "QD20261124-00000" + _check("20261124", "00000")
    assert "查询码" in await chat.say(number)
    assert "已受理" in await chat.say(f"{number} 0123-4567-89ab-cdef")
    assert "没有查到" in await chat.say(f"{number} 0000000000000000")


async def test_the_bot_is_silent_while_somebody_else_owns_the_conversation(chat: Chat) -> None:
    chat.conversation = replace(chat.conversation, owner=Owner.AGENT)
    assert await chat.say("身份证丢了怎么补办") == ""


def _check(day: str, free: str) -> str:
    return check_character(day + free)
