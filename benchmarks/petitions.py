"""Measure a city's worth of petitions: ``python -m benchmarks.petitions [--petitions N] [--open N] [--folder DIR]``.

A store of N petitions is seeded once and kept (a million: some three minutes and 4 GB under ``var/bench``). Then, with
what is to be held in brackets, as 95th percentile: duplicates are looked for from random petitions (50 ms), staff turn
the pages of their lists and a citizen reads a timeline (20 ms); and all open petitions are dated anew after a notice of
one more day off (100,000 within 60 s) while a ticker tells how long the event loop was held (30 ms). Each run ends with
the calendar that the store did not have before, so that the next one dates everything again.
"""

import argparse
import asyncio
import gc
import json
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import uvloop
from msgspec import Struct
from msgspec.structs import replace

from benchmarks.petition_store import KEYS, NOW, Size, seeded
from services.calendar.model import NamedDay, YearNotice
from services.calendar.work_calendar import WorkCalendar
from services.clock import SystemClock
from services.coordination.in_process import InProcessBell
from services.database.collection import Collection, Database
from services.database.engine import open_database
from services.following.trail import POSITIONS, Trail
from services.petitions.corrections import CORRECTIONS
from services.petitions.deadline_rules import load_rules
from services.petitions.duplicates import DuplicateFinder
from services.petitions.filing import Filing
from services.petitions.loader import City, load_city
from services.petitions.merging import Merging
from services.petitions.model import Actor, Petition
from services.petitions.model_file import load_model
from services.petitions.service import PetitionService, Records
from services.petitions.store import HISTORY, NUMBERS, PETITIONS
from services.petitions.timeline import timeline
from services.petitions.transitions import ActorRole, Status
from services.petitions.watch import MARKS, CalendarMark, Clockwork

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
SAMPLES = 500
PAGES = 40
_CENTRE = Actor(role=ActorRole.CLERK, id="clerk1")
_CALENDAR = "calendar"
_TICK_S = 0.001


class Stage(Struct, frozen=True, kw_only=True):
    """An open store, and what serves it."""

    database: Database
    records: Records
    marks: Collection[CalendarMark]
    filing: Filing
    city: City

    def service(self, city: City) -> PetitionService:
        """Return the service by a city's rules."""
        return PetitionService(
            self.records, filing=self.filing, rules=city.rules, keys=KEYS, clock=SystemClock(), bell=InProcessBell()
        )

    def clockwork(self, city: City) -> Clockwork:
        """Return what dates anew when the calendar has changed."""
        service, petitions = self.service(city), self.records.petitions
        return Clockwork(
            service,
            petitions=petitions,
            merging=Merging(service, petitions),
            marks=self.marks,
            rules=city.rules,
            clock=SystemClock(),
        )


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--petitions", type=int, default=200_000)
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench", help="where seeded stores are kept")
    asked = parser.parse_args()
    city = load_city(DATA)
    filing = Filing(
        city.intake, deadlines=load_rules(DATA / "deadline_rules.json"), preset="shandong", rules=city.rules
    )
    size = Size(petitions=asked.petitions, still_open=min(asked.open, asked.petitions))
    began = time.perf_counter()
    path = seeded(asked.folder.resolve(), size, filing=filing, rules=city.rules)
    found = {"petitions": size.petitions, "seeded_s": round(time.perf_counter() - began, 1)}
    found |= uvloop.run(_measured(path, city, filing=filing))
    print(json.dumps(found, ensure_ascii=False))


async def _measured(path: Path, city: City, *, filing: Filing) -> dict[str, float]:
    database = open_database(f"sqlite:////{path.relative_to('/')}")
    records = Records(
        petitions=database.collection(PETITIONS),
        numbers=database.collection(NUMBERS),
        history=database.collection(HISTORY),
        corrections=database.collection(CORRECTIONS),
    )
    stage = Stage(database=database, records=records, marks=database.collection(MARKS), filing=filing, city=city)
    began = time.perf_counter()
    await database.open()
    # As the server does once it stands: the collector then leaves alone what lives as long as the process.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    try:
        found = {"opened_s": round(time.perf_counter() - began, 1)}
        found |= await _read(stage)
        found |= await _followed(stage)
        found |= await _dated_anew(stage)
    finally:
        await database.close()
    return found


async def _read(stage: Stage) -> dict[str, float]:
    """Measure what people wait for."""
    dice = random.Random(7)
    service = stage.service(stage.city)
    some = await _newest(stage.records.petitions, dice)
    finder = DuplicateFinder(stage.records.petitions, load_model(DATA / "petition_model.json.gz").counts)
    unit = next(petition.department for petition in some if petition.department)
    of_unit = Actor(role=ActorRole.DEPARTMENT, id="clerk", department=unit)
    return {
        **_percentiles("similar", await _timed([partial(finder.similar_to, one) for one in some])),
        **_percentiles("list_all", await _paged(service, _CENTRE, status=None)),
        **_percentiles("list_closed", await _paged(service, _CENTRE, status=Status.CLOSED)),
        **_percentiles("list_unit", await _paged(service, of_unit, status=None)),
        **_percentiles("list_unit_handling", await _paged(service, of_unit, status=Status.HANDLING)),
        **_percentiles("timeline", await _timed([partial(_timeline, service, one) for one in some])),
        **_percentiles("latest", await _timed([partial(service.latest, one.citizen_id) for one in some])),
    }


async def _followed(stage: Stage) -> dict[str, float]:
    """Measure one look of a follower that is up to date, and one round of the clockwork's index."""
    positions = stage.database.collection(POSITIONS)
    await stage.database.open()
    looks = []
    for number in range(5):
        trail = Trail(stage.records.petitions, positions, name=f"bench-{number}-{time.time_ns()}", clock=SystemClock())
        began = time.perf_counter()
        _ = await trail.look()
        looks.append(time.perf_counter() - began)
    return {"look_of_500_ms": round(statistics.median(looks) * 1000, 1)}


async def _dated_anew(stage: Stage) -> dict[str, float]:
    """Follow a change of the calendar."""
    changed = _with_a_day_off(stage.city)
    mark = await stage.marks.find(_CALENDAR)
    is_back = mark is not None and mark.fingerprint == changed.rules.calendar.fingerprint
    clockwork = stage.clockwork(stage.city if is_back else changed)
    async with _ticking() as held:
        began, worked, own = time.perf_counter(), time.process_time(), time.thread_time()
        moved = await clockwork.follow_calendar()
        took, cpu, own = time.perf_counter() - began, time.process_time() - worked, time.thread_time() - own
    return {
        "redated": moved,
        "redated_s": round(took, 1),
        # What it costs when nobody else wants the processor.
        "redated_cpu_s": round(cpu, 1),
        "redated_loop_cpu_s": round(own, 1),
        **held,
    }


@asynccontextmanager
async def _ticking() -> AsyncIterator[dict[str, float]]:
    """Measure how late a task comes that wants to run each millisecond; by the clock, and by our own processor time."""
    late: list[float] = []
    own: list[float] = []

    async def tick() -> None:
        while True:
            began, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(_TICK_S)
            late.append(time.perf_counter() - began - _TICK_S)
            own.append(time.thread_time() - worked)

    found: dict[str, float] = {}
    task = asyncio.create_task(tick())
    try:
        yield found
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        found["loop_late_p99_ms"] = round(statistics.quantiles(late, n=100)[-1] * 1000, 1)
        found["loop_late_worst_ms"] = round(max(late) * 1000, 1)
        found["loop_held_worst_cpu_ms"] = round(max(own) * 1000, 1)


async def _newest(petitions: Collection[Petition], dice: random.Random) -> list[Petition]:
    page = await petitions.query("filed", descending=True, limit=1_000)
    return dice.sample(page.documents, min(SAMPLES, len(page.documents)))


async def _timeline(service: PetitionService, petition: Petition) -> object:
    reporter = Actor(role=ActorRole.CITIZEN, id=petition.citizen_id)
    return timeline(await service.history(await service.of(petition.number, by=reporter)))


async def _paged(service: PetitionService, by: Actor, *, status: Status | None) -> list[float]:
    """Time the pages of a list, one behind the other."""
    times, after = [], None
    for _ in range(PAGES):
        began = time.perf_counter()
        page = await service.listed(by=by, status=status, after=after)
        times.append(time.perf_counter() - began)
        if (after := page.next) is None:
            break
    return times


async def _timed(calls: Sequence[Callable[[], Awaitable[object]]]) -> list[float]:
    times = []
    for call in calls:
        began = time.perf_counter()
        _ = await call()
        times.append(time.perf_counter() - began)
    return times


def _percentiles(name: str, times: Sequence[float]) -> dict[str, float]:
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return {f"{name}_p50_ms": round(statistics.median(times) * 1000, 2), f"{name}_p95_ms": round(p95 * 1000, 2)}


def _with_a_day_off(city: City) -> City:
    """Return the city after a late notice of one more day off."""
    notices = [
        msgspec.json.decode(path.read_bytes(), type=YearNotice) for path in sorted(DATA.glob("calendar_20*.json"))
    ]
    day = NamedDay((NOW + timedelta(days=3)).date(), "补充通知")
    notices[-1] = replace(notices[-1], off_days=(*notices[-1].off_days, day))
    return replace(city, rules=replace(city.rules, calendar=WorkCalendar(notices)))


if __name__ == "__main__":
    main()
