"""Hold what shall go wrong next, on command: refusals, broken answers, slowness, lost answers."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

EVERY_API = "*"


class ApiFaultKind(StrEnum):
    """How a call of the developer's server goes wrong."""

    REFUSE = "refuse"  # an errcode inside HTTP 200, nothing done
    HTTP_ERROR = "http_error"  # a gateway's HTML page with an HTTP status, nothing done
    SLOW = "slow"  # done after a delay
    ANSWER_LATE = "answer_late"  # done at once, answered after a delay
    ANSWER_LOST = "answer_lost"  # done, then the connection closes without an answer


class ApiFault(Struct, frozen=True, kw_only=True):
    """Plan a fault for the next ``times`` calls of one API path, or of every path with ``*``."""

    kind: ApiFaultKind
    path: str = EVERY_API
    errcode: int = -1
    status: Annotated[int, Meta(ge=400, le=599)] = 502
    delay_s: Annotated[float, Meta(ge=0, le=60)] = 1.0
    times: Annotated[int, Meta(ge=1, le=1_000_000)] = 1


class CallbackFaultKind(StrEnum):
    """How a callback to the developer's server goes wrong."""

    ANSWER_LOST = "answer_lost"  # the answer of a try never arrives: the platform tries again
    TWICE = "twice"  # the same try is made twice at the same moment


class CallbackFault(Struct, frozen=True, kw_only=True):
    """Plan a fault for the next ``times`` tries."""

    kind: CallbackFaultKind
    times: Annotated[int, Meta(ge=1, le=1_000_000)] = 1


class Faults:
    """Hand out planned faults, each as often as it was planned, in the order they were planned."""

    def __init__(self) -> None:
        self._api: list[tuple[ApiFault, int]] = []
        self._callback: dict[CallbackFaultKind, int] = {}

    def plan_api(self, fault: ApiFault) -> None:
        """Plan a fault of the API."""
        self._api.append((fault, fault.times))

    def plan_callback(self, fault: CallbackFault) -> None:
        """Plan a fault of the callbacks."""
        self._callback[fault.kind] = self._callback.get(fault.kind, 0) + fault.times

    def next_api(self, path: str) -> ApiFault | None:
        """Take the first fault planned for this path."""
        for index, (fault, left) in enumerate(self._api):
            if fault.path in {EVERY_API, path}:
                self._api[index] = (fault, left - 1)
                self._api = [(planned, times) for planned, times in self._api if times]
                return fault
        return None

    def next_callback(self, kind: CallbackFaultKind) -> bool:
        """Take a planned fault of this kind and tell whether there was one."""
        left = self._callback.get(kind, 0)
        if left:
            self._callback[kind] = left - 1
        return left > 0

    def clear(self) -> None:
        """Forget everything planned."""
        self._api.clear()
        self._callback.clear()

    def pending(self) -> dict[str, int]:
        """Return how often each planned fault is still due, for the phone page."""
        api = {f"{fault.kind} {fault.path}": left for fault, left in self._api}
        return api | {f"callback {kind}": left for kind, left in self._callback.items() if left}
