"""Give tests a petition service with its followers over one fresh store and a clock set by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from msgspec import Struct

from services.audit.log import AuditLog
from services.audit.model import ENTRIES, HEADS
from services.audit.petition_acts import PetitionAudit
from services.coordination.in_process import InProcessBell
from services.database.collection import Database
from services.following.trail import POSITIONS, Trail
from services.petitions.corrections import CORRECTIONS
from services.petitions.service import PetitionService, Records
from services.petitions.store import HISTORY, NUMBERS, PETITIONS
from tests.support.database import fresh_database
from tests.support.petitions import KEYS, TUESDAY, a_filing, city
from tests.support.set_clock import SetClock


class Ground(Struct, frozen=True, kw_only=True):
    """A store with everything that follows petitions."""

    database: Database
    clock: SetClock
    service: PetitionService
    records: Records
    audit: AuditLog

    def a_trail(self, name: str) -> Trail:
        """Return a follower's trail as a process that has just started has it."""
        return Trail(self.records.petitions, self.database.collection(POSITIONS), name=name, clock=self.clock)

    def an_audit(self) -> PetitionAudit:
        """Return the audit's follower, newly started."""
        return PetitionAudit(self.a_trail("audit"), self.records.history, audit=self.audit)


@asynccontextmanager
async def opened_ground() -> AsyncIterator[Ground]:
    """Give the ground, opened."""
    async with fresh_database() as database:
        clock = SetClock(TUESDAY)
        records = Records(
            petitions=database.collection(PETITIONS),
            numbers=database.collection(NUMBERS),
            history=database.collection(HISTORY),
            corrections=database.collection(CORRECTIONS),
        )
        audit = AuditLog(database.collection(ENTRIES), database.collection(HEADS))
        database.collection(POSITIONS)
        await database.open()
        service = PetitionService(
            records, filing=a_filing(), rules=city().rules, keys=KEYS, clock=clock, bell=InProcessBell()
        )
        yield Ground(database=database, clock=clock, service=service, records=records, audit=audit)


@pytest.fixture
async def a_ground() -> AsyncIterator[Ground]:
    """Give the ground, opened."""
    async with opened_ground() as ground:
        yield ground
