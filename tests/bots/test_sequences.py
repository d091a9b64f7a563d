"""Whatever a citizen sends, in whatever order: one answer, never an exception, and home within two commands."""

import random
import string

import pytest

from bots.petition import wording as petition_wording
from bots.state import remembered
from services.conversations.message import (
    Choice,
    Choices,
    Event,
    EventKind,
    Image,
    InboundPart,
    Location,
    MediaId,
    ReplyPart,
    Unsupported,
    Voice,
)
from tests.support.bot_chat import BotChat, as_read

pytestmark = pytest.mark.usefixtures("loaded_city")

SEQUENCES = 2_000
LENGTH = 20
DIALOGUE_LIMIT = 8 * 1024
"""Bytes of memory a conversation may carry (design 4)."""
SILENT = frozenset({EventKind.UNFOLLOWED, EventKind.VIEWED, EventKind.LOCATED, EventKind.CONSENTED, EventKind.DECLINED,
                    EventKind.OTHER})  # fmt: skip
SAID = (
    "身份证丢了怎么补办", "要带什么材料", "多少钱", "那网上能办吗", "身份证", "护照呢", "低保", "1", "２", "第三个", "最后一个", "都不是", "0",
    "我要投诉 楼下烧烤店油烟太大", "投诉", "我要建议 加个红绿灯", "路灯坏了好几天", "崂山区", "香港中路街道", "南山社区", "昨晚10点", "一直",
    "13812345678", "123456789", "匿名", "确认", "取消", "返回", "跳过", "重新开始", "修改地点", "时间改成上周三", "看看填了什么", "继续",
    "转人工", "zhuanrengong", "我家着火了", "我不想活了", "笑死我了", "你好", "谢谢", "傻逼", "查进度", "我的诉求办到哪一步了", "催一下",
    "要求重办", "撤销我的投诉", "我要表扬窗口", "法院判决不服", "市北区办事大厅在哪", "周六上班吗", "附近的办事大厅", "那电话呢",
    "北京的居住证怎么办理", "给我写首诗", "", " ", "。", "?" * 50, "啊" * 2_000, "😀😀", "QD20261124-7K3M9P", "\u202e\x00\ud800"[:2], "<script>",
)  # fmt: skip
KEYS = (
    "item:370709902000", "item:370709902000:fee", "item:x", "item:370709902000:nonsense", "kind:petition", "kind:item", "petition",
    "progress", "progress:QD20261124-7K3M9P", "human", "guide", "none", "hall", "hall:370202", "hall:x", "halls:36.1,120.4",
    "halls:x", "halls:nan,nan", "here:36.1,120.4", "here:", "form:confirm", "form:cancel", "form:edit:place", "form:place:1",
    "form:place:99", "form:place:x", "form:edit:x", "form:x", "do:withdraw:QD20261124-7K3M9P:yes", "do:x", "unknown", "", ":", "::",
)  # fmt: skip
FRAGMENTS = (*SAID, *"的了吗怎么办哪里多少投诉电话大厅证补换", *string.ascii_letters)


def some_part(chance: random.Random) -> str | InboundPart:
    """Return any message a channel may hand over."""
    match chance.randrange(12):
        case 0:
            return Choice(chance.choice(KEYS), chance.choice(("", "标签")))
        case 1:
            return Event(kind=chance.choice(tuple(EventKind)), key=chance.choice(KEYS))
        case 2:
            return Image(MediaId("media_1"))
        case 3:
            return Voice(MediaId("media_2"), chance.choice(SAID))
        case 4:
            return Location(lat=chance.uniform(-90, 90), lng=chance.uniform(-180, 180), label=chance.choice(SAID)[:50])
        case 5:
            return Unsupported("sticker")
        case 6:
            return "".join(chance.choice(FRAGMENTS)[:20] for _ in range(chance.randrange(1, 6)))
        case _:
            return chance.choice(SAID)


def is_silent(part: str | InboundPart) -> bool:
    """Tell whether nobody expects an answer: an event that is only told, a chat that says nothing."""
    return isinstance(part, Event) and part.kind in SILENT


async def assert_home(chat: BotChat) -> None:
    """Cancel whatever is open and greet: no form and no menu of the past decides any more."""
    await chat.say("取消")
    assert remembered(chat.conversation.dialogue).form is None
    assert "请问有什么可以帮您" in as_read(await chat.say("你好"))


def offered(parts: tuple[ReplyPart, ...]) -> list[str | InboundPart]:
    """Return the options that can be pressed now."""
    return [Choice(option.id, option.label) for part in parts if isinstance(part, Choices) for option in part.options]


@pytest.mark.timeout(300)
async def test_any_sequence_is_answered_message_by_message_and_leads_home() -> None:
    chance = random.Random(20261124)
    for number in range(SEQUENCES):
        chat, options = BotChat(), list[str | InboundPart]()
        for step in range(LENGTH):
            part = chance.choice(options) if options and chance.random() < 0.3 else some_part(chance)
            parts = await chat.say(part)
            assert bool(parts) is not is_silent(part), f"sequence {number}, message {step}: {part!r} -> {parts}"
            assert len(bytes(chat.conversation.dialogue)) <= DIALOGUE_LIMIT
            options = offered(parts)
        await assert_home(chat)


def test_every_steering_word_is_known_to_the_sequences() -> None:
    assert {"取消", "返回", "跳过", "重新开始", "确认", "匿名", "继续"} <= set(SAID)
    assert "取消" in petition_wording.CANCEL
