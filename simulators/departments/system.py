"""Hold what a department's system has received and how it shall behave next."""

from collections import deque
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from services.clock import Clock
from simulators.departments.signature import SignatureCheck

EVENTS_KEPT: Final = 2_000


class DepartmentSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe a department's system.

    Attributes:
        id: as in the city's list of departments.
        key: the key id both sides name; ``secret`` signs in both directions.
        city_base: where the city's interface is, up to ``/departments/api/v1``.
    """

    id: str
    name: str
    key: str
    secret: str
    city_base: str


class EventKind(StrEnum):
    """What the city tells a department about a petition."""

    DISPATCHED = "dispatched"  # 转办
    WITHDRAWN = "withdrawn"  # 撤单
    URGED = "urged"  # 催办
    SUPPLEMENTED = "supplemented"  # 市民补充
    EXTENSION_APPROVED = "extension-approved"  # 批准延期
    EXTENSION_REFUSED = "extension-refused"  # 不批准延期
    REDO = "redo"  # 重办
    SUPERVISED = "supervised"  # 督办
    JOINED = "joined"  # 协办
    RESUMED = "resumed"  # 未等到补充，继续计时
    SPECIAL_PROCEDURE = "special-procedure"  # 进入特别程序，暂停计时
    PROCEDURE_ENDED = "procedure-ended"  # 特别程序结束，继续计时
    MERGED = "merged"  # 并案
    UNMERGED = "unmerged"  # 撤销并案
    YELLOW_CARD = "yellow-card"  # 黄牌
    RED_CARD = "red-card"  # 红牌


class Event(Struct, frozen=True, kw_only=True):
    """Hold one push of the city; ``petition`` is there with ``dispatched`` and ``redo``."""

    event_id: Annotated[str, Meta(min_length=1, max_length=128)]
    event: EventKind
    at: datetime
    number: Annotated[str, Meta(min_length=1, max_length=40)]
    due: date | None = None
    version: int
    text: str = ""
    petition: dict[str, Any] | None = None


class FaultKind(StrEnum):
    """How the next pushes go wrong."""

    REFUSE = "refuse"  # answered with a status, not kept
    SLOW = "slow"  # kept, answered after a delay
    ANSWER_LOST = "answer_lost"  # kept, the connection closes without an answer


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Plan a fault for the next ``times`` pushes."""

    kind: FaultKind
    status: Annotated[int, Meta(ge=400, le=599)] = 503
    delay_s: Annotated[float, Meta(ge=0, le=120)] = 10.0
    times: Annotated[int, Meta(ge=1, le=1_000_000)] = 1


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell one action the system takes by itself once a petition has come, so long after the step before."""

    action: str
    body: dict[str, Any] = {}
    after_s: Annotated[float, Meta(ge=0, le=3_600)] = 0.0


class DepartmentSystem:
    """Keep one department's petitions; nothing here talks to anybody.

    Attributes:
        events: what came, oldest first, repeats left out.
        routine: what the system does by itself with every petition that is dispatched to it; nothing at first.
    """

    def __init__(self, settings: DepartmentSettings, *, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.signatures = SignatureCheck({settings.key: settings.secret}, clock=clock)
        self.events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self.routine: tuple[Step, ...] = ()
        self._seen: deque[str] = deque(maxlen=EVENTS_KEPT)
        self._faults: list[tuple[Fault, int]] = []

    def receive(self, event: Event) -> bool:
        """Keep an event and tell whether it is new; a repeated ``event_id`` changes nothing."""
        if event.event_id in self._seen:
            return False
        self._seen.append(event.event_id)
        self.events.append(event)
        return True

    def plan(self, fault: Fault) -> None:
        """Plan a fault."""
        self._faults.append((fault, fault.times))

    def next_fault(self) -> Fault | None:
        """Take the next planned fault."""
        if not self._faults:
            return None
        fault, left = self._faults[0]
        self._faults[:1] = [(fault, left - 1)] if left > 1 else []
        return fault
