"""The main job, end to end through a real server: ask, follow up, complain, dispatch, be told, look it up."""

from typing import Any

import pytest

from tests.support.live import Api, Live
from tests.support.live import live_server as live_server  # noqa: PLC0414 - a fixture, imported by name
from tests.support.waiting import eventually


class Citizen:
    """Somebody in the app's chat."""

    def __init__(self, api: Api) -> None:
        self.api = api.guest()
        self._count = 0

    def say(self, text: str) -> str:
        """Say something and return everything that is read in the answer."""
        self._count += 1
        body = {"client_id": f"m{self._count}", "parts": [{"type": "text", "body": text}]}
        status, answer = self.api.call("POST", "/api/v1/messages", body)
        assert status == 200, answer
        return "\n".join(readable(part) for reply in answer["replies"] for part in reply["parts"])

    def read(self) -> list[str]:
        """Return everything anybody said so far."""
        _, answer = self.api.call("GET", "/api/v1/messages?after=0")
        return ["\n".join(readable(part) for part in message["parts"]) for message in answer["messages"]]


def readable(part: dict[str, Any]) -> str:
    """Return what a person reads of a part."""
    match part["type"]:
        case "text":
            return str(part["body"])
        case "choices":
            return "\n".join([part["prompt"], *(option["label"] for option in part["options"])])
        case "card":
            return "\n".join([part["title"], *(f"{row['label']}:{row['text']}" for row in part["rows"])])
        case _:
            return ""


def phone_entries(api: Api, openid: str) -> list[dict[str, Any]]:
    """Return what stands on a simulated phone."""
    _, shown = api.call("GET", f"/simulators/wechat/phones/{openid}/entries")
    return list(shown["entries"])


class Phone:
    """Somebody with WeChat: the simulated platform speaks the real protocol in safe mode to our callback."""

    def __init__(self, api: Api, nickname: str) -> None:
        self._api = api
        _, person = api.call("POST", "/simulators/wechat/accounts/main/people", {"nickname": nickname})
        self.openid: str = person["openid"]

    def act(self, action: str, body: dict[str, Any]) -> str:
        """Do something on the phone and return the next answer that appears."""
        before = len(phone_entries(self._api, self.openid))
        status, answer = self._api.call("POST", f"/simulators/wechat/phones/{self.openid}/{action}", body)
        assert status == 202, answer
        return eventually(lambda: self._answer_after(before))

    def say(self, text: str) -> str:
        """Write to the account and return its answer."""
        return self.act("text", {"body": text})

    def read(self) -> str:
        """Return everything on the phone."""
        return "\n".join(str(entry["content"]) for entry in phone_entries(self._api, self.openid))

    def _answer_after(self, place: int) -> str | None:
        entries = phone_entries(self._api, self.openid)[place:]
        answers = [entry for entry in entries if entry["origin"] in {"passive", "customer"}]
        return str(answers[-1]["content"]["body"]) if answers else None


@pytest.fixture
def api(live_server: Live) -> Api:
    return Api(live_server.url)


def test_in_the_app_a_question_is_answered_and_a_complaint_goes_its_way(api: Api) -> None:
    # Given a citizen who asks and is understood
    citizen = Citizen(api)
    assert "居民身份证补领" in citizen.say("身份证丢了怎么补办")
    assert "居民户口簿" in citizen.say("要带什么材料")
    assert "40元" in citizen.say("多少钱")
    # When they complain, then they are asked only for what is missing
    assert "发生在哪里" in citizen.say("我要投诉 楼下烧烤店半夜还在放音乐")
    assert "手机号" in citizen.say("市南区香港中路街道")
    assert "时间：半夜" in citizen.say("匿名")
    receipt = citizen.say("确认")
    number = next(line.removeprefix("编号:") for line in receipt.splitlines() if line.startswith("编号:"))
    # When a clerk accepts and dispatches it
    clerk = api.staff("clerk1")
    assert clerk.call("POST", f"/desk/api/v1/petitions/{number}/accept", {})[0] == 200
    status, moved = clerk.call("POST", f"/desk/api/v1/petitions/{number}/dispatch", {"to": "gaj"})
    assert (status, moved["status"]) == (200, "dispatched")
    # Then the citizen is told without asking, once for each step
    told = eventually(lambda: [m for m in citizen.read() if f"{number}已转交" in m] or None)
    assert len(told) == 1
    assert sum(f"{number}已受理" in message for message in citizen.read()) == 1
    # And the timeline shows both
    timeline = citizen.say("查进度")
    assert "已转办" in timeline
    assert "青岛市公安局" in timeline


def test_in_wechat_the_same_conversation_works_in_safe_mode(api: Api) -> None:
    phone = Phone(api, "journey")
    assert "青岛通办" in phone.act("follow", {})
    assert "居民身份证补领" in phone.say("身份证丢了怎么补办")
    assert "居民户口簿" in phone.say("要带什么材料")
    assert "40元" in phone.say("多少钱")
    assert "发生在哪里" in phone.say("我要投诉 楼下烧烤店半夜还在放音乐")
    assert "手机号" in phone.say("市南区香港中路街道")
    assert "确认" in phone.say("匿名")
    receipt = phone.say("确认")
    number = next(line.removeprefix("编号：") for line in receipt.splitlines() if line.startswith("编号："))
    clerk = api.staff("clerk1")
    assert clerk.call("POST", f"/desk/api/v1/petitions/{number}/accept", {})[0] == 200
    assert clerk.call("POST", f"/desk/api/v1/petitions/{number}/dispatch", {"to": "gaj"})[0] == 200
    eventually(lambda: "已转办" in phone.read() or None)
    assert "青岛市公安局" in phone.say("查进度")


def test_a_petition_filed_by_api_is_filed_once_per_key_and_opens_to_owner_or_key_only(api: Api) -> None:
    guest = api.guest()
    body = {
        "kind": "complaint",
        "text": "路灯坏了三天没人修",
        "place": {"text": "崂山区中韩街道"},
        "occurred": "最近三天",
        "anonymous": True,
        "contact": None,
        "media": [],
    }
    first = guest.call("POST", "/api/v1/petitions", body, headers={"Idempotency-Key": "k1"})
    again = guest.call("POST", "/api/v1/petitions", body, headers={"Idempotency-Key": "k1"})
    assert first == again
    assert first[0] == 201
    number, key = first[1]["number"], first[1]["query_key"]
    other = body | {"text": "另一件事情的描述"}
    assert guest.call("POST", "/api/v1/petitions", other, headers={"Idempotency-Key": "k1"})[0] == 409
    stranger = api.guest()
    assert stranger.call("GET", f"/api/v1/petitions/{number}")[0] == 404
    assert api.call("GET", f"/api/v1/petitions/{number}?key=0000000000000000")[0] == 404
    assert api.call("GET", f"/api/v1/petitions/{number}?key={key.lower()}")[0] == 200
    assert guest.call("GET", f"/api/v1/petitions/{number}")[1]["timeline"][0]["step"] == "filed"


def test_an_illegal_move_is_a_409_and_a_stale_one_too_and_neither_changes_anything(api: Api) -> None:
    guest, clerk = api.guest(), api.staff("clerk1")
    body = {"kind": "help", "text": "楼道灯坏了", "place": {"text": "市北区"}}
    number = guest.call("POST", "/api/v1/petitions", body)[1]["number"]
    path = f"/desk/api/v1/petitions/{number}"
    status, refused = clerk.call("POST", f"{path}/close", {})
    assert (status, refused["code"]) == (409, "petition.transition_refused")
    _, shown = clerk.call("GET", path)
    assert (shown["status"], shown["version"]) == ("filed", 1)
    assert clerk.call("POST", f"{path}/accept", {"version": 1})[0] == 200
    assert clerk.call("POST", f"{path}/dispatch", {"version": 1, "to": "gaj"})[0] == 409
    assert clerk.call("POST", f"{path}/dispatch", {"to": "nobody"})[0] == 422
    assert clerk.call("POST", f"{path}/dispatch", {})[0] == 400
    assert api.staff("operator1").call("GET", path)[0] == 403
    assert guest.call("GET", path)[0] == 401
