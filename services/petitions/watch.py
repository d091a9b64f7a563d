"""Do what falls due by itself: cards, time-outs, closings, and the alarm for next year's calendar.

The index ``watch`` has the moment of each petition's next duty, so a round reads what is due and nothing else. Every
duty is one write that makes itself undone: whoever repeats it, in this process or another, finds nothing left to do.
"""

import asyncio
from datetime import datetime, timedelta

import structlog

from services.clock import SHANGHAI, Clock
from services.database.collection import Collection, Document, Range, Schema, StaleVersion
from services.errors import Conflict, Unavailable
from services.petitions.dating import dated
from services.petitions.merging import SYSTEM, Merging
from services.petitions.model import Petition
from services.petitions.rules import CityRules
from services.petitions.schedule import Duty, duty_due
from services.petitions.service import PetitionService
from services.petitions.system_commands import command_for
from services.petitions.transitions import Status

log = structlog.get_logger()

_PAGE = 200
_SWEEP_EVERY = timedelta(hours=1)
_ALARM_EVERY = timedelta(hours=12)
_CALENDAR = "calendar"


class CalendarMark(Document, frozen=True, kw_only=True):
    """The calendar by which all open petitions were dated last; one document."""

    fingerprint: str


MARKS: Schema[CalendarMark] = Schema(name="petition_calendar", document=CalendarMark)


class Clockwork:
    """The system's own hands."""

    def __init__(  # noqa: PLR0913 - the composition root passes each part by name
        self,
        service: PetitionService,
        *,
        petitions: Collection[Petition],
        merging: Merging,
        marks: Collection[CalendarMark],
        rules: CityRules,
        clock: Clock,
    ) -> None:
        """Take the petitions, what acts on them, and the rules."""
        self._service = service
        self._petitions = petitions
        self._merging = merging
        self._marks = marks
        self._rules = rules
        self._clock = clock
        self._alarmed_at: datetime | None = None
        self._swept_at: datetime | None = None

    async def run(self, every: timedelta) -> None:
        """Work until cancelled; a fault is logged and waited out, never the end of the loop."""
        while True:
            try:
                _ = await self.follow_calendar()
                _ = await self.step()
                self.check_calendar()
                _ = await self.sweep_merged()
            except Unavailable as error:
                log.warning("clockwork waits for the store", error=error.code)
            except Exception:
                log.exception("clockwork step failed")
            await asyncio.sleep(every.total_seconds())

    async def step(self) -> int:
        """Do everything that is due now, once; return how much was done."""
        within = Range(below=self._clock.now() + timedelta(milliseconds=1))
        done, after = 0, None
        while True:
            page = await self._petitions.query("watch", within=within, after=after, limit=_PAGE)
            for petition in page.documents:
                done += await self._one(petition)
            if (after := page.next) is None:
                return done

    async def follow_calendar(self) -> int:
        """Date all open petitions anew when the calendar is not the one of the last time; return how many moved.

        A crash in between leaves the old mark, and the next start begins again: dating twice changes nothing.
        """
        fingerprint = self._rules.calendar.fingerprint
        mark = await self._marks.find(_CALENDAR)
        if mark is not None and mark.fingerprint == fingerprint:
            return 0
        moved = await self._service.redate()
        new = CalendarMark(id=_CALENDAR, version=mark.version if mark else 0, fingerprint=fingerprint)
        try:
            _ = await (self._marks.save(new) if mark else self._marks.add(new))
        except Conflict:
            # Another process dated by the same calendar in the same moment.
            return moved
        log.info("petitions dated anew", moved=moved)
        return moved

    async def sweep_merged(self) -> int:
        """Once an hour, let every merged petition follow its lead: the net under a crash between two documents."""
        now = self._clock.now()
        if self._swept_at is not None and now < self._swept_at + _SWEEP_EVERY:
            return 0
        count, after = 0, None
        while True:
            page = await self._petitions.query("status", {"status": Status.MERGED}, after=after, limit=_PAGE)
            for petition in page.documents:
                count += await self._merging.follow(petition)
            if (after := page.next) is None:
                break
        self._swept_at = now
        return count

    def check_calendar(self) -> bool:
        """Alarm twice a day from 1 November on while next year's days off are missing; tell whether they are."""
        now = self._clock.now()
        is_missing = self._rules.calendar.needs_next_year(now.astimezone(SHANGHAI).date())
        if is_missing and (self._alarmed_at is None or now >= self._alarmed_at + _ALARM_EVERY):
            self._alarmed_at = now
            log.error("next year's calendar is missing", last_day=self._rules.calendar.last_day.isoformat())
        return is_missing

    async def _one(self, petition: Petition) -> int:
        """Do one petition's most overdue duty; what follows from it is found in the next round."""
        duty = duty_due(petition, self._rules, at=self._clock.now())
        try:
            if duty is Duty.RELAY_ANSWER:
                log.info("group followed", petition_id=petition.id, count=await self._merging.follow_all(petition))
            if duty is None:
                # Its moment was counted by another calendar or other settings.
                _ = await self._petitions.save(dated(petition, self._rules))
                return 0
            _ = await self._service.perform(petition.number, command_for(duty), by=SYSTEM, revision=petition.revision)
        except StaleVersion:
            return 0
        except Conflict as error:
            log.exception("duty refused", petition_id=petition.id, duty=duty, code=error.code)
            return 0
        log.info("duty done", petition_id=petition.id, duty=duty)
        return 1
