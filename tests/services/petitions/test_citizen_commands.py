"""What citizens do."""

from datetime import timedelta

import pytest

from services.conversations.message import MediaId
from services.errors import Invalid
from services.petitions.centre_commands import Accept, Close, NotAccept
from services.petitions.citizen_commands import (
    APPEALS_MOST,
    MEDIA_MOST,
    SUPPLEMENTS_MOST,
    Appeal,
    NoMoreAppeals,
    Rate,
    RatedAlready,
    RatingEnded,
    Supplement,
    TooManySupplements,
    Urge,
    Withdraw,
)
from services.petitions.commands import perform
from services.petitions.model import Hearing
from services.petitions.transitions import ActorRole, Status, TransitionRefused
from services.promises import Topic
from tests.support.petitions import AGENT, CITIZEN, CLERK, TUESDAY, a_petition, a_petition_at, a_scene, after, city

PLEASED = Rate(solved=True, result=5, process=4, text="谢谢")


def test_a_rating_is_how_the_citizen_is_heard() -> None:
    heard = perform(PLEASED, a_scene(a_petition_at(Status.ANSWERED), CITIZEN))
    assert heard.status is Status.HEARD
    assert heard.hearing == Hearing(
        at=TUESDAY, role=ActorRole.CITIZEN, reached=True, solved=True, result=5, process=4, text="谢谢"
    )
    assert heard.history[-1].public == {"solved": "true", "result": "5", "process": "4", "text": "谢谢"}
    assert perform(Close(), a_scene(heard, CLERK)).status is Status.CLOSED


def test_an_answer_is_rated_once_also_after_a_call_and_after_closing() -> None:
    called = a_petition_at(Status.HEARD)
    closed = after(called, (CLERK, Close()), (CITIZEN, Rate(solved=False, result=1, process=1)))
    assert (closed.status, closed.rated) == (Status.CLOSED, True)
    assert "text" not in closed.history[-1].public
    with pytest.raises(RatedAlready):
        perform(PLEASED, a_scene(closed, CITIZEN))


def test_an_answer_is_rated_within_its_window() -> None:
    answered = a_petition_at(Status.ANSWERED)
    last_moment = TUESDAY + city().rules.patience.rating
    assert perform(PLEASED, a_scene(answered, CITIZEN, at=last_moment)).rated
    with pytest.raises(RatingEnded):
        perform(PLEASED, a_scene(answered, CITIZEN, at=last_moment + timedelta(seconds=1)))


@pytest.mark.parametrize(("result", "process"), [(0, 1), (6, 1), (1, 0), (1, 6), (-1, 3)])
def test_grades_are_one_to_five(result: int, process: int) -> None:
    with pytest.raises(Invalid):
        perform(Rate(solved=True, result=result, process=process), a_scene(a_petition_at(Status.ANSWERED), CITIZEN))


@pytest.mark.parametrize(
    ("rating", "dissatisfied"),
    [
        (Rate(solved=True, result=3, process=3), False),
        (Rate(solved=False, result=5, process=5), True),
        (Rate(solved=True, result=2, process=5), True),
        (Rate(solved=True, result=5, process=2), True),
    ],
)
def test_any_of_three_answers_can_make_a_citizen_dissatisfied(rating: Rate, dissatisfied: bool) -> None:  # noqa: FBT001  # a table's column
    heard = perform(rating, a_scene(a_petition_at(Status.ANSWERED), CITIZEN))
    assert heard.hearing is not None
    assert heard.hearing.is_dissatisfied is dissatisfied


def test_a_petition_can_be_withdrawn_until_it_is_answered() -> None:
    withdrawn = perform(Withdraw(), a_scene(a_petition_at(Status.WAITING), CITIZEN))
    assert (withdrawn.status, withdrawn.question, withdrawn.open_due_at) == (Status.WITHDRAWN, "", None)
    assert withdrawn.pending[-1].topic is Topic.PETITION_WITHDRAWN
    with pytest.raises(TransitionRefused):
        perform(Withdraw(), a_scene(a_petition_at(Status.ANSWERED), CITIZEN))


def test_urging_is_counted_and_the_same_urging_is_known() -> None:
    urged = perform(Urge(), a_scene(a_petition_at(Status.HANDLING), CITIZEN))
    assert (urged.urged, urged.status) == (1, Status.HANDLING)
    assert Urge.is_repeated(a_scene(urged, CITIZEN, at=TUESDAY + timedelta(minutes=59)))
    assert not Urge.is_repeated(a_scene(urged, CITIZEN, at=TUESDAY + timedelta(minutes=60)))
    assert not Urge.is_repeated(a_scene(a_petition(), CITIZEN))


def test_words_and_pictures_can_be_added_at_any_time_before_the_answer() -> None:
    more = perform(Supplement(text="还有一盏", media=(MediaId("m_1"),)), a_scene(a_petition(), CITIZEN))
    assert (more.status, more.supplements, more.media) == (Status.FILED, 1, ("m_1",))
    assert more.history[-1].public == {"text": "还有一盏", "media": "m_1"}
    assert perform(Supplement(media=(MediaId("m_1"),)), a_scene(more, CITIZEN)).media == ("m_1",)


def test_a_supplement_that_holds_nothing_or_too_much_is_refused() -> None:
    with pytest.raises(Invalid):
        perform(Supplement(text=" "), a_scene(a_petition(), CITIZEN))
    with pytest.raises(Invalid):
        perform(Supplement(text="好" * 2_001), a_scene(a_petition(), CITIZEN))
    with pytest.raises(Invalid):
        perform(Supplement(media=tuple(MediaId(str(n)) for n in range(MEDIA_MOST + 1))), a_scene(a_petition(), CITIZEN))


def test_supplements_end_at_a_number() -> None:
    full = after(a_petition(), *[(CITIZEN, Supplement(text=str(n))) for n in range(SUPPLEMENTS_MOST)])
    with pytest.raises(TooManySupplements):
        perform(Supplement(text="再来"), a_scene(full, CITIZEN))


def test_an_appeal_against_not_being_accepted_brings_it_back_to_the_centre() -> None:
    refused = after(a_petition(), (AGENT, NotAccept(door="litigation")), (CITIZEN, Appeal(reason="没有起诉过")))
    assert (refused.status, refused.door, refused.appeals) == (Status.FILED, "", 1)
    assert perform(Accept(), a_scene(refused, AGENT)).status is Status.ACCEPTED


def test_appeals_end_at_a_number_and_need_a_reason() -> None:
    petition = a_petition()
    for _ in range(APPEALS_MOST):
        petition = after(petition, (AGENT, NotAccept(door="litigation")), (CITIZEN, Appeal(reason="没有起诉过")))
    refused = perform(NotAccept(door="litigation"), a_scene(petition, AGENT))
    with pytest.raises(NoMoreAppeals):
        perform(Appeal(reason="还是没有"), a_scene(refused, CITIZEN))
    with pytest.raises(Invalid):
        perform(Appeal(reason=""), a_scene(after(a_petition(), (AGENT, NotAccept(door="private"))), CITIZEN))
