"""A history alone says which dates were owed and who had the petition."""

from datetime import timedelta

import pytest

from services.errors import ServiceError
from services.figures.model import Figure
from services.figures.rounds import RoundReader
from services.petitions.centre_commands import Accept, CallBack, Dispatch, Redo
from services.petitions.commands import perform
from services.petitions.department_commands import Answer, ReturnToSender, Sign
from services.petitions.model import Petition
from services.petitions.transitions import MAY, NEXT, Status
from tests.services.petitions.test_every_pair import COMMANDS, EVERYBODY, WAYS
from tests.support.figures import Life, a_figure_stage
from tests.support.petitions import AGENT, CLERK, LAMPS, TUESDAY, WATER, a_petition, a_scene, after, city


def happened(petition: Petition, *, days: int = 0) -> list[tuple[Figure, str]]:
    """Return what is counted of a petition some days after it was filed, and for whom."""
    reader = RoundReader(petition, calendar=city().rules.calendar, directory=city().rules.directory)
    found = reader.happenings(petition.history, as_of=TUESDAY + timedelta(days=days))
    return sorted((one.figure, one.unit) for one in found)


@pytest.mark.parametrize("seed", range(12))
async def test_the_clocks_run_anew_from_events_are_the_petitions_own(seed: int) -> None:
    async with a_figure_stage() as stage:
        await Life(stage.ground, seed=seed).go_on(80)
        async for petition in stage.records.petitions.scan():
            reader = RoundReader(petition, calendar=stage.rules.calendar, directory=stage.rules.directory)
            _ = list(reader.happenings(petition.history, as_of=stage.ground.clock.now()))
            assert reader.clocks == petition.clocks


@pytest.mark.parametrize("status", Status)
def test_figures_know_every_action_that_stops_starts_or_moves_a_clock(status: Status) -> None:
    """Fail when a new action touches the clocks and rounds.py does not run them anew by it."""
    rules = city().rules
    for action, command in COMMANDS.items():
        for by in EVERYBODY.values():
            standing = after(a_petition(), *WAYS[status])
            if (status, action) not in NEXT or by.role not in MAY[action]:
                continue
            try:
                acted = perform(command, a_scene(standing, by, at=TUESDAY + timedelta(days=1)))
            except ServiceError:
                continue  # the command's own rules
            reader = RoundReader(acted, calendar=rules.calendar, directory=rules.directory)
            _ = list(reader.happenings(acted.history, as_of=TUESDAY + timedelta(days=1)))
            assert reader.clocks == acted.clocks, f"services/figures/rounds.py does not know {action} in {status}"


def test_a_return_counts_for_whoever_returned_it_and_the_answer_for_whoever_gave_it() -> None:
    petition = after(
        a_petition(),
        (AGENT, Accept()),
        (CLERK, Dispatch(to="gsqy")),
        (WATER, ReturnToSender(reason="不是我们的")),
        (CLERK, Dispatch(to="cgj")),
        (LAMPS, Sign()),
        (LAMPS, Answer(public_text="已修好")),
    )
    assert happened(petition) == sorted(
        [
            (Figure.ACCEPTED, "cgj"),
            (Figure.ANSWERED, "cgj"),
            (Figure.DISPATCHED, "cgj"),
            (Figure.DISPATCHED, "gsqy"),
            (Figure.ON_TIME, "cgj"),
            (Figure.RETURNED, "gsqy"),
        ]
    )


def test_a_redo_counts_for_whose_answer_was_not_enough_and_what_was_said_of_it_stays() -> None:
    petition = after(
        a_petition(),
        (AGENT, Accept()),
        (CLERK, Dispatch(to="cgj")),
        (LAMPS, Sign()),
        (LAMPS, Answer(public_text="已修好")),
        (AGENT, CallBack(reached=True, solved=False, result=1, process=3)),
        (CLERK, Redo(reason="没修好", to="gsqy")),
    )
    counted = happened(petition)
    assert (Figure.REDO, "cgj") in counted
    assert (Figure.HEARD, "cgj") in counted
    assert (Figure.PROCESS_SATISFIED, "cgj") in counted
    assert (Figure.DISPATCHED, "gsqy") in counted
    assert not {Figure.SOLVED, Figure.SATISFIED} & {figure for figure, _ in counted}


def test_an_open_petition_is_overdue_from_the_second_after_its_date() -> None:
    petition = after(a_petition(), (AGENT, Accept()), (CLERK, Dispatch(to="cgj")))
    assert petition.due_at is not None
    reader = RoundReader(petition, calendar=city().rules.calendar, directory=city().rules.directory)
    assert Figure.OVERDUE not in {one.figure for one in reader.happenings(petition.history, as_of=petition.due_at)}
    reader = RoundReader(petition, calendar=city().rules.calendar, directory=city().rules.directory)
    later = petition.due_at + timedelta(seconds=1)
    [overdue] = [one for one in reader.happenings(petition.history, as_of=later) if one.figure is Figure.OVERDUE]
    assert (overdue.at, overdue.unit) == (later, "cgj")
