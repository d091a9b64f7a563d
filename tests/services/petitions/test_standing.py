"""What a citizen can see and do at a moment."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from services.errors import Conflict, Invalid
from services.petitions.centre_commands import Close
from services.petitions.citizen_commands import (
    APPEALS_MOST,
    SUPPLEMENTS_MOST,
    URGED_AGAIN_AFTER,
    Appeal,
    Rate,
    Supplement,
    Urge,
    Withdraw,
)
from services.petitions.commands import Command, perform
from services.petitions.model import Petition
from services.petitions.standing import CITIZENS_COMMANDS, Standing, standing
from services.petitions.transitions import Action, Status
from services.promises import CENTRE
from tests.support.petitions import CITIZEN, CLERK, TUESDAY, WAY, a_petition, a_petition_at, a_scene, after, city

PLEASED = Rate(solved=True, result=5, process=5)
FILLED: dict[Action, Command] = {
    Action.RATE: PLEASED,
    Action.SUPPLEMENT: Supplement(text="还有一盏"),
    Action.URGE: Urge(),
    Action.WITHDRAW: Withdraw(reason="已修好"),
    Action.APPEAL: Appeal(reason="没有修好"),
}
RATED = after(a_petition_at(Status.ANSWERED), (CITIZEN, PLEASED))
FULL = replace(a_petition_at(Status.HANDLING), supplements=SUPPLEMENTS_MOST)
CLOSED = after(RATED, (CLERK, Close()))
APPEALED = replace(CLOSED, appeals=APPEALS_MOST)
WITHDRAWN = after(a_petition(), (CITIZEN, Withdraw()))


def now(petition: Petition, *, at: datetime = TUESDAY) -> Standing:
    return standing(a_scene(petition, CITIZEN, at=at))


@pytest.mark.parametrize(
    "petition",
    [*(a_petition_at(status) for status in WAY), RATED, FULL, CLOSED, APPEALED, WITHDRAWN],
    ids=lambda one: one.status,
)
@pytest.mark.parametrize("days", [0, 8])
def test_what_is_offered_is_taken_and_what_is_not_offered_is_refused(petition: Petition, days: int) -> None:
    scene = a_scene(petition, CITIZEN, at=TUESDAY + timedelta(days=days))
    for action in CITIZENS_COMMANDS:
        if action in standing(scene).actions:
            assert perform(FILLED[action], scene).history[-1].action is action
        else:
            with pytest.raises(Conflict):
                perform(FILLED[action], scene)


def test_an_answer_is_rated_until_its_days_are_over_and_only_once() -> None:
    answered = a_petition_at(Status.ANSWERED)
    last_moment = TUESDAY + city().rules.patience.rating
    assert now(answered, at=last_moment).rate_until == last_moment
    assert Action.RATE not in now(answered, at=last_moment + timedelta(seconds=1)).actions
    assert now(answered, at=last_moment + timedelta(seconds=1)).rate_until is None
    assert Action.RATE not in now(RATED).actions
    assert Action.RATE in now(a_petition_at(Status.HEARD)).actions


def test_urging_stays_open_and_says_when_it_counts_again() -> None:
    urged = after(a_petition(), (CITIZEN, Urge()))
    again_at = TUESDAY + URGED_AGAIN_AFTER
    assert now(a_petition()).urge_again_at is None
    assert now(urged).urge_again_at == again_at
    assert now(urged, at=again_at - timedelta(seconds=1)).urge_again_at == again_at
    assert now(urged, at=again_at).urge_again_at is None
    assert Action.URGE in now(urged).actions
    assert now(after(urged, (CITIZEN, Withdraw()))).urge_again_at is None


def test_the_twenty_first_supplement_is_not_offered() -> None:
    assert Action.SUPPLEMENT in now(replace(FULL, supplements=SUPPLEMENTS_MOST - 1)).actions
    assert Action.SUPPLEMENT not in now(FULL).actions
    # And an empty one is refused for its emptiness while there is room
    with pytest.raises(Invalid):
        perform(Supplement(text=" "), a_scene(a_petition(), CITIZEN))


@pytest.mark.parametrize(
    ("status", "holder"),
    [
        (Status.FILED, CENTRE),
        (Status.ACCEPTED, CENTRE),
        (Status.DISPATCHED, "cgj"),
        (Status.SIGNED, "cgj"),
        (Status.WAITING, "cgj"),
        (Status.ANSWERED, CENTRE),
        (Status.HEARD, CENTRE),
    ],
)
def test_whoever_has_it_is_named_until_nobody_has(status: Status, holder: str) -> None:
    assert now(a_petition_at(status)).holder == holder


def test_nobody_has_what_has_ended() -> None:
    assert (now(CLOSED).holder, now(WITHDRAWN).holder) == ("", "")


def test_days_left_are_working_days_to_the_promised_day_and_count_on_past_it() -> None:
    # Given a petition filed on Tuesday, 24 November 2026, due in five working days: Tuesday, 1 December
    petition = a_petition()
    assert petition.due_on is not None
    assert petition.due_on.isoformat() == "2026-12-01"
    on = {day: now(petition, at=datetime(2026, 11, day, 4, tzinfo=UTC)) for day in (24, 27, 28, 29, 30)}
    assert {day: one.days_left for day, one in on.items()} == {24: 5, 27: 2, 28: 2, 29: 2, 30: 1}
    # The day turns in Shanghai, eight hours before it does in UTC
    last = datetime(2026, 12, 1, 15, 59, 59, tzinfo=UTC)
    assert (now(petition, at=last).days_left, now(petition, at=last).is_overdue) == (0, False)
    over = now(petition, at=last + timedelta(seconds=1))
    assert (over.days_left, over.is_overdue) == (-1, True)


def test_no_days_are_left_where_nothing_is_owed() -> None:
    waiting, answered = now(a_petition_at(Status.WAITING)), now(a_petition_at(Status.ANSWERED))
    assert (waiting.days_left, waiting.is_overdue) == (None, False)
    assert (answered.days_left, answered.is_overdue) == (None, False)


def test_a_day_past_the_calendar_counts_nothing_and_still_tells_that_the_time_is_over() -> None:
    past = now(a_petition(), at=datetime(2099, 1, 1, tzinfo=UTC))
    assert (past.days_left, past.is_overdue) == (None, True)
