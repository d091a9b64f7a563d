"""Build what will be published, off the loop, and publish again whenever a file or the day changes."""

import asyncio
import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

import structlog
from msgspec import Struct
from msgspec.structs import replace

from services.clock import SHANGHAI, Clock
from services.items.catalogue import Catalogue
from services.items.faults import CatalogueRefused
from services.items.loader import load
from services.items.overlay import Overlay
from services.items.search.index import SearchIndex, build_index
from services.items.search.wording import Wording
from services.text.pinyin import PinyinTable
from services.text.segment import Segmenter

log = structlog.get_logger()

_MOST_FAULTS_LOGGED = 50
_HANDED_OVER_S = 0.001
_ONE_AT_A_TIME = threading.Lock()
"""Whoever builds changes how the interpreter works and puts it back: of two at once one would put back the other's."""


class Workshop(Struct, frozen=True, kw_only=True):
    """Hold what every index is made of: the files and the tools that do not change while serving."""

    files: tuple[Path, ...]
    wording: Wording
    segmenter: Segmenter
    table: PinyinTable
    departments: frozenset[str] = frozenset()

    @staticmethod
    def open(
        files: tuple[Path, ...], *, data: Path, cache: Path, departments: frozenset[str] = frozenset()
    ) -> "Workshop":
        """Read the tools (blocks for about 0.7 s); the files themselves are read by `build`."""
        wording = Wording.load(data / "wording")
        return Workshop(
            files=files,
            wording=wording,
            # The words come from the wording, not from the catalogue: one dictionary serves every publication.
            segmenter=Segmenter.load(cache / "jieba").with_words(wording.words_of_objects),
            table=PinyinTable.load(data / "wording" / "pinyin.txt"),
            departments=departments,
        )

    def build(self, *, serial: int, day: date = date.max, previous: Catalogue | None = None) -> SearchIndex:
        """Read the files and build catalogue and index (blocks), see `read` and `index`."""
        return self.index(self.read(serial=serial, day=day, previous=previous), Overlay(), serial=serial)

    def read(self, *, serial: int, day: date = date.max, previous: Catalogue | None = None) -> Catalogue:
        """Read the files (blocks).

        Args:
            serial: the number of this publication.
            day: the day the catalogue is for.
            previous: what was read before; its older versions of the items are kept.

        Raises:
            CatalogueRefused: with every fault; nothing was read.
        """
        with _considerately():
            catalogue = load(self.files, departments=self.departments, serial=serial, day=day)
            return catalogue if previous is None else catalogue.succeeding(previous, serial=serial)

    def index(self, catalogue: Catalogue, overlay: Overlay, *, serial: int) -> SearchIndex:
        """Build the index of what was read with what operators have laid over it (blocks)."""
        with _considerately():
            index = build_index(
                overlay.over_catalogue(catalogue, serial=serial),
                overlay.over_wording(self.wording),
                segmenter=self.segmenter,
                table=self.table,
            )
            return replace(index, overlay=overlay.version)


@contextmanager
def _considerately() -> Iterator[None]:
    """Make very many lasting objects beside an event loop that must not notice.

    The cyclic garbage collector rests: it would walk all of them again and again, each time holding the interpreter: 40 to
    110 ms without the event loop (measured), against 16 to 27 ms at rest. What was made lasts, so it is frozen: later
    collections pass it over, while reference counts still free it when the next publication replaces it. And the
    interpreter is handed over after one millisecond instead of five when the loop asks for it: on a busy machine the
    worst wait of a publication was halved (500 items, median of six: 143 ms before, 77 ms now).
    """
    with _ONE_AT_A_TIME:
        before = sys.getswitchinterval()
        sys.setswitchinterval(_HANDED_OVER_S)
        gc.disable()
        try:
            yield
            gc.freeze()
        finally:
            gc.enable()
            sys.setswitchinterval(before)


class Publishing(Protocol):
    """Serve one catalogue and take another; `ItemService` does."""

    def current(self) -> Catalogue:
        """Return what is published."""
        ...

    def publish(self, index: SearchIndex) -> None:
        """Publish another."""
        ...


class Watcher:
    """Publish again when a file changes, another version comes into force or operators lay something else over it.

    A faulty file changes nothing. Whoever asks, one publication is made after the other.
    """

    def __init__(self, service: Publishing, workshop: Workshop, *, clock: Clock) -> None:
        """Begin with the files as they are now: build it right after the service has loaded them."""
        self._service = service
        self._workshop = workshop
        self._clock = clock
        self._seen = self._signature()
        self._serial = int(service.current().version.partition("-")[0])
        self._overlay = Overlay()
        self._one_at_a_time = asyncio.Lock()
        self.base = service.current()
        """What the files say, with nothing laid over it."""

    async def watch(self, every: timedelta) -> None:
        """Check again and again, for ever; run it in the server's task registry. No time between checks means never."""
        while every > timedelta(0):
            await self.check()
            await asyncio.sleep(every.total_seconds())

    async def check(self) -> bool:
        """Publish if there is something new; return whether there was.

        A file that is refused is reported once, with every fault, and not read again until it changes.
        """
        async with self._one_at_a_time:
            seen = await asyncio.to_thread(self._signature)
            is_changed = seen != self._seen
            self._seen = seen
            return await self._read_again() if is_changed or self._is_new_day() else False

    async def put_over(self, overlay: Overlay) -> None:
        """Publish what the files say with another overlay; it stays over whatever is read later."""
        async with self._one_at_a_time:
            await self._publish(self.base, overlay)

    async def _read_again(self) -> bool:
        today = self._today()
        try:
            base = await asyncio.to_thread(self._workshop.read, serial=self._serial + 1, day=today, previous=self.base)
        except CatalogueRefused as refused:
            faults = [str(fault) for fault in refused.faults[:_MOST_FAULTS_LOGGED]]
            log.error(  # noqa: TRY400 - the faults say it all, a traceback nothing
                "catalogue refused", version=self.base.version, faults=faults, count=len(refused.faults)
            )
            return False
        await self._publish(base, self._overlay)
        return True

    async def _publish(self, base: Catalogue, overlay: Overlay) -> None:
        index = await asyncio.to_thread(self._workshop.index, base, overlay, serial=self._serial + 1)
        self._serial += 1
        self.base, self._overlay = base, overlay
        self._service.publish(index)
        version, items = index.catalogue.version, len(index.catalogue.items)
        log.info("catalogue published", version=version, items=items, overlay=overlay.version)

    def _is_new_day(self) -> bool:
        """Tell whether a version has come into force since what is published was built."""
        change = self.base.next_change
        return change is not None and change <= self._today()

    def _today(self) -> date:
        return self._clock.now().astimezone(SHANGHAI).date()

    def _signature(self) -> tuple[tuple[int, int], ...]:
        """Return time of change and size of every file; one that cannot be looked at counts as empty."""
        signature = []
        for file in self._workshop.files:
            try:
                status = file.stat()
            except OSError:
                signature.append((0, 0))
            else:
                signature.append((status.st_mtime_ns, status.st_size))
        return tuple(signature)
