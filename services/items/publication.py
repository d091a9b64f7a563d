"""Build what will be published, in the pauses of the loop, and publish again whenever a file or the day changes."""

import asyncio
import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

import structlog
from msgspec import Struct

from services.clock import SHANGHAI, Clock
from services.items.catalogue import Catalogue
from services.items.faults import CatalogueRefused
from services.items.loader import Fetched, Release, fetch, loading
from services.items.model import ServiceItem
from services.items.overlay import Overlay
from services.items.search.index import Indexer, SearchIndex
from services.items.search.wording import Wording
from services.steps import Steps, at_once, in_turns
from services.text.pinyin import PinyinTable
from services.text.segment import Segmenter

log = structlog.get_logger()

_MOST_FAULTS_LOGGED = 50


class Workshop(Struct, frozen=True, kw_only=True):
    """Hold what every index is made of: the files and the tools that do not change while serving."""

    files: tuple[Path, ...]
    wording: Wording
    indexer: Indexer
    departments: frozenset[str] = frozenset()

    @staticmethod
    def open(
        files: tuple[Path, ...], *, data: Path, cache: Path, departments: frozenset[str] = frozenset()
    ) -> "Workshop":
        """Read the tools (blocks for about 0.8 s); the files themselves are read by `build`."""
        wording = Wording.load(data / "wording")
        # The words come from the wording, not from the catalogue: one dictionary serves every publication.
        segmenter = Segmenter.load(cache / "jieba").with_words(wording.words_of_objects)
        table = PinyinTable.load(data / "wording" / "pinyin.txt")
        indexer = Indexer(wording, segmenter=segmenter, table=table)
        return Workshop(files=files, wording=wording, indexer=indexer, departments=departments)

    def build(self, *, serial: int, day: date = date.max) -> SearchIndex:
        """Read the files and build catalogue and index at once (blocks), see `reading` and `indexing`."""
        with _making_what_lasts():
            catalogue = at_once(self.reading(fetch(self.files), serial=serial, day=day))
            return at_once(self.indexing(catalogue, Overlay(), serial=serial))

    def reading(
        self, files: Iterable[Fetched], *, serial: int, day: date = date.max, previous: Catalogue | None = None
    ) -> Steps[Catalogue]:
        """Read what was fetched of the files.

        Args:
            files: their contents.
            serial: the number of this publication.
            day: the day the catalogue is for.
            previous: what was read before; its older versions of the items are kept.

        Raises:
            CatalogueRefused: with every fault; nothing was read.
        """
        release = Release(serial=serial, day=day, departments=self.departments, previous=previous)
        return loading(files, release)

    def indexing(self, catalogue: Catalogue, overlay: Overlay, *, serial: int) -> Steps[SearchIndex]:
        """Build the index of what was read with what operators have laid over it."""
        covered = yield from overlay.over_catalogue(catalogue, serial=serial)
        wording = overlay.over_wording(self.wording)
        yield
        return (yield from self.indexer.building(covered, wording.items, overlay=overlay.version))


@contextmanager
def _making_what_lasts() -> Iterator[None]:
    """Let the cyclic garbage collector rest while very many lasting objects are made.

    It would walk them again and again, 4 to 20 ms at a time. What was made is frozen: later collections pass it over, while
    reference counts still free it when the next publication replaces it. A turn leaves no cycles behind (measured), so
    nothing is lost by those that are answered meanwhile.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _letting_go(replaced: list[tuple[ServiceItem, ...]]) -> Steps[None]:
    """Drop items one after the other: of thousands at once everybody would notice."""
    while replaced:
        del replaced[-1]
        yield


class Publishing(Protocol):
    """Serve one catalogue and take another; `ItemService` does."""

    def served(self) -> SearchIndex:
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
        self._serial = int(service.served().catalogue.version.partition("-")[0])
        self._overlay = Overlay()
        self._one_at_a_time = asyncio.Lock()
        self.base = service.served().catalogue
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
            if not (is_changed or self._is_new_day()):
                return False
            with _making_what_lasts():
                return await self._read_again()

    async def put_over(self, overlay: Overlay) -> None:
        """Publish what the files say with another overlay; it stays over whatever is read later."""
        async with self._one_at_a_time:
            with _making_what_lasts():
                await self._publish(self.base, overlay)

    async def _read_again(self) -> bool:
        files = await asyncio.to_thread(fetch, self._workshop.files)
        reading = self._workshop.reading(files, serial=self._serial + 1, day=self._today(), previous=self.base)
        try:
            base = await in_turns(reading)
        except CatalogueRefused as refused:
            faults = [str(fault) for fault in refused.faults[:_MOST_FAULTS_LOGGED]]
            log.error(  # noqa: TRY400 - the faults say it all, a traceback nothing
                "catalogue refused", version=self.base.version, faults=faults, count=len(refused.faults)
            )
            return False
        await self._publish(base, self._overlay)
        return True

    async def _publish(self, base: Catalogue, overlay: Overlay) -> None:
        index = await in_turns(self._workshop.indexing(base, overlay, serial=self._serial + 1))
        replaced = list(self._service.served().catalogue.history.values())
        self._serial += 1
        self.base, self._overlay = base, overlay
        self._service.publish(index)
        version, items = index.catalogue.version, len(index.catalogue.items)
        log.info("catalogue published", version=version, items=items, overlay=overlay.version)
        await in_turns(_letting_go(replaced))

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
