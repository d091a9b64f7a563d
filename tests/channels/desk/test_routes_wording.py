"""Operators teach the bot at the desk: they see what failed, try, publish, and go back."""

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from channels.desk.routes_questions import QuestionRoutes
from channels.desk.routes_wording import WordingRoutes
from services.conversations.message import Channel
from services.improvement.decisions import Decisions
from services.improvement.model import Decision, DecisionBatch, Reason, Scored
from services.improvement.ports import Worse
from services.items.model import ItemCode
from services.text.normalise import normalise
from tests.support.desk import Desk, a_desk
from tests.support.improvement import FINE, Workroom, a_workroom
from tests.support.items import CODE

DOGS = "小狗上牌子咋整"
ALIAS = {"kind": "alias", "item": CODE, "question": DOGS, "alias": "小狗上牌子"}


@pytest.fixture(scope="session", autouse=True)
def _character_tables() -> None:
    normalise("預熱")


@pytest.fixture
async def room() -> AsyncIterator[Workroom]:
    async with a_workroom() as room:
        yield room


@pytest.fixture
async def desk(room: Workroom) -> AsyncIterator[Desk]:
    questions = QuestionRoutes(board=room.board, decisions=Decisions(room.batches, room.votes))
    wording = WordingRoutes(desk=room.desk, book=room.book, board=room.board)
    async with a_desk(*questions.endpoints(), *wording.endpoints()) as desk:
        yield desk


async def test_a_group_leads_to_an_alias_and_back(desk: Desk, room: Workroom) -> None:
    # Given a group that an operator sees
    await room.asked(DOGS, "小狗上牌子怎么整", reason=Reason.DOWNVOTED, item="370709999000")
    status, answer = await desk.call("GET", "/questions?limit=5", by="operator1")
    (group,) = answer["questions"]
    assert (status, group["count"], group["reasons"]) == (200, 2, {"downvoted": 2})
    assert group["of_no_use"] == ["370709999000"]
    assert set(group["wordings"]) == {DOGS, "小狗上牌子怎么整"}
    # When an alias is published for it
    body = {"base": 0, "kind": "alias", "item": CODE, "question_id": group["id"], "alias": "小狗上牌子"}
    room.trial.findings = replace(FINE, settled=2, wordings=2)
    status, published = await desk.call("POST", "/wording/changes", body, by="operator1")
    assert (status, published["version"]) == (201, 1)
    assert (published["findings"]["settled"], published["findings"]["rows"]) == (2, 10)
    assert set(room.trial.asked[0][3]) == set(group["wordings"])
    # Then it is in force, with the question it was for
    _, wording = await desk.call("GET", "/wording", by="operator1")
    assert wording["version"] == 1
    assert [(one["alias"], one["question"], one["by"]) for one in wording["changes"]] == [
        ("小狗上牌子", group["question"], "operator1")
    ]
    # And back
    status, back = await desk.call("POST", "/wording/rollback", {"base": 1, "to": 0}, by="operator1")
    assert (status, back) == (200, {"version": 2})
    _, versions = await desk.call("GET", "/wording/versions", by="operator1")
    assert [(one["number"], one["changes"], one["restored"]) for one in versions["versions"]] == [
        (2, 0, 0),
        (1, 1, None),
    ]


async def test_a_refusal_names_every_row_it_would_harm(desk: Desk, room: Workroom) -> None:
    worse = Worse(place="item_questions_a.jsonl:7", text="换证在哪", lost=("first", "direct"))
    room.trial.findings = replace(FINE, worse=(worse,))
    status, tried = await desk.call("POST", "/wording/trials", ALIAS, by="operator1")
    assert (status, tried["worse"]) == (
        200,
        [{"place": worse.place, "text": worse.text, "lost": ["first", "direct"]}],
    )
    status, refused = await desk.call("POST", "/wording/changes", ALIAS | {"base": 0}, by="operator1")
    assert (status, refused["code"]) == (422, "wording.refused")
    assert refused["fields"] == {"item_questions_a.jsonl:7": "换证在哪 (first, direct)"}
    assert (await desk.call("GET", "/wording", by="operator1"))[1] == {"version": 0, "changes": []}


async def test_a_version_that_moved_on_and_nothing_to_change_are_conflicts(desk: Desk) -> None:
    assert (await desk.call("POST", "/wording/changes", ALIAS | {"base": 0}, by="operator1"))[0] == 201
    status, moved = await desk.call("POST", "/wording/changes", ALIAS | {"base": 0}, by="operator1")
    assert (status, moved["code"]) == (409, "wording.moved")
    status, same = await desk.call("POST", "/wording/changes", ALIAS | {"base": 1}, by="operator1")
    assert (status, same["code"]) == (409, "wording.already_published")
    status, nowhere = await desk.call("POST", "/wording/rollback", {"base": 1, "to": 7}, by="operator1")
    assert (status, nowhere["code"]) == (404, "wording.no_such_version")


async def test_a_question_is_put_aside_and_an_unknown_one_is_not_found(desk: Desk, room: Workroom) -> None:
    await room.asked(DOGS)
    (group,) = (await desk.call("GET", "/questions", by="operator1"))[1]["questions"]
    assert (await desk.call("POST", f"/questions/{group['id']}/dismiss", {}, by="operator1"))[0] == 200
    assert (await desk.call("GET", "/questions", by="operator1"))[1] == {"questions": []}
    assert (await desk.call("POST", "/questions/q_nothing/dismiss", {}, by="operator1"))[0] == 404
    unknown = ALIAS | {"base": 0, "question_id": "q_nothing"}
    assert (await desk.call("POST", "/wording/changes", unknown, by="operator1"))[0] == 404


async def test_a_body_that_does_not_fit_changes_nothing(desk: Desk) -> None:
    for body, status in (
        (ALIAS, 400),
        (ALIAS | {"base": -1}, 400),
        (ALIAS | {"base": 0, "kind": "joke"}, 400),
        (ALIAS | {"base": 0, "alias": "长" * 41}, 400),
        (ALIAS | {"base": 0, "question": " "}, 422),
        (ALIAS | {"base": 0, "item": "nothing"}, 422),
    ):
        assert (await desk.call("POST", "/wording/changes", body, by="operator1"))[0] == status
    assert (await desk.call("GET", "/wording", by="operator1"))[1]["version"] == 0


async def test_decisions_are_read_with_what_spoke_for_them(desk: Desk, room: Workroom) -> None:
    decision = Decision(
        turn="t1",
        at=room.clock.now(),
        channel=Channel.WECHAT,
        text="换证",
        items=(Scored(ItemCode(CODE), 0.9, "alias:换证"),),
        overlay=3,
    )
    _ = await room.batches.add(DecisionBatch(id="b1", at=room.clock.now(), decisions=(decision,)))
    status, answer = await desk.call("GET", "/decisions", by="operator1")
    (line,) = answer["decisions"]
    assert (status, line["wording"], line["useful"]) == (200, 3, None)
    assert line["considered"] == [{"item": CODE, "score": 0.9, "rule": "alias:换证"}]


@pytest.mark.parametrize("path", ["/questions", "/decisions", "/wording", "/wording/versions"])
async def test_nobody_but_an_operator_sees_any_of_it(desk: Desk, path: str) -> None:
    for name in ("agent1", "clerk1", "supervisor1", "lamps1"):
        assert (await desk.call("GET", path, by=name))[0] == 403
    assert (await desk.call("GET", path))[0] == 401
