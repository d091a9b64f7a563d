"""The hall bot beyond its stories: odd options, far points, items without halls, what is remembered."""

import pytest

from bots.state import remembered
from services.conversations.message import Card, Choice, Location
from tests.support.bot_chat import BotChat, as_read, the_items

pytestmark = pytest.mark.usefixtures("loaded_city")


async def test_an_answer_remembers_district_and_item_and_says_why() -> None:
    chat = BotChat()
    await chat.say("崂山区哪个大厅能办护照")
    hall = remembered(chat.conversation.dialogue).hall
    assert hall is not None
    assert (hall.district, hall.item, hall.text) == ("370212", "370109901000", "")
    assert chat.why is not None
    assert chat.why.kind == "hall"


async def test_every_district_has_a_hall_with_address_telephone_and_hours() -> None:
    for code in ("370202", "370203", "370211", "370212", "370213", "370214", "370215", "370281", "370283", "370285"):
        parts = await BotChat().say(Choice(f"hall:{code}"))
        card = next(part for part in parts if isinstance(part, Card))
        assert {"地址", "电话", "时间"} <= {row.label for row in card.rows}
        assert the_items().current().halls
        assert card.title.endswith(("大厅", "中心"))


async def test_an_option_that_is_no_district_is_answered_all_the_same() -> None:
    assert as_read(await BotChat().say(Choice("hall:999999")))


@pytest.mark.parametrize("point", [(0.0, 0.0), (-90.0, 180.0), (36.08, 120.38)])
async def test_wherever_somebody_is_the_nearest_come_nearest_first(point: tuple[float, float]) -> None:
    chat = BotChat()
    await chat.say("附近的办事大厅")
    parts = await chat.say(Location(lat=point[0], lng=point[1], label=""))
    rows = [row.text for part in parts if isinstance(part, Card) for row in part.rows if row.label == "距离"]
    distances = [float(text.removeprefix("约").partition("公里")[0]) for text in rows]
    assert len(distances) == 3
    assert distances == sorted(distances)


async def test_the_same_question_in_traditional_characters_finds_the_same_hall() -> None:
    assert as_read(await BotChat().say("市北區辦事大廳在哪")) == as_read(await BotChat().say("市北区办事大厅在哪"))
