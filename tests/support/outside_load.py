"""Citizens who write, complain and file at once, repeat what was not answered, and remember everything they were told.

Each operation becomes one line of the history: ``ok`` was acknowledged, ``info`` may or may not have happened.
"""

import asyncio
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.support.outside_wechat import Account, deliver, post, text_call

NUMBER = re.compile(r"QD[0-9]{8}-[0-9A-Z]{6}")
CONTENT = re.compile(r"内容：([0-9]+-[0-9]+)号")
QUERY_KEY = re.compile(r"查询码：([0-9A-Z]{16})")
RETRY_EVERY_S = 3.0
"""The platform's five seconds, scaled; three tries then bridge a restart."""
_ANSWERS = (("发生在哪里", "市南区香港中路街道"), ("手机号", "匿名"), ("确认", "确认"))
_STEPS_MOST = 10


class History:
    """What was done and what came of it, one JSON line each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[dict[str, Any]] = []
        self._added = asyncio.Event()

    def add(self, **line: object) -> None:
        """Keep one operation."""
        self.lines.append(line)
        self._added.set()

    async def until(self, is_enough: Callable[[], bool]) -> None:
        """Wait until a condition on the lines holds."""
        while not is_enough():
            self._added.clear()
            _ = await self._added.wait()

    def write(self) -> Path:
        """Write everything for whoever looks into a failure."""
        self.path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in self.lines), encoding="utf-8")
        return self.path


class Town:
    """What all citizens share: how to reach the server, the history, and when to stop."""

    def __init__(self, url: str, session: ClientSession, history: History, *, seed: str) -> None:
        self.url = url
        self.session = session
        self.history = history
        self.seed = seed
        self.is_over = asyncio.Event()
        self.think_s = 1.5


class WeChatCitizen:
    """A follower who asks, and complains every now and then."""

    def __init__(self, town: Town, account: Account, number: int) -> None:
        self._town = town
        self._account = account
        self._number = number
        self._count = 0
        self._random = random.Random(f"{town.seed}-w{number}")
        self.openid = f"oCitizen{number:05d}abcdefgh"

    async def live(self) -> None:
        """Act until the town is over."""
        while not self._town.is_over.is_set():
            if self._random.random() < 0.4:
                await self._complain()
            else:
                await self._say(f"身份证丢了怎么补办 {self._mark()}")
            await asyncio.sleep(self._random.uniform(0.5, 1.5) * self._town.think_s)

    async def _complain(self) -> None:
        mark = self._mark()
        confirmed = ""
        said = f"我要投诉 {mark}号楼下烧烤店半夜还在放音乐"
        for _ in range(_STEPS_MOST):
            reply = await self._say(said, mark=mark)
            if shown := CONTENT.search(reply):
                # An earlier complaint may have been heard although nobody answered it: this is what is confirmed.
                confirmed = shown[1]
            if "诉求已提交" in reply:
                told = {"number": NUMBER.search(reply)[0], "key": QUERY_KEY.search(reply)[1]}  # type: ignore[index]  # the reply that says so carries both
                self._town.history.add(op="file", mark=confirmed, **told)
                return
            if mark in said and not reply:
                # Whether this was heard nobody knows: a text that must be unique is not said again.
                return
            said = next((answer for question, answer in _ANSWERS if question in reply), "确认")
            if said.startswith("市南区"):
                said += f"{self._mark()}号"
            if self._town.is_over.is_set():
                return

    async def _say(self, body: str, *, mark: str = "") -> str:
        self._count += 1
        message_id = f"{self._number + 1}{self._count:06d}"
        call = text_call(self._account, self.openid, body, message_id=message_id)
        heard = await deliver(self._town.session, self._account, call, every_s=RETRY_EVERY_S)
        outcome = "ok" if heard.is_accepted else "info"
        line = {"op": "say", "who": self.openid, "text": body, "id": message_id, "mark": mark}
        self._town.history.add(**line, outcome=outcome, reply=heard.reply, took_s=round(heard.took_s, 3))
        if heard.is_accepted and self._random.random() < 0.2:
            # The platform did not get our answer in time, or believes so.
            again = await post(self._town.session, self._account, call, waits_s=RETRY_EVERY_S)
            if again.is_accepted:
                self._town.history.add(op="again", id=message_id, reply=again.reply, first=heard.reply)
        return heard.reply

    def _mark(self) -> str:
        return f"{self._number}-{self._count}"


class ApiCitizen:
    """A guest of the app who files with an Idempotency-Key and writes with a client_id, until each is acknowledged."""

    def __init__(self, town: Town, number: int) -> None:
        self._town = town
        self._number = number
        self._count = 0
        self._random = random.Random(f"{town.seed}-a{number}")
        self._token = ""

    async def live(self) -> None:
        """Act until the town is over, and until what was begun is acknowledged."""
        while not self._town.is_over.is_set():
            if not self._token:
                self._token = (await self._until_done("/api/v1/guests", {}, {}))["token"]
            self._count += 1
            mark = f"a{self._number}-{self._count}"
            if self._random.random() < 0.6:
                await self._file(mark)
            else:
                await self._write(mark)
            await asyncio.sleep(self._random.uniform(0.5, 1.5) * self._town.think_s)

    async def _file(self, mark: str) -> None:
        body = {"kind": "complaint", "text": f"{mark}号路灯坏了三天没人修", "place": {"text": "崂山区中韩街道"}}
        headers = {"Idempotency-Key": mark}
        for _ in range(1 + (self._random.random() < 0.3)):
            answer = await self._until_done("/api/v1/petitions", body, headers)
            told = {"number": answer["number"], "key": answer["query_key"]}
            self._town.history.add(op="file", mark=mark, **told)

    async def _write(self, mark: str) -> None:
        text = f"社保卡怎么办理 {mark}"
        body = {"client_id": mark, "parts": [{"type": "text", "body": text}]}
        answer = await self._until_done("/api/v1/messages", body, {})
        reply = str(answer["replies"][0]["parts"][0].get("body", "")) if answer["replies"] else ""
        self._town.history.add(op="say", who=mark, text=text, id=mark, outcome="ok", reply=reply, mark="")

    async def _until_done(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:  # noqa: ANN401 - JSON as it came
        if self._token:
            headers = {**headers, "Authorization": f"Bearer {self._token}"}
        limit = ClientTimeout(total=10)
        while True:
            try:
                async with self._town.session.post(
                    self._town.url + path, json=body, headers=headers, timeout=limit
                ) as answer:
                    if answer.status < 300:
                        return await answer.json()
                    assert answer.status == 503, (path, answer.status, await answer.text())
            except (ClientError, TimeoutError, OSError):
                pass
            await asyncio.sleep(0.3)
