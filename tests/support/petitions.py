"""Build petitions and the service around them; what a test does not care about is filled in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from msgspec.structs import replace

from services.coordination.in_process import InProcessBell
from services.database.collection import Database
from services.identity.sealing import Sealer
from services.ids import CitizenId, ConversationId
from services.petitions.centre_commands import Accept, CallBack, Dispatch
from services.petitions.commands import Command, Scene, perform
from services.petitions.corrections import CORRECTIONS
from services.petitions.deadline_rules import load_rules
from services.petitions.department_commands import Answer, Sign, Start, Wait
from services.petitions.filing import Draft, Filing
from services.petitions.keys import Keys
from services.petitions.kind import Kind
from services.petitions.loader import City, load_city
from services.petitions.model import Actor, Petition, Place
from services.petitions.service import PetitionService, Records
from services.petitions.special_commands import BeginSpecialProcedure
from services.petitions.store import HISTORY, NUMBERS, PETITIONS
from services.petitions.transitions import ActorRole, Status
from services.promises import Pending
from tests.support.database import fresh_database
from tests.support.petition_data import DATA
from tests.support.set_clock import SetClock

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CITIZEN = Actor(role=ActorRole.CITIZEN, id="cz_1")
STRANGER = Actor(role=ActorRole.CITIZEN, id="cz_2")
AGENT = Actor(role=ActorRole.AGENT, id="agent1")
CLERK = Actor(role=ActorRole.CLERK, id="clerk1")
SUPERVISOR = Actor(role=ActorRole.SUPERVISOR, id="supervisor1")
LAMPS = Actor(role=ActorRole.DEPARTMENT, id="lamps1", department="cgj")
WATER = Actor(role=ActorRole.DEPARTMENT, id="water1", department="gsqy")
SYSTEM = Actor(role=ActorRole.SYSTEM, id="system")
KEYS = Keys(query_secret=b"q" * 32, sealer=Sealer(b"k" * 32))


# Read when the tests are collected: on the event loop reading a file is an error.
_CITY = load_city(DATA)
_DEADLINE_RULES = load_rules(DATA / "deadline_rules.json")


def city() -> City:
    """Return what is shipped."""
    return _CITY


def a_draft(text: str = "路灯坏了三天", *, key: str = "draft-1", citizen: str = "cz_1", **fields: object) -> Draft:
    """Return a draft of an ordinary petition."""
    draft = Draft(
        key=key,
        citizen_id=CitizenId(citizen),
        conversation_id=ConversationId("cv_1"),
        source="wechat",
        kind=Kind.HELP,
        text=text,
        place=Place(text="市南区示例路"),
        name="示例",
        phone="13000000000",
    )
    return replace(draft, **fields)


def a_filing() -> Filing:
    """Return filing by the shipped rules."""
    return Filing(city().intake, deadlines=_DEADLINE_RULES, preset="shandong", rules=city().rules)


def a_petition(draft: Draft | None = None, *, at: datetime = TUESDAY) -> Petition:
    """Return a petition as it is filed."""
    return a_filing().petition(draft or a_draft(), number="QD20261124-7K3M9P", at=at, keys=KEYS)


def a_scene(petition: Petition, by: Actor = CLERK, *, at: datetime = TUESDAY) -> Scene:
    """Return somebody about to act on a petition."""
    return Scene(petition=petition, by=by, at=at, rules=city().rules)


def after(petition: Petition, *steps: tuple[Actor, Command], at: datetime = TUESDAY) -> Petition:
    """Return a petition after commands."""
    for by, command in steps:
        petition = perform(command, a_scene(petition, by, at=at))
    return petition


def to_citizen(petition: Petition) -> tuple[Pending, ...]:
    """Return what the citizen is promised to be told."""
    return tuple(promise for promise in petition.pending if not promise.handler)


def to_staff(petition: Petition) -> tuple[Pending, ...]:
    """Return what units and the centre are promised to be told."""
    return tuple(promise for promise in petition.pending if promise.handler)


WAY: dict[Status, tuple[tuple[Actor, Command], ...]] = {
    Status.FILED: (),
    Status.ACCEPTED: ((AGENT, Accept()),),
    Status.DISPATCHED: ((AGENT, Accept()), (CLERK, Dispatch(to="cgj"))),
}
WAY[Status.SIGNED] = (*WAY[Status.DISPATCHED], (LAMPS, Sign()))
WAY[Status.HANDLING] = (*WAY[Status.SIGNED], (LAMPS, Start()))
WAY[Status.WAITING] = (*WAY[Status.HANDLING], (LAMPS, Wait(question="哪一盏灯？")))
WAY[Status.SPECIAL] = (*WAY[Status.HANDLING], (CLERK, BeginSpecialProcedure(reason="需要专业检验")))
WAY[Status.ANSWERED] = (*WAY[Status.SIGNED], (LAMPS, Answer(public_text="已修好", internal_text="换灯泡")))
WAY[Status.HEARD] = (*WAY[Status.ANSWERED], (AGENT, CallBack(reached=True, solved=True, result=5, process=5)))


def a_petition_at(status: Status) -> Petition:
    """Return a petition that has come to a status by the usual way."""
    return after(a_petition(), *WAY[status])


@asynccontextmanager
async def a_service(clock: SetClock | None = None) -> AsyncIterator[tuple[PetitionService, Records]]:
    """Give a service over a fresh database, and its records."""
    async with fresh_database() as database:
        service, records = a_service_in(database, clock or SetClock(TUESDAY))
        await database.open()
        yield service, records


def a_service_in(database: Database, clock: SetClock) -> tuple[PetitionService, Records]:
    """Return a service over a database that is not opened yet, and its records."""
    records = Records(
        petitions=database.collection(PETITIONS),
        numbers=database.collection(NUMBERS),
        history=database.collection(HISTORY),
        corrections=database.collection(CORRECTIONS),
    )
    service = PetitionService(
        records, filing=a_filing(), rules=city().rules, keys=KEYS, clock=clock, bell=InProcessBell()
    )
    return service, records
