"""What staff do is recorded from the petitions' own histories."""

from datetime import timedelta

from services.audit.model import ActKind
from services.audit.petition_acts import acts_of
from services.petitions.centre_commands import Accept, Reveal
from services.petitions.citizen_commands import Urge
from services.petitions.transitions import Status
from tests.support.following import Ground
from tests.support.following import a_ground as a_ground  # noqa: PLC0414 - a fixture, imported by name
from tests.support.petitions import AGENT, CITIZEN, CLERK, a_draft, a_petition, a_petition_at, after


def test_only_staff_are_recorded_and_a_look_at_the_contact_with_its_purpose() -> None:
    petition = after(a_petition(), (CITIZEN, Urge()), (AGENT, Accept()), (CLERK, Reveal(purpose="回访核实")))
    acts = list(acts_of(petition, petition.history))
    assert [(act.kind, act.by, act.action, act.purpose) for act in acts] == [
        (ActKind.PETITION_ACTION, "agent1", "accept", ""),
        (ActKind.CONTACT_SEEN, "clerk1", "reveal", "回访核实"),
    ]


def test_internal_notes_stay_in_the_history() -> None:
    petition = a_petition_at(Status.ANSWERED)
    assert "换灯泡" in {event.internal for event in petition.history}
    assert {act.purpose for act in acts_of(petition, petition.history)} == {""}


async def test_each_act_is_recorded_once_however_often_one_looks(a_ground: Ground) -> None:
    ground = a_ground
    filed = await ground.service.file(a_draft())
    await ground.service.perform(filed.number, Accept(), by=AGENT)
    await ground.service.contact(filed.number, by=CLERK, purpose="核实地址")
    # When a follower works, is forgotten with all it remembered, and begins anew
    for _ in range(3):
        await ground.an_audit().step()
    # Then every act stands there once
    entries = [entry async for entry in ground.audit.entries()]
    assert [(entry.act.action, entry.act.purpose) for entry in entries] == [("accept", ""), ("reveal", "核实地址")]


async def test_what_happened_while_nobody_followed_is_made_up_for(a_ground: Ground) -> None:
    ground = a_ground
    filed = await ground.service.file(a_draft())
    await ground.an_audit().step()
    ground.clock.advance(timedelta(days=3))
    await ground.service.perform(filed.number, Accept(), by=AGENT)
    ground.clock.advance(timedelta(days=3))
    assert await ground.an_audit().step() == 1
    assert [entry.act.action async for entry in ground.audit.entries()] == ["accept"]
