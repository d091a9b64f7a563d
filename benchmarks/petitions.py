"""Measure a city's worth of petitions: ``python -m benchmarks.petitions [--petitions N] [--open N] [--folder DIR]``.

First N petitions are stored, a year of a busy city: most closed, some open. Then duplicates are looked for from
random petitions (the p95 to hold is 50 ms), and all open ones are dated anew after a late notice of one more day off
(100,000 to be done within 60 s). Texts are put together at random from a city's everyday complaints.
"""

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import uvloop
from msgspec.structs import replace

from services.calendar.model import NamedDay, YearNotice
from services.calendar.work_calendar import WorkCalendar
from services.clock import SystemClock
from services.coordination.in_process import InProcessBell
from services.database.collection import Collection
from services.database.engine import open_database
from services.identity.sealing import Sealer
from services.ids import CitizenId
from services.petitions.corrections import CORRECTIONS
from services.petitions.deadline_rules import load_rules
from services.petitions.duplicates import DuplicateFinder
from services.petitions.filing import Draft, Filing
from services.petitions.keys import Keys
from services.petitions.kind import Kind
from services.petitions.loader import City, load_city
from services.petitions.model import Petition, Place
from services.petitions.model_file import load_model
from services.petitions.service import PetitionService, Records
from services.petitions.store import HISTORY, NUMBERS, PETITIONS
from services.petitions.transitions import Status

DATA = Path(__file__).parents[1] / "data"
KEYS = Keys(query_secret=b"q" * 32, sealer=Sealer(b"k" * 32))
FILED_UNTIL = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SPREAD = timedelta(days=365)
LOOKED_FOR = 500
AT_ONCE = 500
STREETS = 141
_THINGS = ("路灯", "垃圾桶", "暖气", "自来水", "下水道", "井盖", "电梯", "停车场", "公交车", "广场舞", "烧烤摊", "违建")
_FAULTS = (
    "坏了没人修",
    "半夜还很吵",
    "堵住了道路",
    "一直漏水",
    "有异味",
    "收费不合理",
    "多次反映没有结果",
    "影响老人出行",
)
_PLACES = ("小区南门", "学校门口", "菜市场旁边", "三号楼下", "公交站附近", "河边步道", "地下车库", "社区中心")
_MORE = (
    "已经持续了一个星期",
    "打过电话没有回音",
    "希望尽快处理",
    "附近居民都有意见",
    "孩子放学要经过这里",
    "物业互相推诿",
)


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--petitions", type=int, default=200_000)
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--folder", default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        found = uvloop.run(_measured(Path(folder), petitions=asked.petitions, still_open=asked.open))
    print(json.dumps(found, ensure_ascii=False))


async def _measured(folder: Path, *, petitions: int, still_open: int) -> dict[str, float]:
    city = await asyncio.to_thread(load_city, DATA)
    filing = Filing(
        city.intake, deadlines=load_rules(DATA / "deadline_rules.json"), preset="shandong", rules=city.rules
    )
    database = open_database(f"sqlite:///{folder}/petitions.db", root=folder)
    records = Records(
        petitions=database.collection(PETITIONS),
        numbers=database.collection(NUMBERS),
        history=database.collection(HISTORY),
        corrections=database.collection(CORRECTIONS),
    )
    await database.open()
    try:
        began = time.perf_counter()
        await _fill(records.petitions, filing, count=petitions, still_open=still_open)
        filled = time.perf_counter() - began
        times = await _look_for_duplicates(records.petitions)
        began, worked = time.perf_counter(), time.process_time()
        moved = await _changed(city, filing=filing, records=records).redate()
        redated, redated_cpu = time.perf_counter() - began, time.process_time() - worked
    finally:
        await database.close()
    return {
        "petitions": petitions,
        "filled_s": round(filled, 1),
        "similar_p50_ms": round(statistics.median(times) * 1000, 1),
        "similar_p95_ms": round(statistics.quantiles(times, n=20)[-1] * 1000, 1),
        "redated": moved,
        "redated_s": round(redated, 1),
        # What it costs when nobody else wants the processor.
        "redated_cpu_s": round(redated_cpu, 1),
    }


async def _fill(collection: Collection[Petition], filing: Filing, *, count: int, still_open: int) -> None:
    """Store petitions; a few hundred are proposed in earnest and vary in words, place and time from there on."""
    dice = random.Random(20261124)
    patterns = [
        filing.petition(_draft(dice, key=str(n)), number=f"P{n}", at=FILED_UNTIL, keys=KEYS) for n in range(300)
    ]
    for first in range(0, count, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count))
        made = [_varied(dice, patterns, number=n, is_open=n < still_open) for n in numbers]
        await asyncio.gather(*(collection.add(petition) for petition in made))


async def _look_for_duplicates(collection: Collection[Petition]) -> list[float]:
    dice = random.Random(7)
    finder = DuplicateFinder(collection, load_model(DATA / "petition_model.json.gz").counts)
    page = await collection.query("filed", descending=True, limit=1_000)
    times = []
    for petition in dice.sample(page.documents, min(LOOKED_FOR, len(page.documents))):
        began = time.perf_counter()
        _ = await finder.similar_to(petition)
        times.append(time.perf_counter() - began)
    return times


def _changed(city: City, *, filing: Filing, records: Records) -> PetitionService:
    """Return the service after a late notice of one more day off."""
    notices = [
        msgspec.json.decode(path.read_bytes(), type=YearNotice) for path in sorted(DATA.glob("calendar_20*.json"))
    ]
    day = NamedDay((FILED_UNTIL + timedelta(days=3)).date(), "补充通知")
    notices[-1] = replace(notices[-1], off_days=(*notices[-1].off_days, day))
    rules = replace(city.rules, calendar=WorkCalendar(notices))
    return PetitionService(records, filing=filing, rules=rules, keys=KEYS, clock=SystemClock(), bell=InProcessBell())


def _varied(dice: random.Random, patterns: list[Petition], *, number: int, is_open: bool) -> Petition:
    pattern = dice.choice(patterns)
    street = f"3702{dice.randrange(STREETS):05d}"
    at = FILED_UNTIL - (timedelta(minutes=number % 600) if is_open else SPREAD * dice.random())
    return replace(
        pattern,
        id=f"pt_{number}",
        number=f"QD{number}",
        text=_text(dice),
        place=Place(text=pattern.place.text, district="370202", street=street),
        filed_at=at,
        status=Status.FILED if is_open else Status.CLOSED,
        watch_at=pattern.watch_at if is_open else None,
    )


def _draft(dice: random.Random, *, key: str) -> Draft:
    return Draft(
        key=key,
        citizen_id=CitizenId(f"cz_{key}"),
        conversation_id=None,
        source="app",
        kind=Kind.HELP,
        text=_text(dice),
        place=Place(text="市南区示例路"),
    )


def _text(dice: random.Random) -> str:
    sentence = f"{dice.choice(_PLACES)}的{dice.choice(_THINGS)}{dice.choice(_FAULTS)}"
    return "，".join([sentence, *dice.sample(_MORE, 3)]) + "。"


if __name__ == "__main__":
    main()
