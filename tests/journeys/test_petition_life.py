"""A petition's whole life over HTTP, as an outside script plays it, with the citizen's pushes counted."""

from typing import Any

import pytest

from tests.journeys.test_main_job import Citizen
from tests.support.live import Api, Live
from tests.support.live import live_server as live_server  # noqa: PLC0414 - a fixture, imported by name
from tests.support.waiting import eventually

ANSWER = {"public_text": "路灯已修复。", "internal_text": "更换镇流器"}
GOOD_CALL = {"reached": True, "solved": True, "result": 5, "process": 4}
BODIES: dict[str, dict[str, Any]] = {
    "accept": {},
    "not-accept": {"door": "litigation"},
    "dispatch": {"to": "cgj"},
    "sign": {},
    "start": {},
    "return": {"reason": "不属于本单位"},
    "request-extension": {"days": 3, "reason": "需要采购灯具"},
    "approve-extension": {},
    "refuse-extension": {},
    "wait": {"question": "哪一盏灯？"},
    "resume": {},
    "begin-special-procedure": {"reason": "需要检验"},
    "end-special-procedure": {},
    "answer": ANSWER,
    "call-back": GOOD_CALL,
    "redo": {"reason": "市民不满意"},
    "close": {},
}
LEGAL: dict[str, set[str]] = {
    "filed": {"accept", "not-accept"},
    "accepted": {"dispatch", "answer"},
    "dispatched": {"sign", "return"},
    "signed": {"start", "return", "request-extension", "wait", "begin-special-procedure", "answer"},
    "returned": {"dispatch", "not-accept", "answer"},
    "extension_asked": {"approve-extension", "refuse-extension", "answer"},
    "handling": {"request-extension", "wait", "begin-special-procedure", "answer"},
    "answered": {"call-back", "redo"},
    "heard": {"redo", "close"},
    "closed": {"redo"},
}
"""What a supervisor may do where, written down again from the rules; everything else is a 409."""

TOLD = (
    "已受理",
    "已转交",
    "已转交",
    "已签收",
    "批准延期",
    "已有答复",
    "重新办理",
    "已签收",
    "已有答复",
    "已办结",
)
"""What a citizen is told over this life, in order: each change that concerns them once, and nothing else."""


class Life:
    """One petition with the people around it."""

    def __init__(self, api: Api, citizen: Citizen, number: str) -> None:
        self.citizen = citizen
        self.number = number
        self.clerk, self._supervisor = api.staff("clerk1"), api.staff("supervisor1")
        self.path = f"/desk/api/v1/petitions/{number}"

    def shown(self) -> dict[str, Any]:
        """Return the petition as the desk shows it."""
        status, petition = self.clerk.call("GET", self.path)
        assert status == 200
        return dict(petition)

    def move(self, action: str, body: dict[str, Any] | None = None, *, by_supervisor: bool = False) -> dict[str, Any]:
        """Try everything illegal first, then do what is legal."""
        self.check_illegal_calls()
        staff = self._supervisor if by_supervisor else self.clerk
        status, moved = staff.call("POST", f"{self.path}/{action}", BODIES[action] if body is None else body)
        assert status == 200, moved
        return dict(moved)

    def check_illegal_calls(self) -> None:
        """Make every call that does not fit here: each a 409 with a stable code, and nothing changes."""
        before = self.shown()
        for action in sorted(BODIES.keys() - LEGAL[before["status"]]):
            status, refused = self._supervisor.call("POST", f"{self.path}/{action}", BODIES[action])
            assert (status, refused["code"]) == (409, "petition.transition_refused"), (before["status"], action)
            assert refused["title"] == "当前状态不能进行此操作"
        if before["status"] not in {"answered", "heard", "closed"}:
            status, refused = self.rate(solved=True, result=5)
            assert (status, refused["code"]) == (409, "petition.transition_refused")
        assert self.shown() == before

    def rate(self, *, solved: bool, result: int) -> tuple[int, Any]:
        """Rate the answer as the citizen."""
        body = {"solved": solved, "result": result, "process": result, "text": ""}
        return self.citizen.api.call("POST", f"/api/v1/petitions/{self.number}/rating", body)

    def pushes(self) -> list[str]:
        """Return what the citizen was told of this petition without asking, in order."""
        return [
            text for text in self.citizen.read() if self.number in text and text.startswith(("您的", "青岛市", "关于"))
        ]


def filed_in_chat(api: Api) -> tuple[Citizen, str]:
    """File a petition by talking, and return the citizen and the number."""
    citizen = Citizen(api)
    citizen.say("我要投诉 楼下烧烤店半夜还在放音乐")
    citizen.say("市南区香港中路街道")
    citizen.say("匿名")
    receipt = citizen.say("确认")
    return citizen, next(line.removeprefix("编号:") for line in receipt.splitlines() if line.startswith("编号:"))


@pytest.fixture
def life(live_server: Live) -> Life:
    api = Api(live_server.url)
    return Life(api, *filed_in_chat(api))


@pytest.mark.timeout(120)
def test_a_life_from_the_chat_to_the_closing_tells_the_citizen_each_change_once(life: Life) -> None:
    # Given a petition that was accepted, dispatched, returned, dispatched again and signed for
    life.move("accept")
    due = life.move("dispatch", {"to": "gaj"})["due"]
    life.move("return")
    assert life.move("dispatch")["due"] == due, "a return restarts the unit's clock and never the citizen's"
    life.move("sign")
    # And an extension that a supervisor granted
    life.move("request-extension")
    assert life.move("approve-extension", by_supervisor=True)["due"] > due
    # When it is answered and the citizen is not satisfied, then it cannot simply be closed
    life.move("answer")
    life.check_illegal_calls()
    assert life.rate(solved=False, result=1)[0] == 200
    assert life.rate(solved=False, result=1)[1]["code"] == "petition.rated_already"
    status, refused = life.clerk.call("POST", f"{life.path}/close", {})
    assert (status, refused["code"]) == (409, "petition.redo_first")
    # When it is handled again, answered, and the citizen is content, then it is heard and closed
    assert life.move("redo")["status"] == "dispatched"
    life.move("sign")
    life.move("answer")
    assert life.rate(solved=True, result=5)[0] == 200
    assert life.shown()["status"] == "heard"
    assert life.move("close")["status"] == "closed"
    life.check_illegal_calls()
    # Then the citizen was told of each change that concerns them exactly once, in order
    told = eventually(lambda: pushes if len(pushes := life.pushes()) >= len(TOLD) else None)
    assert len(told) == len(TOLD), told
    for text, words in zip(told, TOLD, strict=True):
        assert words in text
    assert not any("更换镇流器" in text for text in life.citizen.read()), "internal notes never reach the citizen"


@pytest.mark.timeout(120)
def test_in_the_chat_the_citizen_urges_adds_rates_and_asks_for_a_redo_by_words(life: Life) -> None:
    # Given a petition under way
    life.move("accept")
    life.move("dispatch", {"to": "gaj"})
    citizen = life.citizen
    # When the citizen urges and adds something, then both stand in the petition
    assert "已为您催办" in citizen.say("帮我催一下")
    assert "已补充到诉求" in citizen.say("补充：凌晨一点还在放")
    life.move("sign")
    # When a unit asks, then the plain answer is taken for one after the citizen said so
    life.move("wait")
    assert "哪一盏灯" in citizen.say("就是那边靠马路第二个摊位")
    assert "已补充到诉求" in citizen.say("1")
    assert life.shown()["status"] == "handling"
    # When the answer is no good, then the three answers are asked for and a redo follows
    life.move("answer")
    assert "办理结果满意吗" in citizen.say("不满意，要求重办")
    assert "办理过程" in citizen.say("2")
    assert "不满意" in citizen.say("3")
    assert life.shown()["status"] == "heard"
    assert life.move("redo")["status"] == "dispatched"
    # When the citizen wants no more of it, then it is withdrawn after a question
    assert "确定撤回" in citizen.say("撤诉")
    citizen.say("1")
    assert life.shown()["status"] == "withdrawn"
    actions = [event["action"] for event in life.shown()["history"]]
    assert [actions.count(one) for one in ("urge", "supplement", "rate", "redo", "withdraw")] == [1, 2, 1, 1, 1]
    told = eventually(lambda: [text for text in life.pushes() if "撤回" in text] or None)
    assert len(told) == 1
