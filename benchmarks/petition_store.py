"""Seed a store with a city's petitions quickly, and keep it for the next measurement (``var/bench``).

Each petition is a copy of one of some hundred that lived through the real commands: the open ones stand everywhere
between filing and answer, the others are closed. Words, place, citizen, unit and minute vary from copy to copy. The
rows are written without indexes or fsync; opening the store builds the indexes by its schema, as an upgrade does. A
store that is only half written never gets its name.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from services.database.collection import D
from services.database.index_fields import ColumnValue
from services.database.sql import Connection, identifier, sql
from services.database.sqlite_collection import SqliteCollection
from services.database.sqlite_files import connect_writer
from services.database.sqlite_schema import prepare
from services.identity.sealing import Sealer
from services.ids import CitizenId
from services.petitions.centre_commands import Accept, CallBack, Close, Dispatch
from services.petitions.commands import Command, Scene, perform
from services.petitions.department_commands import Answer, RequestExtension, ReturnToSender, Sign, Start, Wait
from services.petitions.filing import Draft, Filing
from services.petitions.keys import Keys
from services.petitions.kind import Kind
from services.petitions.model import Actor, Event, Number, Petition, Place
from services.petitions.rules import CityRules
from services.petitions.store import NUMBERS, PETITIONS
from services.petitions.transitions import ActorRole

KEYS = Keys(query_secret=b"q" * 32, sealer=Sealer(b"k" * 32))
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
A_DAY = 15_000
"""Petitions the city files a day: so dense are they in time and place."""
STREETS = 141
PATTERNS = 300
ROWS_AT_ONCE = 2_000
SHAPE = 1
"""Raised when what is written here changes: an older store is then made anew."""
_OPEN_SINCE = timedelta(days=4)
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
_RETURNED = 0.2
_AGENT = Actor(role=ActorRole.AGENT, id="agent1")
_CLERK = Actor(role=ActorRole.CLERK, id="clerk1")

Step = tuple[Actor, Command]


class Size(Struct, frozen=True, kw_only=True):
    """How many petitions there are, and how many of them are open."""

    petitions: int
    still_open: int


def seeded(folder: Path, size: Size, *, filing: Filing, rules: CityRules) -> Path:
    """Return the file of a store of this size, made when it is not there yet."""
    path = folder / f"petitions-{size.petitions}-{size.still_open}-{SHAPE}.db"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    being_made = path.with_suffix(".new")
    for leftover in folder.glob(f"{being_made.name}*"):
        leftover.unlink()
    connection = connect_writer(being_made, waits=True)
    try:
        _write(connection, Maker(filing, rules).petitions(size))
    finally:
        connection.close()
    being_made.rename(path)
    return path


class Maker:
    """Make petitions, the same ones for the same size."""

    def __init__(self, filing: Filing, rules: CityRules) -> None:
        """Let some hundred petitions live."""
        self._dice = random.Random(20261124)
        self._filing = filing
        self._rules = rules
        self._units = sorted(rules.directory.departments)
        self._open = [self._lived(f"o{n}", at=NOW - _OPEN_SINCE * self._dice.random()) for n in range(PATTERNS)]
        self._closed = [self._lived(f"c{n}", at=NOW - timedelta(days=20), ends=True) for n in range(PATTERNS)]

    def petitions(self, size: Size) -> Iterator[Petition]:
        """Yield them, the open ones first."""
        spread = timedelta(days=max(1.0, size.petitions / A_DAY))
        for number in range(size.petitions):
            if number < size.still_open:
                # The same day of filing: what its dates were counted from.
                yield self._copy(self._dice.choice(self._open), number, moved=timedelta(seconds=number % 600))
            else:
                yield self._copy(self._dice.choice(self._closed), number, moved=-spread * self._dice.random())

    def _lived(self, key: str, *, at: datetime, ends: bool = False) -> Petition:
        """Return a petition that was filed then and has come as far as the dice say, or to its end."""
        draft = Draft(
            key=key,
            citizen_id=CitizenId(f"cz_{key}"),
            conversation_id=None,
            source="app",
            kind=Kind.HELP,
            text=self._text(),
            place=Place(text="市南区示例路"),
        )
        petition = self._filing.petition(draft, number=key, at=at, keys=KEYS)
        for by, command in self._way() if ends else self._under_way():
            at += timedelta(minutes=20)
            petition = perform(command, Scene(petition=petition, by=by, at=at, rules=self._rules))
        # The relay has long told everybody.
        return replace(petition, pending=())

    def _way(self) -> list[Step]:
        """Return everybody's steps from the filing to the closing; one petition in five is returned once."""
        unit, other = self._dice.sample(self._units, 2)
        clerk, stranger = _clerk_of(unit), _clerk_of(other)
        returned: list[Step] = [(_CLERK, Dispatch(to=other)), (stranger, ReturnToSender(reason="不属于本单位职责"))]
        return [
            (_AGENT, Accept()),
            *(returned if self._dice.random() < _RETURNED else []),
            (_CLERK, Dispatch(to=unit)),
            (clerk, Sign()),
            (clerk, Start()),
            (clerk, Answer(public_text="您反映的问题已经处理完毕，感谢您的监督。", internal_text="已更换")),
            (_AGENT, CallBack(reached=True, solved=True, result=5, process=4)),
            (_CLERK, Close()),
        ]

    def _under_way(self) -> list[Step]:
        """Return the steps of one that is not answered yet; some wait for the citizen or ask for more time."""
        way = self._way()[: self._dice.randrange(len(self._way()) - 2)]
        way = [step for step in way if not isinstance(step[1], Answer | CallBack | Close)]
        if way and isinstance(way[-1][1], Start):
            more = (Wait(question="请问具体是哪一处？"), RequestExtension(days=3, reason="需要采购配件"), None)
            command = self._dice.choice(more)
            way += [(way[-1][0], command)] if command else []
        return way

    def _copy(self, pattern: Petition, number: int, *, moved: timedelta) -> Petition:
        return replace(
            pattern,
            id=f"pt_{number:07d}",
            version=1,
            number=f"QD{number:07d}",
            text=self._text(),
            place=Place(text="市南区示例路", district="370202", street=f"3702{self._dice.randrange(STREETS):05d}"),
            reporter=replace(pattern.reporter, citizen_id=CitizenId(f"cz_{number // 3}")),
            filed_at=pattern.filed_at + moved,
            history=tuple(_moved(event, moved) for event in pattern.history),
        )

    def _text(self) -> str:
        dice = self._dice
        sentence = f"{dice.choice(_PLACES)}的{dice.choice(_THINGS)}{dice.choice(_FAULTS)}"
        return "，".join([sentence, *dice.sample(_MORE, 3)]) + "。"


def _moved(event: Event, by: timedelta) -> Event:
    return replace(event, at=event.at + by)


def _clerk_of(unit: str) -> Actor:
    return Actor(role=ActorRole.DEPARTMENT, id=f"{unit}-1", department=unit)


def _write(connection: Connection, petitions: Iterable[Petition]) -> None:
    """Write petitions and their numbers as plain rows; the indexes are left to whoever opens the store."""
    # Nothing has to outlive a crash: what is only half there is made anew.
    connection.execute(sql("PRAGMA journal_mode = OFF")).fetchall()
    connection.execute(sql("PRAGMA synchronous = OFF")).fetchall()
    collection: SqliteCollection[Petition] = SqliteCollection(replace(PETITIONS, is_verified=False))
    numbers: SqliteCollection[Number] = SqliteCollection(NUMBERS)
    prepare(connection, [collection, numbers])
    for name in collection.statements.indexes:
        connection.execute(sql("DROP INDEX {name}", name=identifier(name)))
    rows = iter(petitions)
    connection.execute(sql("BEGIN"))
    while some := list(islice(rows, ROWS_AT_ONCE)):
        for one in some:
            connection.execute(collection.statements.add, _row(collection, one))
        # In a run of their own: two tables in turn would spread each over the whole file.
        for one in some:
            claim = Number(id=one.number, version=1, petition_id=one.id)
            connection.execute(numbers.statements.add, _row(numbers, claim))
    connection.execute(sql("COMMIT"))


def _row(collection: SqliteCollection[D], document: D) -> tuple[ColumnValue | bytes, ...]:
    codec = collection.codec
    return (document.id, document.version, *codec.columns(document), codec.encode(document))
