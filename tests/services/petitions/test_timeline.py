"""What a citizen sees."""

from services.petitions.centre_commands import Accept, Close, Dispatch, Reveal, Supervise
from services.petitions.department_commands import RefuseExtension, RequestExtension, ReturnToSender
from services.petitions.timeline import STEPS, timeline
from services.petitions.transitions import Action, Status
from tests.support.petitions import AGENT, CLERK, LAMPS, SUPERVISOR, a_petition, a_petition_at, after


def test_steps_come_in_order_with_public_words() -> None:
    closed = after(a_petition_at(Status.HEARD), (CLERK, Close(note="内部备注")))
    steps = timeline(closed.history)
    assert [step.step for step in steps] == [
        "filed", "accepted", "dispatched", "signed", "answered", "called_back", "closed",
    ]  # fmt: skip
    assert steps[2].facts == {"department": "青岛市城市管理局", "due": "2026-12-01"}
    assert steps[4].facts["text"] == "已修好"


def test_a_return_is_visible_and_its_reason_is_not() -> None:
    returned = after(a_petition_at(Status.DISPATCHED), (LAMPS, ReturnToSender(reason="内部理由")))
    assert timeline(returned.history)[-1].step == "returned"
    assert timeline(returned.history)[-1].facts == {}


def test_nothing_internal_shows() -> None:
    secret = "内部秘密"
    petition = after(
        a_petition(),
        (AGENT, Accept()),
        (CLERK, Dispatch(to="cgj", note=secret)),
        (SUPERVISOR, Supervise(note=secret)),
        (AGENT, Reveal(purpose=secret)),
    )
    assert not any(secret in str(step) for step in timeline(petition.history))
    assert "clerk1" not in str(timeline(petition.history))


def test_what_departments_ask_each_other_is_no_step() -> None:
    handling = a_petition_at(Status.HANDLING)
    asked = after(
        handling, (LAMPS, RequestExtension(days=1, reason="难")), (SUPERVISOR, RefuseExtension(reason="不难"))
    )
    assert timeline(asked.history) == timeline(handling.history)


def test_every_action_is_either_a_step_or_kept_among_staff_on_purpose() -> None:
    assert set(Action) - set(STEPS) == {
        Action.JOIN,
        Action.CONTRIBUTE,
        Action.REQUEST_EXTENSION,
        Action.REFUSE_EXTENSION,
        Action.SUPERVISE,
        Action.REVEAL,
        Action.YELLOW_CARD,
        Action.RED_CARD,
        Action.END_RATING,
        Action.LEAD,
        Action.FOLLOWED,
    }
