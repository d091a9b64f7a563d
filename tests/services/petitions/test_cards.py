"""Yellow and red cards: each once for each date, to whoever owes it."""

from datetime import UTC, date, datetime, timedelta

from services.petitions.cards import card_due, next_card_at, owed, raised_for
from services.petitions.centre_commands import Dispatch
from services.petitions.commands import perform
from services.petitions.deadline_model import Card
from services.petitions.department_commands import ApproveExtension, RequestExtension, ReturnToSender
from services.petitions.model import Petition
from services.petitions.system_commands import RaiseCard
from services.petitions.transitions import Status
from tests.support.petitions import CLERK, LAMPS, SUPERVISOR, SYSTEM, TUESDAY, a_petition_at, a_scene, after, city

CALENDAR = city().rules.calendar
YELLOW_AT = datetime(2026, 11, 30, 16, tzinfo=UTC)
"""Due on Tuesday 1 December: yellow when Monday has closed in Shanghai."""
RED_AT = datetime(2026, 12, 1, 16, tzinfo=UTC)


def warned(petition: Petition, at: datetime) -> Petition:
    return perform(RaiseCard(), a_scene(petition, SYSTEM, at=at))


def cards_of(petition: Petition) -> list[tuple[str, date, Card]]:
    return [(one.holder, one.due_on, one.card) for one in petition.cards]


def test_yellow_comes_with_one_working_day_left_and_red_on_the_first_after() -> None:
    handling = a_petition_at(Status.HANDLING)
    assert next_card_at(handling, CALENDAR) == YELLOW_AT
    assert card_due(handling, CALENDAR, at=YELLOW_AT - timedelta(seconds=1)) is None
    yellow = warned(handling, YELLOW_AT)
    assert cards_of(yellow) == [("cgj", date(2026, 12, 1), Card.YELLOW)]
    assert card_due(yellow, CALENDAR, at=RED_AT - timedelta(seconds=1)) is None, "once"
    assert next_card_at(yellow, CALENDAR) == RED_AT
    red = warned(yellow, RED_AT)
    assert cards_of(red)[-1] == ("cgj", date(2026, 12, 1), Card.RED)
    assert (next_card_at(red, CALENDAR), card_due(red, CALENDAR, at=RED_AT + timedelta(9))) == (None, None)


def test_whoever_looks_late_raises_the_red_one_alone() -> None:
    red = warned(a_petition_at(Status.SIGNED), RED_AT)
    assert cards_of(red) == [("cgj", date(2026, 12, 1), Card.RED)]
    assert next_card_at(red, CALENDAR) is None


def test_an_extended_date_is_warned_of_anew() -> None:
    yellow = warned(a_petition_at(Status.HANDLING), YELLOW_AT)
    extended = after(
        yellow,
        (LAMPS, RequestExtension(days=2, reason="待料")),
        (SUPERVISOR, ApproveExtension()),
        at=YELLOW_AT + timedelta(hours=2),
    )
    assert next_card_at(extended, CALENDAR) == datetime(2026, 12, 2, 16, tzinfo=UTC)
    again = warned(extended, datetime(2026, 12, 2, 16, tzinfo=UTC))
    assert cards_of(again) == [("cgj", date(2026, 12, 3), Card.YELLOW)], "what nobody owes any more is let go"


def test_a_return_leaves_the_centre_with_the_date_that_the_citizen_was_promised() -> None:
    thursday = TUESDAY + timedelta(days=2)
    returned = after(a_petition_at(Status.DISPATCHED), (LAMPS, ReturnToSender(reason="非我单位")), at=thursday)
    assert [one.holder for one in owed(returned, CALENDAR)] == [""]
    again = after(returned, (CLERK, Dispatch(to="gsqy")), at=thursday)
    assert [(one.holder, one.due.due_on) for one in owed(again, CALENDAR)] == [
        ("gsqy", date(2026, 12, 3)),
        ("", date(2026, 12, 1)),
    ]
    centre = warned(again, YELLOW_AT)
    assert cards_of(centre) == [("", date(2026, 12, 1), Card.YELLOW)]
    assert next_card_at(centre, CALENDAR) == RED_AT
    assert raised_for(centre, owed(centre, CALENDAR)[0]) is Card.NONE


def test_nobody_is_warned_while_the_clock_stands_or_once_it_is_answered() -> None:
    for status in (Status.WAITING, Status.ANSWERED, Status.HEARD):
        assert owed(a_petition_at(status), CALENDAR) == ()
        assert next_card_at(a_petition_at(status), CALENDAR) is None
