"""Letters left in a folder are filed once, and answers are left in another, also after a crash."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path

from msgspec import Struct

from channels.mailbox.folder import MailboxFolder
from channels.mailbox.settings import MailboxSettings
from services.petitions.centre_commands import Accept
from tests.support.letters import a_letter
from tests.support.petitions import AGENT
from tests.support.sources import Stage, a_source_stage

SETTINGS = MailboxSettings(folder="mailbox", sender="mayor@example.org")


class Box(Struct, frozen=True, kw_only=True):
    """A folder, its watcher and the stage behind."""

    path: Path
    watcher: MailboxFolder
    stage: Stage

    def leave(self, name: str, data: bytes) -> None:
        (self.path / "in" / name).write_bytes(data)

    def names(self, folder: str) -> list[str]:
        return sorted(one.name for one in (self.path / folder).iterdir())

    async def numbers(self) -> list[str]:
        return [one.number async for one in self.stage.ground.records.petitions.scan()]


@asynccontextmanager
async def a_box(path: Path) -> AsyncIterator[Box]:
    async with a_source_stage() as stage:
        watcher = MailboxFolder(path, sources=stage.sources, replies=stage.replies, settings=SETTINGS)
        await watcher.look()
        yield Box(path=path, watcher=watcher, stage=stage)


async def test_a_letter_is_filed_and_its_answer_lies_ready(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        # Given a letter that was left there and is filed
        await asyncio.to_thread(box.leave, "1.eml", a_letter())
        assert await box.watcher.look() == 1
        assert (box.names("in"), box.names("done")) == ([], ["1.eml"])
        [number] = await box.numbers()
        # When it is accepted
        await box.stage.ground.service.perform(number, Accept(), by=AGENT)
        await box.stage.maker().step()
        await box.watcher.look()
        # Then one mail lies there for the sender, and only one
        await box.watcher.look()
        [name] = box.names("out")
        mail = message_from_bytes((tmp_path / "out" / name).read_bytes(), policy=policy.default)
        assert (mail["To"], mail["In-Reply-To"]) == ("someone@example.org", "<letter-1@example.org>")
        assert number in mail.get_content()


async def test_a_letter_that_comes_twice_is_one_petition(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        for name in ("1.eml", "2.eml"):
            await asyncio.to_thread(box.leave, name, a_letter())
            await box.watcher.look()
        assert len(await box.numbers()) == 1
        assert box.names("done") == ["1.eml", "2.eml"]


async def test_what_is_refused_lies_apart_with_the_reason(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        await asyncio.to_thread(box.leave, "auto.eml", a_letter(Auto_Submitted="auto-replied"))
        await asyncio.to_thread(box.leave, "broken.json", b"{")
        await box.watcher.look()
        assert box.names("refused") == ["auto.eml", "auto.eml.reason.txt", "broken.json", "broken.json.reason.txt"]
        assert (tmp_path / "refused" / "auto.eml.reason.txt").read_text() == "sent by a machine"
        assert await box.numbers() == []


async def test_of_a_file_of_records_the_good_ones_are_filed_and_the_others_named(tmp_path: Path) -> None:
    good = {"source": "website", "external_number": "W1", "kind": "help", "text": "路灯坏了", "place": "市南区"}
    bad = good | {"external_number": "W2", "phone": "not a number"}
    async with a_box(tmp_path) as box:
        await asyncio.to_thread(box.leave, "records.json", json.dumps([good, bad]).encode())
        await box.watcher.look()
        assert len(await box.numbers()) == 1
        assert (tmp_path / "refused" / "records.json.reason.txt").read_text().startswith("[1] request.invalid")
        # When the corrected file is left there, then only what was missing is new
        await asyncio.to_thread(box.leave, "records.json", json.dumps([good, bad | {"phone": ""}]).encode())
        await box.watcher.look()
        assert len(await box.numbers()) == 2
        assert box.names("done") == ["records.json"]


async def test_what_is_still_being_written_is_left_alone(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        for name in (".1.eml", "1.eml.part"):
            await asyncio.to_thread(box.leave, name, a_letter())
        assert await box.watcher.look() == 0
        assert box.names("in") == [".1.eml", "1.eml.part"]
