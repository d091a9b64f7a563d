"""Nothing secret and nobody's words reach the log, at the level that writes most, also when things go wrong."""

import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.support.live import PASSWORD, Api, serving
from tests.support.waiting import eventually

TEXT = "金丝雀甲在楼下唱歌很吵"
NAME = "金丝雀乙"
PHONE = "13012345678"
PLACE = "金丝雀丙路九号"
ANSWER = "金丝雀丁已经飞走"


def test_a_journey_full_of_marked_secrets_leaves_none_in_the_log(tmp_path: Path) -> None:
    secrets = {"token": "canarytoken", "secret": "canarysecret", "key": "c0ffee" + "ab" * 29}
    with serving(
        tmp_path,
        QD_LOG__LEVEL="debug",
        QD_WECHAT__TOKEN=secrets["token"],
        QD_WECHAT__SECRET=secrets["secret"],
        QD_PRIVACY__SEALING_KEY=secrets["key"],
    ) as live:
        api = Api(live.url)
        marks = {*secrets.values(), PASSWORD, TEXT, NAME, PHONE, PLACE, ANSWER, *in_the_app(api), *in_wechat(api)}
        marks |= at_the_desk(api)
        log = eventually(lambda: live.log() if "request refused" in live.log() else None)
    assert '"event": "request"' in log
    told = {mark for mark in marks if mark and mark in log}
    # The demonstration prints its accounts' passwords for whoever started it, on purpose and once
    assert told == {PASSWORD}
    assert not any(PASSWORD in line for line in log.splitlines() if line.startswith("{"))


def in_the_app(api: Api) -> set[str]:
    """Ask, file and look up, rightly and wrongly; return what must not be logged."""
    _, guest = api.call("POST", "/api/v1/guests", {})
    citizen = Api(api._url, guest["token"])
    said = {"client_id": "canary-client-id", "parts": [{"type": "text", "body": TEXT}]}
    assert citizen.call("POST", "/api/v1/messages", said)[0] == 200
    body: dict[str, Any] = {
        "kind": "complaint",
        "text": TEXT,
        "place": {"text": PLACE},
        "contact": {"name": NAME, "phone": PHONE},
    }
    status, filed = citizen.call("POST", "/api/v1/petitions", body, headers={"Idempotency-Key": "canary-idempotency"})
    assert status == 201
    number, key = filed["number"], filed["query_key"]
    assert api.call("GET", f"/api/v1/petitions/{number}?key={key}")[0] == 200
    assert api.call("GET", f"/api/v1/petitions/{number}?key=CANARYKEY0000000")[0] == 404
    assert citizen.call("POST", "/api/v1/petitions", {**body, "kind": TEXT})[0] == 400
    assert citizen.call("POST", "/api/v1/petitions", {**body, TEXT: 1})[0] == 400
    assert citizen.call("POST", "/api/v1/petitions", {**body, "contact": {"phone": TEXT}})[0] == 422
    assert Api(api._url, "canary-bearer").call("GET", "/api/v1/messages")[0] == 401
    _, ticket = citizen.call("POST", "/api/v1/stream/tickets")
    assert api.call("GET", f"/api/v1/stream?ticket={ticket['ticket']}&after=0")[0] == 426
    return {
        guest["token"],
        key,
        "CANARYKEY",
        "canary-bearer",
        "canary-idempotency",
        "canary-client-id",
        ticket["ticket"],
    }


def in_wechat(api: Api) -> set[str]:
    """Write through the simulated platform; return what must not be logged."""
    _, person = api.call("POST", "/simulators/wechat/accounts/main/people", {"nickname": NAME})
    openid: str = person["openid"]
    path = f"/simulators/wechat/phones/{openid}"
    assert api.call("POST", f"{path}/follow", {})[0] == 202
    assert api.call("POST", f"{path}/text", {"body": TEXT})[0] == 202
    eventually(lambda: len(api.call("GET", f"{path}/entries")[1]["entries"]) >= 3 or None)
    assert status_of(api, "/wechat/main?signature=canary-signature&timestamp=1&nonce=canary-nonce") == 403
    return {"canary-signature", "canary-nonce"}


def status_of(api: Api, path: str) -> int:
    """Return the status of a call whose answer is no JSON."""
    try:
        with urllib.request.urlopen(api._url + path, data=b"<xml/>", timeout=10) as answer:  # noqa: S310 - our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def at_the_desk(api: Api) -> set[str]:
    """Sign in wrongly and rightly, answer and look at a contact; return what must not be logged."""
    wrong = {"name": "canary-login", "password": "canary-password"}
    assert [api.call("POST", "/desk/api/v1/sessions", wrong)[0] for _ in range(6)] == [401] * 5 + [429]
    _, session = api.call("POST", "/desk/api/v1/sessions", {"name": "clerk1", "password": PASSWORD})
    clerk = Api(api._url, session["token"])
    _, page = clerk.call("GET", "/desk/api/v1/petitions")
    path = f"/desk/api/v1/petitions/{page['petitions'][0]['number']}"
    assert clerk.call("POST", f"{path}/accept", {})[0] == 200
    assert clerk.call("POST", f"{path}/contact", {"purpose": "canary-purpose"})[0] == 200
    assert clerk.call("POST", f"{path}/close", {"public_text": ANSWER})[0] in {400, 409}
    return {"canary-login", "canary-password", session["token"], "canary-purpose"}
