"""How the bot quotes the limits of a guide: the promise, and the law where it says something else."""

import pytest

from bots.answers import guide
from services.conversations.message import Text
from services.items.model import GuideField, TimeLimit
from tests.support.items import a_catalogue, an_item

ON_THE_SPOT = TimeLimit(days=0)
NO_LAW = TimeLimit(days=0, note="法律法规未规定或者当场办理")
FIVE, TWENTY = TimeLimit(days=5), TimeLimit(days=20)


@pytest.mark.parametrize(
    ("promised", "statutory", "expected"),
    [
        (FIVE, TWENTY, ["承诺5个工作日", "法定20个工作日"]),
        (ON_THE_SPOT, TWENTY, ["当场办结", "法定20个工作日"]),
        (ON_THE_SPOT, ON_THE_SPOT, ["当场办结"]),
        (FIVE, NO_LAW, ["承诺5个工作日"]),
        (None, NO_LAW, ["法律法规未规定或者当场办理"]),
        (None, ON_THE_SPOT, ["当场办结"]),
        (FIVE, None, ["承诺5个工作日"]),
    ],
)
def test_a_limit_is_said_once_and_never_against_itself(
    promised: TimeLimit | None, statutory: TimeLimit | None, expected: list[str]
) -> None:
    item = an_item(promise_limit=promised, legal_limit=statutory)
    (said,) = guide.answer(item, GuideField.TIME_LIMIT, catalogue=a_catalogue(item))
    assert isinstance(said, Text)
    assert said.body.splitlines()[1:] == expected
