"""A petition's whole life as an outside script plays it, in H5 and in WeChat at once: every call twice, one power cut.

The citizen in H5 listens by WebSocket, the one in WeChat on a platform that counts. Whatever is repeated - a message, a
clerk's click, a unit's call, a rating - and though the server is killed with ``kill -9`` in between, each change that
concerns a citizen reaches them exactly once.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession

from tests.journeys.test_petition_life import TOLD
from tests.support.live import Api
from tests.support.outside_load import NUMBER
from tests.support.outside_platform import OutsidePlatform
from tests.support.outside_wechat import post, text_call
from tests.support.restarting import Restarting
from tests.support.waiting import a_moment, until

UNIT = "cgj"
ANSWER = {"public_text": "路灯已修复。", "internal_text": "更换镇流器"}
WORDS = ("我要投诉 楼下路灯坏了三天没人修", "市南区香港中路街道", "匿名", "确认")


class H5Citizen:
    """Somebody in the app: speaks by POST, hears by WebSocket, opens it again where it broke off."""

    def __init__(self, server: Restarting, session: ClientSession) -> None:
        self._server = server
        self._session = session
        self.api = Api(server.url).guest()
        self.heard: dict[int, str] = {}
        self._count = 0

    async def say(self, body: str) -> str:
        """Say something, twice, and return the one answer to both."""
        self._count += 1
        message = {"client_id": f"m{self._count}", "parts": [{"type": "text", "body": body}]}
        first = await call(self.api, "POST", "/api/v1/messages", message)
        assert await call(self.api, "POST", "/api/v1/messages", message) == first
        assert first[0] == 200, first
        return json.dumps(first[1]["replies"], ensure_ascii=False)

    async def stay_in_touch(self) -> None:
        """Need nothing: the app may always be told."""

    async def rate(self, number: str, *, is_good: bool) -> None:
        """Rate the answer; the repeat is refused, and changes nothing."""
        grade = 5 if is_good else 1
        body = {"solved": is_good, "result": grade, "process": grade, "text": ""}
        path = f"/api/v1/petitions/{number}/rating"
        assert (await call(self.api, "POST", path, body))[0] == 200
        again = await call(self.api, "POST", path, body)
        assert (again[0], again[1]["code"]) == (409, "petition.rated_already")

    async def listen(self) -> None:
        """Hear everything behind what was heard, over any number of sockets, until cancelled."""
        while True:
            try:
                _, answer = await call(self.api, "POST", "/api/v1/stream/tickets", {})
                after = max(self.heard, default=0)
                url = f"{self._server.url}/api/v1/stream?ticket={answer['ticket']}&after={after}"
                async with self._session.ws_connect(url) as socket:
                    async for frame in socket:
                        self._hear(json.loads(frame.data))
            except (ClientError, OSError, KeyError, TypeError):
                await a_moment()

    def _hear(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "message" and frame["from"] != "citizen":
            assert frame["seq"] not in self.heard, "a message comes once over all sockets"
            self.heard[frame["seq"]] = json.dumps(frame["parts"], ensure_ascii=False)

    def pushes(self, number: str) -> list[str]:
        return [text for _, text in sorted(self.heard.items()) if number in text]


class WeChatCitizen:
    """Somebody in WeChat, with the platform between: callbacks come twice, pushes are counted there."""

    def __init__(self, server: Restarting, session: ClientSession, platform: OutsidePlatform) -> None:
        self._server = server
        self._session = session
        self._platform = platform
        self.openid = "o-script-life"
        self._count = 0

    async def say(self, body: str) -> str:
        """Write to the account, the platform trying twice, and return the answer."""
        self._count += 1
        message = text_call(self._server.safe, self.openid, body, message_id=f"8800{self._count}")
        first = await post(self._session, self._server.safe, message)
        again = await post(self._session, self._server.safe, message)
        assert (first.status, again.status) == (200, 200)
        assert again.reply == first.reply
        return first.reply or await self._later()

    async def stay_in_touch(self) -> None:
        """Say something: WeChat lets an account send five messages after each of the citizen's, and no sixth."""
        await self.say("你好")

    async def rate(self, number: str, *, is_good: bool) -> None:
        """Rate the answer in the chat: solved, result, process."""
        assert number
        await self.say("评价")
        for word in ("1", "1", "1") if is_good else ("2", "5", "5"):
            await self.say(word)

    def pushes(self, number: str) -> list[str]:
        return [text for text in self._platform.customer_to(self.openid) if number in text]

    async def _later(self) -> str:
        await self._platform.until(lambda: bool(self._platform.customer_to(self.openid)))
        return self._platform.customer_to(self.openid)[-1]


Citizen = H5Citizen | WeChatCitizen


class Script:
    """The people around one petition."""

    def __init__(self, server: Restarting, citizen: Citizen, number: str) -> None:
        self._server = server
        self.citizen = citizen
        self.number = number

    async def staff(self, name: str, action: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Act at the desk, and click once more with the same screen: the second click is too late and changes nothing."""
        api = await asyncio.to_thread(Api(self._server.url).staff, name)
        path = f"/desk/api/v1/petitions/{self.number}"
        version = (await call(api, "GET", path))[1]["version"]
        done = await call(api, "POST", f"{path}/{action}", {**(body or {}), "version": version})
        assert done[0] == 200, (action, done)
        after = await call(api, "GET", path)
        again = await call(api, "POST", f"{path}/{action}", {**(body or {}), "version": version})
        assert (again[0], again[1]["code"]) == (409, "store.stale_version")
        assert await call(api, "GET", path) == after
        return dict(done[1])

    async def unit(self, action: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Let the unit's own system act, and repeat it under the same key: the answer is the same."""
        path = f"/simulators/departments/{UNIT}/petitions/{self.number}/{action}"
        status, acted = await call(Api(self._server.url), "POST", path, {"body": body or {}, "times": 2})
        assert status == 200
        first, again = acted["replies"]
        assert first == again
        assert first["status"] == 200, (action, first)
        return dict(first["body"])

    async def to_the_extension(self) -> None:
        await self.staff("clerk1", "accept")
        due = (await self.staff("clerk1", "dispatch", {"to": UNIT}))["due"]
        await self.unit("return", {"reason": "需要先核实权属"})
        assert (await self.staff("clerk1", "dispatch", {"to": UNIT}))["due"] == due
        await self.unit("sign")
        await self.unit("request-extension", {"days": 3, "reason": "需要采购灯具"})
        assert (await self.staff("supervisor1", "approve-extension"))["due"] > due

    async def to_the_end(self) -> None:
        await self.citizen.stay_in_touch()
        await self.unit("answer", ANSWER)
        await self.citizen.rate(self.number, is_good=False)
        await self.check_heard(result=1)
        await self.staff("clerk1", "redo", {"reason": "市民不满意"})
        await self.unit("sign")
        await self.unit("answer", ANSWER)
        await self.citizen.rate(self.number, is_good=True)
        await self.check_heard(result=5)
        assert (await self.staff("clerk1", "close"))["status"] == "closed"

    async def check_heard(self, *, result: int) -> None:
        """Look at the desk whether the citizen's word has arrived, once."""
        api = await asyncio.to_thread(Api(self._server.url).staff, "clerk1")
        _, shown = await call(api, "GET", f"/desk/api/v1/petitions/{self.number}")
        rated = [event for event in shown["history"] if event["action"] == "rate"]
        assert shown["status"] == "heard"
        assert rated[-1]["public"]["result"] == str(result)
        assert len(rated) == shown["round"]

    async def told(self, count: int) -> list[str]:
        """Return what the citizen was told without asking, once it is so much."""

        async def enough() -> list[str] | None:
            return pushes if len(pushes := self.announced()) >= count else None

        return await until(enough, within_s=20.0)

    def announced(self) -> list[str]:
        return [text for text in self.citizen.pushes(self.number) if any(words in text for words in TOLD)]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[tuple[Restarting, OutsidePlatform, ClientSession]]:
    async with (
        OutsidePlatform().serving() as platform,
        ClientSession() as session,
        Restarting(tmp_path, platform_url=platform.url) as server,
    ):
        yield server, platform, session


@pytest.mark.timeout(180)
async def test_each_change_is_told_once_though_everything_is_repeated_and_the_server_killed(
    town: tuple[Restarting, OutsidePlatform, ClientSession],
) -> None:
    # Given a citizen in H5 and one in WeChat who complain in the chat
    server, platform, session = town
    in_h5 = await asyncio.to_thread(H5Citizen, server, session)
    citizens: list[Citizen] = [in_h5, WeChatCitizen(server, session, platform)]
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(in_h5.listen())
        scripts = [Script(server, citizen, await filed_in_chat(citizen)) for citizen in citizens]
        # When it goes its way to the extension, and the server is killed while the last words to H5 are still going out
        # (a customer message of WeChat has no key: what was cut off in its very middle is not sent again, see push)
        for script in reversed(scripts):
            await everything_has_gone_out(server)
            await script.to_the_extension()
        await server.kill()
        await server.start()
        # And on to an answer that is no good, a redo, a better one, and the closing
        for script in scripts:
            await script.to_the_end()
        told = [await script.told(len(TOLD)) for script in scripts]
        # Then each citizen was told of each change exactly once, in order, and nothing that is for staff
        await everything_has_gone_out(server)
        listening.cancel()
    for script, texts in zip(scripts, told, strict=True):
        assert [next(words for words in TOLD if words in text) for text in texts] == list(TOLD), texts
        assert script.announced() == texts
        assert not any("镇流器" in text for text in script.citizen.pushes(script.number))


async def filed_in_chat(citizen: Citizen) -> str:
    """Complain, answer what is asked, and return the number."""
    *asked, last = WORDS
    for words in asked:
        await citizen.say(words)
    found = NUMBER.search(await citizen.say(last))
    assert found is not None
    return found.group()


async def everything_has_gone_out(server: Restarting) -> None:
    """Wait until nothing for a citizen is on its way any more: what came twice would have come by then."""
    api = await asyncio.to_thread(Api(server.url).staff, "operator1")

    async def nothing_waits() -> bool | None:
        topics: list[str] = []
        for status in ("waiting", "delayed"):
            _, page = await call(api, "GET", f"/desk/api/v1/deliveries?status={status}")
            topics += [one["topic"] for one in page["deliveries"]]
        # Notices to staff wait for office hours.
        return None if any(topic.startswith("petition.") for topic in topics) else True

    assert await until(nothing_waits, within_s=60.0)


async def call(api: Api, method: str, path: str, body: object = None) -> tuple[int, Any]:
    return await asyncio.to_thread(api.call, method, path, body)
