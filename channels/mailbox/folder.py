"""Watch a folder: file what is left in ``in``, leave answers in ``out``.

* ``in``: ``*.eml`` (one letter each) and ``*.json`` (records). Whoever writes them writes under another name first and
  renames; names that begin with a dot are not looked at.
* ``done``: what was filed. ``refused``: what was not, with the reason beside it in ``<name>.reason.txt``.
* ``out``: answers as ``*.eml``, complete when they appear; a mail server sends and removes them.

A crash at any place repeats work under the same numbers and names. One process watches; the folder is its own.
"""

import asyncio
import os
from pathlib import Path

import structlog
from msgspec import Struct

from channels.mailbox.parse import BYTES_MOST, Unreadable, read_letter, read_records
from channels.mailbox.render import answer_mail, file_name
from channels.mailbox.settings import MailboxSettings
from services.errors import ServiceError, Unavailable
from services.sources.replies import Replies
from services.sources.service import Incoming, SourceDesk
from services.sources.store import Source

log = structlog.get_logger()

_FILES_AT_ONCE = 100
_FOLDERS = ("in", "out", "done", "refused")


class Waiting(Struct, frozen=True, kw_only=True):
    """One file in ``in`` with what it holds, at most a byte more than is read."""

    path: Path
    data: bytes


class MailboxFolder:
    """One folder with both ways."""

    def __init__(self, folder: Path, *, sources: SourceDesk, replies: Replies, settings: MailboxSettings) -> None:
        """Take the folder and the services behind it; nothing is touched before `run`."""
        self._folder = folder
        self._sources = sources
        self._replies = replies
        self._settings = settings

    async def run(self) -> None:
        """Look until cancelled; a fault is logged and waited out, never the end."""
        while True:
            try:
                _ = await self.look()
            except Unavailable as error:
                log.warning("mailbox waits for the store", error=error.code)
            except Exception:
                log.exception("mailbox failed")
            await asyncio.sleep(self._settings.look_every_s)

    async def look(self) -> int:
        """File what lies in ``in`` and leave what waits in ``out``; return how much was done."""
        waiting = await asyncio.to_thread(self._read)
        for one in waiting:
            await self._take_in(one)
        return len(waiting) + await self._answer()

    async def _take_in(self, one: Waiting) -> None:
        try:
            incoming = read_records(one.data) if one.path.suffix == ".json" else [read_letter(one.data)]
        except Unreadable as error:
            await asyncio.to_thread(self._moved, one.path, to="refused", reason=str(error))
            return
        faults = [fault for number, each in enumerate(incoming) if (fault := await self._filed(each, number=number))]
        if faults:
            await asyncio.to_thread(self._moved, one.path, to="refused", reason="\n".join(faults))
        else:
            await asyncio.to_thread(self._moved, one.path, to="done")

    async def _filed(self, incoming: Incoming, *, number: int) -> str:
        """File one petition; return why it was refused, empty when it was not."""
        try:
            filed = await self._sources.take_in(incoming)
        except Unavailable:
            # Nothing is wrong with the file: it is read again.
            raise
        except ServiceError as error:
            return f"[{number}] {error.code} {error}"
        log.info("petition from a source", number=filed.number, source=incoming.source)
        return ""

    async def _answer(self) -> int:
        page = await self._replies.waiting(Source.MAILBOX)
        for reply in page.documents:
            found = await self._sources.reply_address(reply.source, reply.external_number)
            if found is None:
                log.warning("letter without an address for the answer", reply=reply.id)
            else:
                origin, address = found
                mail = answer_mail(reply, origin, to=address, sender=self._settings.sender)
                await asyncio.to_thread(self._leave, f"{file_name(reply)}.eml", mail)
            _ = await self._replies.taken(reply.id)
        return len(page.documents)

    def _read(self) -> list[Waiting]:
        for name in _FOLDERS:
            (self._folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        paths = sorted(
            path
            for path in (self._folder / "in").iterdir()
            if path.suffix in {".eml", ".json"} and not path.name.startswith(".") and path.is_file()
        )
        waiting: list[Waiting] = []
        for path in paths[:_FILES_AT_ONCE]:
            with path.open("rb") as file:
                waiting.append(Waiting(path=path, data=file.read(BYTES_MOST + 1)))
        return waiting

    def _moved(self, path: Path, *, to: str, reason: str = "") -> None:
        if reason:
            _write(self._folder / to / f"{path.name}.reason.txt", reason.encode())
        path.replace(self._folder / to / path.name)

    def _leave(self, name: str, mail: bytes) -> None:
        _write(self._folder / "out" / name, mail)


def _write(path: Path, data: bytes) -> None:
    """Write a file that appears complete, readable by its owner alone."""
    draft = path.with_name(f".{path.name}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        _ = file.write(data)
        file.flush()
        os.fsync(file.fileno())
    _ = draft.replace(path)
