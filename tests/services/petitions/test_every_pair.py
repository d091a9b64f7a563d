"""Every status, every command, every role, over a real store: what is illegal is refused by name and changes nothing."""

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from services.errors import ServiceError
from services.petitions.centre_commands import (
    Accept,
    CallBack,
    Close,
    Dispatch,
    Join,
    NotAccept,
    Redo,
    Reveal,
    Supervise,
)
from services.petitions.citizen_commands import Appeal, Rate, Supplement, Urge, Withdraw
from services.petitions.commands import Command
from services.petitions.department_commands import (
    Answer,
    ApproveExtension,
    Contribute,
    RefuseExtension,
    RequestExtension,
    Resume,
    ReturnToSender,
    Sign,
    Start,
    Wait,
)
from services.petitions.merge_commands import Lead, Merge, RelayAnswer, Unmerge
from services.petitions.model import Actor, Number, Petition, PetitionNotFound, Reply
from services.petitions.service import PetitionService, Records
from services.petitions.special_commands import BeginSpecialProcedure, EndSpecialProcedure
from services.petitions.system_commands import EndRating, Followed, RaiseCard
from services.petitions.transitions import Action, ActionNotAllowed, ActorRole, Status, TransitionRefused
from tests.services.petitions.test_transitions import permissions, procedure
from tests.support.petitions import (
    AGENT,
    CITIZEN,
    CLERK,
    LAMPS,
    SUPERVISOR,
    SYSTEM,
    TUESDAY,
    WATER,
    WAY,
    a_petition,
    a_service,
    after,
)

GOOD = CallBack(reached=True, solved=True, result=5, process=5)
BAD = CallBack(reached=True, solved=False, result=1, process=1)
COMMANDS: dict[Action, Command] = {
    Action.ACCEPT: Accept(),
    Action.NOT_ACCEPT: NotAccept(door="litigation"),
    Action.DISPATCH: Dispatch(to="cgj"),
    Action.JOIN: Join(departments=("gsqy",)),
    Action.SIGN: Sign(),
    Action.START: Start(),
    Action.CONTRIBUTE: Contribute(text="没有管线"),
    Action.RETURN: ReturnToSender(reason="不属于本单位"),
    Action.REQUEST_EXTENSION: RequestExtension(days=3, reason="复杂"),
    Action.APPROVE_EXTENSION: ApproveExtension(),
    Action.REFUSE_EXTENSION: RefuseExtension(),
    Action.WAIT: Wait(question="哪一盏？"),
    Action.RESUME: Resume(),
    Action.BEGIN_SPECIAL: BeginSpecialProcedure(reason="需要检验"),
    Action.END_SPECIAL: EndSpecialProcedure(),
    Action.SUPPLEMENT: Supplement(text="第三盏"),
    Action.ANSWER: Answer(public_text="已修好"),
    Action.CALL_BACK: GOOD,
    Action.MISS: CallBack(reached=False),
    Action.RATE: Rate(solved=True, result=5, process=5),
    Action.REDO: Redo(reason="没修好"),
    Action.CLOSE: Close(),
    Action.SUPERVISE: Supervise(),
    Action.URGE: Urge(),
    Action.WITHDRAW: Withdraw(),
    Action.APPEAL: Appeal(reason="不服"),
    Action.REVEAL: Reveal(purpose="核实"),
    Action.END_RATING: EndRating(),
    Action.LEAD: Lead(number="QD20261124-000000"),
    Action.MERGE: Merge(lead="QD20261124-000000"),
    Action.UNMERGE: Unmerge(),
    Action.RELAY_ANSWER: RelayAnswer(reply=Reply(at=TUESDAY, department="cgj", public_text="已修好")),
    Action.FOLLOWED: Followed(),
}
"""One command for each action; the others depend on the petition: see `_DEPENDING`."""
_DEPENDING = {Action.FILE, Action.GIVE_UP, Action.CLOSE_DISSATISFIED, Action.YELLOW_CARD, Action.RED_CARD}
"""Filing is no command; two calls that miss, a closing against the citizen's will, and cards are tested by themselves."""
EVERYBODY = {
    ActorRole.CITIZEN: CITIZEN,
    ActorRole.AGENT: AGENT,
    ActorRole.CLERK: CLERK,
    ActorRole.DEPARTMENT: LAMPS,
    ActorRole.SUPERVISOR: SUPERVISOR,
    ActorRole.SYSTEM: SYSTEM,
}
HEARD = WAY[Status.HEARD]
WAYS = {
    **WAY,
    Status.NOT_ACCEPTED: ((AGENT, NotAccept(door="litigation")),),
    Status.EXTENSION_ASKED: (*WAY[Status.HANDLING], (LAMPS, RequestExtension(days=3, reason="复杂"))),
    Status.RETURNED: (*WAY[Status.DISPATCHED], (LAMPS, ReturnToSender(reason="不属于本单位"))),
    Status.CLOSED: (*HEARD, (CLERK, Close())),
    Status.APPEALED: (*HEARD, (CLERK, Close()), (CITIZEN, Appeal(reason="不服"))),
    Status.WITHDRAWN: ((CITIZEN, Withdraw()),),
    Status.MERGED: (*WAY[Status.SIGNED], (CLERK, Merge(lead="QD20261124-000000"))),
}


@pytest.fixture
async def desk() -> AsyncIterator[tuple[PetitionService, Records]]:
    async with a_service() as (service, records):
        yield service, records


async def standing(records: Records, status: Status) -> Petition:
    """Return a stored petition that has come to a status, in the hands of the lamps' department."""
    petition = replace(after(a_petition(), *WAYS[status]), pending=())
    await records.numbers.add(Number(id=petition.number, petition_id=petition.id))
    return await records.petitions.add(replace(petition, department="cgj"))


async def refusal(service: PetitionService, petition: Petition, command: Command, *, by: Actor) -> ServiceError:
    with pytest.raises(ServiceError) as refused:
        await service.perform(petition.number, command, by=by)
    return refused.value


def test_every_action_is_among_them() -> None:
    assert set(COMMANDS) | _DEPENDING == set(Action)
    assert set(WAYS) == set(Status)
    assert set(EVERYBODY) == set(ActorRole)


@pytest.mark.parametrize("status", Status)
async def test_what_does_not_fit_is_refused_to_each_role_by_name_and_changes_nothing(
    desk: tuple[PetitionService, Records], status: Status
) -> None:
    service, records = desk
    before = await standing(records, status)
    tried = 0
    for action, command in COMMANDS.items():
        for role, by in EVERYBODY.items():
            expected = TransitionRefused if role in permissions()[action] else ActionNotAllowed
            if expected is TransitionRefused and (status, action) in procedure():
                continue
            tried += 1
            refused = await refusal(service, before, command, by=by)
            assert type(refused) is expected, (action, role)
            assert (refused.status, refused.code) == (expected.status, expected.code)
            assert refused.title in {"当前状态不能进行此操作", "没有权限进行此操作"}
            assert await records.petitions.get(before.id) == before, (action, role)
    assert tried > len(COMMANDS)


@pytest.mark.parametrize("status", Status)
async def test_another_department_is_told_there_is_no_such_petition_whatever_it_tries(
    desk: tuple[PetitionService, Records], status: Status
) -> None:
    service, records = desk
    before = await standing(records, status)
    for command in COMMANDS.values():
        assert isinstance(await refusal(service, before, command, by=WATER), PetitionNotFound)
    assert await records.petitions.get(before.id) == before


@pytest.mark.parametrize("status", Status)
async def test_cards_are_raised_by_nobody_but_the_system_and_calls_recorded_by_nobody_but_the_centre(
    desk: tuple[PetitionService, Records], status: Status
) -> None:
    service, records = desk
    before = await standing(records, status)
    for by in EVERYBODY.values():
        refused = await refusal(service, before, RaiseCard(), by=by)
        assert refused.code in {"petition.nothing_due", "petition.action_not_allowed", "petition.transition_refused"}
    for by in (CITIZEN, LAMPS, SYSTEM):
        for command in (GOOD, BAD, CallBack(reached=False)):
            assert (await refusal(service, before, command, by=by)).code == "petition.action_not_allowed"
    assert await records.petitions.get(before.id) == before


async def test_a_closing_against_the_citizens_will_is_the_supervisors_alone(
    desk: tuple[PetitionService, Records],
) -> None:
    service, records = desk
    answered = replace(after(a_petition(), *WAY[Status.ANSWERED], (AGENT, BAD)), pending=())
    await records.numbers.add(Number(id=answered.number, petition_id=answered.id))
    before = await records.petitions.add(answered)
    codes = {role: (await refusal(service, before, Close(), by=by)).code for role, by in EVERYBODY.items()}
    assert codes == {
        ActorRole.CITIZEN: "petition.action_not_allowed",
        ActorRole.AGENT: "petition.redo_first",
        ActorRole.CLERK: "petition.redo_first",
        ActorRole.DEPARTMENT: "petition.action_not_allowed",
        ActorRole.SUPERVISOR: "request.invalid",
        ActorRole.SYSTEM: "petition.redo_first",
    }
    assert await records.petitions.get(before.id) == before
    closed = await service.perform(before.number, Close(reply="已向您说明"), by=SUPERVISOR)
    assert closed.history[-1].action is Action.CLOSE_DISSATISFIED


UNKNOWN = "<b>王某某 13800000000</b>"


@pytest.mark.parametrize(
    ("status", "command", "field"),
    [
        (Status.ACCEPTED, Dispatch(to=UNKNOWN), "to"),
        (Status.ACCEPTED, Dispatch(to="cgj", joint=(UNKNOWN,)), "to"),
        (Status.DISPATCHED, Join(departments=(UNKNOWN,)), "to"),
        (Status.FILED, NotAccept(door=UNKNOWN), "door"),
        (Status.FILED, Accept(category=UNKNOWN), "category"),
        (Status.FILED, Accept(category=f"民政/优抚/{UNKNOWN.replace('/', '')}"), "category"),
    ],
)
async def test_what_nobody_knows_is_refused_without_being_repeated(
    desk: tuple[PetitionService, Records], status: Status, command: Command, field: str
) -> None:
    service, records = desk
    before = await standing(records, status)
    refused = await refusal(service, before, command, by=CLERK)
    assert refused.status == 422
    assert refused.code.startswith("petition.unknown_")
    assert getattr(refused, "fields", {}).keys() == {field}
    assert "王" not in str(refused) + str(getattr(refused, "fields", {}))
    assert await records.petitions.get(before.id) == before
