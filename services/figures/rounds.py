"""Read a petition's history as rounds: who had it, which date was owed, what the citizen said. Pure.

The clocks are run anew from the events, with the rules the petition was given, so that nothing but the history decides.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from msgspec import Struct

from services.calendar.work_calendar import WorkCalendar
from services.clock import SHANGHAI
from services.figures.cells import added, day_cell
from services.figures.model import Counts, Figure, Place
from services.petitions.clocks import ClockRefused, Clocks, ExtensionTooLong
from services.petitions.deadline_model import PauseReason, Run
from services.petitions.deadlines import due_of
from services.petitions.departments import Directory
from services.petitions.model import UNSATISFIED_UP_TO, Event, Petition
from services.petitions.transitions import OPEN, Action, Status

_SECOND = timedelta(seconds=1)


class Happening(Struct, frozen=True):
    """One thing to count: when, for whom, what."""

    at: datetime
    unit: str
    figure: Figure


class _Hand(Struct, frozen=True):
    """Who has had the petition from a moment on."""

    since: datetime
    unit: str


class RoundReader:
    """Go through one history, event by event."""

    def __init__(self, petition: Petition, *, calendar: WorkCalendar, directory: Directory) -> None:
        """Begin before the first event."""
        self._petition = petition
        self._calendar = calendar
        self._units = {one.name: one.id for one in directory.departments.values()} | {
            one.name: one.code for one in directory.districts.values()
        }
        self._clocks = Clocks(citizen=Run(received_at=petition.filed_at, limit=petition.rules.answer))
        self._status = Status.FILED
        self._hands = [_Hand(petition.filed_at, "")]
        self._heard: list[Happening] = []
        self._is_overdue = False
        self._is_closed = False
        self._is_accepted = False
        self._counters: dict[Action, Callable[[Event], Iterator[Happening]]] = {
            Action.ACCEPT: self._accepted,
            Action.DISPATCH: self._dispatched,
            Action.RETURN: self._returned,
            Action.ANSWER: self._answered,
            Action.CALL_BACK: self._spoke,
            Action.RATE: self._spoke,
            Action.GIVE_UP: self._gave_up,
            Action.REDO: self._redone,
            Action.CLOSE: self._closed,
            Action.CLOSE_DISSATISFIED: self._closed,
        }

    @property
    def clocks(self) -> Clocks:
        """Return the clocks as they stand now: the same as the petition's own when its history was read."""
        return self._clocks

    def happenings(self, history: Sequence[Event], *, as_of: datetime) -> Iterator[Happening]:
        """Yield everything to count of a history, up to a moment for dates that pass by themselves."""
        last_unit = ""
        for event in history:
            yield from self._passed(event)
            yield from self._counted(event)
            last_unit = self._unit or last_unit
        yield from self._heard
        if self._status in OPEN:
            yield from self._overdue(as_of)
        if self._is_accepted:
            at = next(event.at for event in history if event.action is Action.ACCEPT)
            yield Happening(at, last_unit, Figure.ACCEPTED)

    @property
    def _unit(self) -> str:
        return self._hands[-1].unit

    def _passed(self, event: Event) -> Iterator[Happening]:
        """Yield that the date had passed when an event ended the time in which it was owed."""
        if self._status in OPEN and event.status not in OPEN:
            yield from self._overdue(event.at)

    def _overdue(self, until: datetime) -> Iterator[Happening]:
        due = due_of(self._clocks.citizen, self._calendar)
        if due is None or until < due.due_at + _SECOND or self._is_overdue:
            return
        self._is_overdue = True
        at = due.due_at + _SECOND
        unit = next((hand.unit for hand in reversed(self._hands) if hand.since <= at), "")
        yield Happening(at, unit, Figure.OVERDUE)

    def _counted(self, event: Event) -> Iterator[Happening]:
        count = self._counters.get(event.action)
        if count is not None:
            yield from count(event)
        else:
            self._ran(event)
        self._status = event.status

    def _accepted(self, _: Event) -> Iterator[Happening]:
        # Counted at the end, for whoever has it then.
        self._is_accepted = True
        yield from ()

    def _dispatched(self, event: Event) -> Iterator[Happening]:
        self._handed(event)
        self._clocks = self._clocks.dispatched(self._petition.rules.answer, event.at)
        yield Happening(event.at, self._unit, Figure.DISPATCHED)

    def _returned(self, event: Event) -> Iterator[Happening]:
        yield Happening(event.at, self._unit, Figure.RETURNED)
        self._hands.append(_Hand(event.at, ""))
        self._clocks = self._clocks.returned()

    def _answered(self, event: Event) -> Iterator[Happening]:
        yield Happening(event.at, self._unit, Figure.ANSWERED)
        if not self._is_overdue:
            yield Happening(event.at, self._unit, Figure.ON_TIME)

    def _spoke(self, event: Event) -> Iterator[Happening]:
        # The last word of a round counts: a call may be followed by a rating.
        self._heard = list(self._said(event))
        yield from ()

    def _gave_up(self, event: Event) -> Iterator[Happening]:
        yield Happening(event.at, self._unit, Figure.UNREACHED)

    def _closed(self, event: Event) -> Iterator[Happening]:
        if not self._is_closed:
            self._is_closed = True
            yield Happening(event.at, self._unit, Figure.CLOSED)

    def _redone(self, event: Event) -> Iterator[Happening]:
        """End a round: what was said of it counts, and everything begins anew."""
        yield from self._heard
        yield Happening(event.at, self._unit, Figure.REDO)
        self._heard, self._is_overdue, self._is_closed = [], False, False
        self._handed(event)
        run = Run(received_at=event.at, limit=self._petition.rules.answer)
        self._clocks = Clocks(citizen=run, unit=run)
        yield Happening(event.at, self._unit, Figure.DISPATCHED)

    def _handed(self, event: Event) -> None:
        name = event.public.get("department", "")
        self._hands.append(_Hand(event.at, self._units.get(name, name)))

    def _said(self, event: Event) -> Iterator[Happening]:
        said = {name: event.public.get(name, "") for name in ("solved", "result", "process")}
        yes = [Figure.HEARD]
        yes += [Figure.SOLVED] if said["solved"] == "true" else []
        yes += [Figure.SATISFIED] if _is_satisfied(said["result"]) else []
        yes += [Figure.PROCESS_SATISFIED] if _is_satisfied(said["process"]) else []
        for figure in yes:
            yield Happening(event.at, self._unit, figure)

    def _ran(self, event: Event) -> None:
        """Stop, start or extend the clocks as the event did."""
        # An event that does not fit leaves the clocks as they are: it is the figures that must go on.
        with suppress(ClockRefused, ExtensionTooLong):
            match event.action:
                case Action.WAIT:
                    self._clocks = self._clocks.paused(PauseReason.WAITING_FOR_CITIZEN, event.at)
                case Action.BEGIN_SPECIAL:
                    self._clocks = self._clocks.paused(PauseReason.SPECIAL_PROCEDURE, event.at)
                case Action.RESUME | Action.END_SPECIAL:
                    self._clocks = self._clocks.resumed(event.at)
                case Action.SUPPLEMENT if self._status is Status.WAITING:
                    self._clocks = self._clocks.resumed(event.at)
                case Action.APPROVE_EXTENSION:
                    days = int(event.public.get("days", "0"))
                    self._clocks = self._clocks.extended(days, most=self._petition.rules.most_extension_workdays)
                case _:
                    pass


def contribution(
    petition: Petition, history: Sequence[Event], *, reader: RoundReader, as_of: datetime
) -> dict[str, Counts]:
    """Return what one petition adds to each day's cell."""
    result: dict[str, Counts] = {}
    for happening in reader.happenings(history, as_of=as_of):
        day = happening.at.astimezone(SHANGHAI).date()
        cell = day_cell(Place(day, happening.unit, petition.level1, petition.place.district))
        result[cell] = added(result.get(cell, {}), {happening.figure: 1})
    return result


def _is_satisfied(grade: str) -> bool:
    return grade.isdecimal() and int(grade) > UNSATISFIED_UP_TO
