"""The life cycle: every status, every action, every role."""

import pytest

from services.petitions.transitions import (
    MAY,
    NEXT,
    Action,
    ActionNotAllowed,
    ActorRole,
    Status,
    TransitionRefused,
    advance,
)

# Written down once more, independently and by status, from the procedure: what may happen, and where it leads.
# A bare action stays where it is.
PROCEDURE = """
filed: accept>accepted not-accept>not_accepted withdraw>withdrawn supplement urge supervise reveal
filed: yellow-card red-card lead merge>merged
accepted: dispatch>dispatched answer>answered withdraw>withdrawn supplement urge supervise reveal
accepted: yellow-card red-card lead merge>merged
returned: dispatch>dispatched not-accept>not_accepted answer>answered withdraw>withdrawn supplement urge supervise reveal
returned: yellow-card red-card lead merge>merged
dispatched: sign>signed return>returned withdraw>withdrawn supplement urge supervise join contribute reveal
dispatched: yellow-card red-card lead merge>merged
signed: start>handling return>returned request-extension>extension_asked wait>waiting answer>answered withdraw>withdrawn
signed: begin-special-procedure>special_procedure supplement urge supervise join contribute reveal
signed: yellow-card red-card lead merge>merged
handling: request-extension>extension_asked wait>waiting answer>answered withdraw>withdrawn
handling: begin-special-procedure>special_procedure supplement urge supervise join contribute reveal
handling: yellow-card red-card lead merge>merged
extension_asked: approve-extension>handling refuse-extension>handling answer>answered withdraw>withdrawn
extension_asked: supplement urge supervise join contribute reveal
extension_asked: yellow-card red-card lead
waiting: supplement>handling resume>handling withdraw>withdrawn urge supervise join contribute reveal
waiting: yellow-card red-card lead
special_procedure: end-special-procedure>handling withdraw>withdrawn supplement urge supervise join contribute reveal
special_procedure: yellow-card red-card lead
answered: call-back>heard give-up>heard rate>heard miss redo>dispatched supervise reveal
answered: end-rating followed
heard: rate redo>dispatched close>closed close-dissatisfied>closed supervise reveal followed
closed: rate redo>dispatched appeal>appealed reveal followed
appealed: redo>dispatched close>closed close-dissatisfied>closed supervise reveal followed
not_accepted: appeal>filed reveal followed
withdrawn: reveal followed
merged: unmerge>filed relay-answer>answered withdraw>withdrawn reveal followed
"""

PERMISSIONS = """
file: citizen agent
accept: agent clerk supervisor system
not-accept: agent clerk supervisor
dispatch: agent clerk supervisor system
join: agent clerk supervisor
sign: department clerk supervisor
start: department clerk supervisor
contribute: department clerk supervisor
return: department clerk supervisor
request-extension: department clerk supervisor
approve-extension: supervisor
refuse-extension: supervisor
wait: agent department clerk supervisor
resume: department clerk supervisor system
begin-special-procedure: clerk supervisor
end-special-procedure: department clerk supervisor
supplement: citizen agent
answer: agent department clerk supervisor
call-back: agent clerk supervisor
miss: agent clerk supervisor
give-up: agent clerk supervisor
rate: citizen
redo: agent clerk supervisor
close: agent clerk supervisor system
close-dissatisfied: supervisor
supervise: supervisor system
urge: citizen agent
withdraw: citizen agent
appeal: citizen agent
reveal: agent clerk department supervisor
yellow-card: system
red-card: system
end-rating: system
lead: agent clerk supervisor
merge: agent clerk supervisor
unmerge: agent clerk supervisor system
relay-answer: system
followed: system
"""


def procedure() -> dict[tuple[Status, Action], Status]:
    table: dict[tuple[Status, Action], Status] = {}
    for line in PROCEDURE.split("\n"):
        status, _, moves = line.partition(":")
        for move in moves.split():
            action, _, after = move.partition(">")
            table[Status(status), Action(action)] = Status(after or status)
    return table


def permissions() -> dict[Action, set[ActorRole]]:
    lines = (line.partition(":") for line in PERMISSIONS.split("\n") if line)
    return {Action(action): {ActorRole(role) for role in roles.split()} for action, _, roles in lines}


@pytest.mark.parametrize("role", ActorRole)
@pytest.mark.parametrize("status", Status)
def test_every_action_leads_where_the_procedure_says_or_is_refused(status: Status, role: ActorRole) -> None:
    for action in Action:
        after = procedure().get((status, action))
        if role not in permissions()[action]:
            with pytest.raises(ActionNotAllowed):
                advance(status, action, role=role)
        elif after is None:
            with pytest.raises(TransitionRefused):
                advance(status, action, role=role)
        else:
            assert advance(status, action, role=role) is after


def test_a_refusal_is_a_409_and_a_wrong_role_a_403() -> None:
    assert (TransitionRefused.status, TransitionRefused.code) == (409, "petition.transition_refused")
    assert (ActionNotAllowed.status, ActionNotAllowed.code) == (403, "petition.action_not_allowed")


def test_nothing_is_closed_that_was_not_heard() -> None:
    before_closing = {status for (status, _), after in NEXT.items() if after is Status.CLOSED}
    assert before_closing == {Status.HEARD, Status.APPEALED, Status.CLOSED}
    before_appeal = {status for (status, _), after in NEXT.items() if after is Status.APPEALED}
    assert before_appeal == {Status.CLOSED, Status.APPEALED}
    hearing = {
        action for (status, action), after in NEXT.items() if after is Status.HEARD and status is not Status.HEARD
    }
    assert hearing == {Action.CALL_BACK, Action.GIVE_UP, Action.RATE}


def test_every_status_can_be_reached_and_every_petition_can_end() -> None:
    ends = {Status.CLOSED, Status.WITHDRAWN, Status.NOT_ACCEPTED}
    for status in Status:
        assert status in _reachable(Status.FILED)
        assert ends & _reachable(status)


def test_every_action_has_somebody_who_may_do_it_and_only_filing_stands_in_no_line() -> None:
    assert set(MAY) == set(Action)
    assert all(MAY.values())
    assert set(Action) - {action for _, action in NEXT} == {Action.FILE}


def test_nobody_extends_his_own_deadline() -> None:
    assert ActorRole.DEPARTMENT not in MAY[Action.APPROVE_EXTENSION]
    assert ActorRole.CLERK not in MAY[Action.APPROVE_EXTENSION]


def _reachable(start: Status) -> set[Status]:
    seen, new = {start}, {start}
    while new:
        new = {after for (status, _), after in NEXT.items() if status in new} - seen
        seen |= new
    return seen
