"""The petition form in every state: each thing a citizen may do there, and then the petition as it was meant is filed."""

from datetime import timedelta

import pytest

from bots.petition.state import Form, Slot
from bots.petition.wording import BACK, CANCEL, RESTART, SKIP
from bots.state import remembered
from services.conversations.message import Image, MediaId
from tests.support.bot_chat import BotChat, as_read

pytestmark = pytest.mark.usefixtures("loaded_city")

MATTER = "小区门口的路灯不亮"
SAID: dict[str, tuple[str, ...]] = {
    "text": ("投诉",),
    "place": ("投诉", MATTER),
    "which place": ("投诉", MATTER, "南山社区"),
    "occurred": ("投诉", MATTER, "崂山区"),
    "contact": ("投诉", MATTER, "崂山区", "昨晚"),
    "summary": ("投诉", MATTER, "崂山区", "昨晚", "匿名"),
}
"""What leads into each state."""
STILL: dict[str, tuple[str, ...]] = {
    "text": (MATTER, "崂山区", "昨晚", "匿名"),
    "place": ("崂山区", "昨晚", "匿名"),
    "which place": ("1", "昨晚", "匿名"),
    "occurred": ("昨晚", "匿名"),
    "contact": ("匿名",),
    "summary": (),
}
"""What is still to be said, up to the confirmation."""
ASKED: dict[Slot | None, str] = {
    Slot.TEXT: "是什么事", Slot.PLACE: "发生在哪里", Slot.OCCURRED: "什么时候", Slot.CONTACT: "手机号", None: "请核对",
}  # fmt: skip
BETWEEN = (
    ("身份证丢了怎么补办", "居民身份证补领"), ("第一次办护照要带什么", "普通护照签发"), ("市北区办事大厅在哪", "市北区政务服务大厅"),
    ("领结婚证要带户口本吗", "结婚登记"), ("怎么申请公租房排号", "公共租赁住房"), ("买二手房契税怎么交", "契税"),
)  # fmt: skip
PLACES = {"which place": "南山社区"}
every_state = pytest.mark.parametrize("state", SAID)


async def in_state(state: str) -> BotChat:
    """Return a chat whose form is in a state."""
    chat = BotChat()
    for said in SAID[state]:
        await chat.say(said)
    assert form_of(chat) is not None
    return chat


def form_of(chat: BotChat) -> Form | None:
    """Return the form as it is remembered."""
    return remembered(chat.conversation.dialogue).form


async def check_finishes(chat: BotChat, *still: str, place: str | None = "崂山区", occurred: str = "昨晚") -> None:
    """Say the rest, confirm, and check that just this petition is filed, once."""
    for said in still:
        await chat.say(said)
    assert "诉求已提交" in as_read(await chat.say("确认"))
    (filed,) = chat.desk.filed
    assert (filed.text, filed.occurred, filed.anonymous) == (MATTER, occurred, True)
    assert (filed.place is None) is (place is None)
    assert (place or "") in _whole(filed)


def _whole(form: Form) -> str:
    return "" if form.place is None else form.place.district + form.place.street + form.place.text


@every_state
async def test_saying_the_rest_files_the_petition(state: str) -> None:
    await check_finishes(await in_state(state), *STILL[state], place=PLACES.get(state, "崂山区"))


@every_state
@pytest.mark.parametrize("word", CANCEL)
async def test_cancel_leaves_every_state_and_the_next_message_is_no_answer_any_more(state: str, word: str) -> None:
    chat = await in_state(state)
    assert "已取消" in as_read(await chat.say(word))
    assert form_of(chat) is None
    await chat.say("确认")
    assert chat.desk.filed == []


@every_state
@pytest.mark.parametrize("word", BACK)
async def test_the_last_answer_is_taken_back_and_given_again(state: str, word: str) -> None:
    chat = await in_state(state)
    before = form_of(chat)
    assert before is not None
    last = before.filled[-1] if before.filled else None
    said = as_read(await chat.say(word))
    if last is None:
        assert "前面没有" in said
        await check_finishes(chat, *STILL[state])
        return
    assert ASKED[last] in said
    answers = {Slot.TEXT: MATTER, Slot.PLACE: "崂山区", Slot.OCCURRED: "昨晚", Slot.CONTACT: "匿名"}
    after = form_of(chat)
    assert after is not None
    assert after.filled == before.filled[:-1]
    still = [answer for slot, answer in answers.items() if slot not in after.filled]
    await check_finishes(chat, *still)


@every_state
@pytest.mark.parametrize("slot", Slot)
async def test_any_answer_is_asked_for_anew_on_demand(state: str, slot: Slot) -> None:
    chat = await in_state(state)
    names = {Slot.TEXT: "修改内容", Slot.PLACE: "修改地点", Slot.OCCURRED: "修改时间", Slot.CONTACT: "修改电话"}
    assert ASKED[slot] in as_read(await chat.say(names[slot]))
    form = form_of(chat)
    assert form is not None
    assert form.asking is slot
    answers = {Slot.TEXT: MATTER, Slot.PLACE: "李沧区", Slot.OCCURRED: "上周三", Slot.CONTACT: "匿名"}
    await chat.say(answers[slot])
    while (form := form_of(chat)) is not None and form.asking is not None:
        await chat.say(answers[form.asking])
    filled_before = {"occurred": "崂山区", "contact": "崂山区", "summary": "崂山区"}
    place = "李沧区" if slot is Slot.PLACE else filled_before.get(state, "李沧区")
    occurred = "昨晚" if state in {"contact", "summary"} and slot is not Slot.OCCURRED else "上周三"
    await check_finishes(chat, place=place, occurred=occurred)


@every_state
@pytest.mark.parametrize("change", ["地点改成李沧区", "地点应该是李沧区"])
async def test_a_place_is_corrected_in_one_sentence(state: str, change: str) -> None:
    chat = await in_state(state)
    await chat.say(change)
    answers = {Slot.TEXT: MATTER, Slot.PLACE: "李沧区", Slot.OCCURRED: "昨晚", Slot.CONTACT: "匿名"}
    while (form := form_of(chat)) is not None and form.asking is not None:
        await chat.say(answers[form.asking])
    await check_finishes(chat, place="李沧区")


@every_state
@pytest.mark.parametrize("word", SKIP[:4])
async def test_what_is_not_known_is_skipped_but_not_the_matter(state: str, word: str) -> None:
    chat = await in_state(state)
    said = as_read(await chat.say(word))
    answers = {Slot.TEXT: MATTER, Slot.PLACE: "崂山区", Slot.OCCURRED: "昨晚", Slot.CONTACT: "匿名"}
    match state:
        case "text":
            assert "不能空着" in said
            await check_finishes(chat, *STILL[state])
        case "contact":
            # Whoever leaves no number is still asked for the confirmation.
            form = form_of(chat)
            assert form is not None
            assert (form.asking, form.phone, form.skipped) == (None, "", (Slot.CONTACT,))
        case "place" | "which place":
            await check_finishes(chat, answers[Slot.OCCURRED], answers[Slot.CONTACT], place=None)
        case "occurred":
            await check_finishes(chat, answers[Slot.CONTACT], occurred="")
        case _:
            assert "请核对" in said
            await check_finishes(chat)


@every_state
async def test_six_questions_in_between_change_nothing(state: str) -> None:
    chat = await in_state(state)
    before = form_of(chat)
    assert before is not None
    for question, answer in BETWEEN:
        said = as_read(await chat.say(question))
        assert answer in said
        assert "我们接着填写诉求" in said
        assert form_of(chat) == before
    await check_finishes(chat, *STILL[state], place=PLACES.get(state, "崂山区"))


@every_state
async def test_an_emergency_and_the_wish_for_a_human_leave_the_form_as_it_is(state: str) -> None:
    chat = await in_state(state)
    before = form_of(chat)
    assert "119" in as_read(await chat.say("我家着火了"))
    assert "12345" in as_read(await chat.say("转人工"))
    assert form_of(chat) == before
    await check_finishes(chat, *STILL[state], place=PLACES.get(state, "崂山区"))


@every_state
async def test_another_process_goes_on_where_this_one_stopped(state: str) -> None:
    chat = await in_state(state)
    for said in STILL[state]:
        chat.restart()
        await chat.say(said)
    chat.restart()
    await check_finishes(chat, place=PLACES.get(state, "崂山区"))


@every_state
async def test_after_a_pause_the_dialogue_says_that_it_goes_on_and_takes_the_answer(state: str) -> None:
    chat = await in_state(state)
    chat.clock.advance(timedelta(minutes=31))
    said, *rest = (*STILL[state], "看看填了什么") if state == "summary" else STILL[state]
    assert "还没填完" in as_read(await chat.say(said))
    await check_finishes(chat, *rest, place=PLACES.get(state, "崂山区"))


@every_state
async def test_go_on_asks_the_open_question_again(state: str) -> None:
    chat = await in_state(state)
    before = form_of(chat)
    assert before is not None
    chat.clock.advance(timedelta(hours=5))
    said = as_read(await chat.say("继续"))
    assert "还没填完" in said
    assert ("有" in said and "1. " in said) if state == "which place" else ASKED[before.asking] in said
    await check_finishes(chat, *STILL[state], place=PLACES.get(state, "崂山区"))


@every_state
async def test_a_form_of_yesterday_is_gone_and_nothing_is_filed(state: str) -> None:
    chat = await in_state(state)
    chat.clock.advance(timedelta(hours=25))
    await chat.say("确认")
    assert form_of(chat) is None
    assert chat.desk.filed == []


@every_state
@pytest.mark.parametrize("word", RESTART[:2])
async def test_starting_over_empties_the_form(state: str, word: str) -> None:
    chat = await in_state(state)
    assert ASKED[Slot.TEXT] in as_read(await chat.say(word))
    form = form_of(chat)
    assert form is not None
    assert (form.text, form.place, form.occurred, form.filled) == ("", None, "", ())
    await check_finishes(chat, *STILL["text"])


@every_state
async def test_a_picture_is_kept_and_asks_for_nothing_else(state: str) -> None:
    chat = await in_state(state)
    assert "共1张" in as_read(await chat.say(Image(MediaId("media_1")))) or state == "which place"
    await check_finishes(chat, *STILL[state], place=PLACES.get(state, "崂山区"))
    assert chat.desk.filed[0].media == ("media_1",)


@every_state
async def test_to_stay_anonymous_may_be_said_at_any_time_and_is_no_answer_to_anything_else(state: str) -> None:
    chat = await in_state(state)
    before = form_of(chat)
    await chat.say("匿名")
    form = form_of(chat)
    assert before is not None
    assert form is not None
    assert form.anonymous
    assert (form.text, form.place, form.occurred) == (before.text, before.place, before.occurred)
    still = [said for said in STILL[state] if said != "匿名"]
    await check_finishes(chat, *still, place=PLACES.get(state, "崂山区"))


@pytest.mark.parametrize("state", [state for state in SAID if state != "summary"])
@pytest.mark.parametrize("word", ["确认", "好的", "继续"])
async def test_a_nod_is_no_answer_to_a_question(state: str, word: str) -> None:
    chat = await in_state(state)
    before = form_of(chat)
    await chat.say(word)
    assert form_of(chat) == before
    await check_finishes(chat, *STILL[state], place=PLACES.get(state, "崂山区"))


@pytest.mark.parametrize("pick", ["1", "１", "一", "第一个", "最后一个"])
async def test_of_several_places_one_is_picked_after_any_interruption_and_pause(pick: str) -> None:
    chat = await in_state("which place")
    said = as_read(await chat.say(BETWEEN[0][0]))
    assert "1. " in said
    chat.clock.advance(timedelta(hours=3))
    await chat.say(pick)
    form = form_of(chat)
    assert form is not None
    assert form.asking is (Slot.PLACE if pick == "最后一个" else Slot.OCCURRED)


@every_state
async def test_only_the_summary_can_be_confirmed(state: str) -> None:
    chat = await in_state(state)
    await chat.say("确认提交")
    assert len(chat.desk.filed) == (state == "summary")


async def test_a_confirmation_that_comes_twice_is_told_the_number_and_files_once() -> None:
    chat = await in_state("summary")
    first = as_read(await chat.say("确认"))
    again = as_read(await chat.say("确认"))
    assert "已经提交过" in again
    assert chat.desk.filed[0].draft
    assert len(chat.desk.filed) == 1
    assert remembered(chat.conversation.dialogue).filed in first


async def test_a_confirmation_repeated_after_a_crash_files_the_same_draft() -> None:
    # Given a process that died after filing and before the conversation was saved
    chat = await in_state("summary")
    before = chat.conversation
    first = as_read(await chat.say("确认"))
    chat.conversation = before
    chat.restart()
    # When the message comes again, then it is the same petition with the same number
    assert as_read(await chat.say("确认")) == first
    assert len({form.draft for form in chat.desk.filed}) == 1


async def test_the_text_that_ends_one_form_is_no_part_of_the_next() -> None:
    chat = await in_state("summary")
    await chat.say("确认")
    await chat.say("投诉")
    form = form_of(chat)
    assert form is not None
    assert (form.text, form.place, form.occurred, form.anonymous) == ("", None, "", False)


async def test_a_place_with_its_time_fills_both() -> None:
    chat = await in_state("place")
    asked = as_read(await chat.say("崂山区,昨天晚上"))
    assert ASKED[Slot.CONTACT] in asked
    form = form_of(chat)
    assert form is not None
    assert (form.occurred, form.asking) == ("昨天晚上", Slot.CONTACT)


async def test_a_time_said_where_a_number_is_asked_is_no_wrong_number() -> None:
    chat = await in_state("contact")
    asked = as_read(await chat.say("前天下午"))
    assert ASKED[Slot.CONTACT] in asked
    assert "不像手机号" not in asked
    form = form_of(chat)
    assert form is not None
    assert form.occurred == "前天下午"
    await check_finishes(chat, "匿名", occurred="前天下午")
