"""Compute the due date and the cards of every case of a file: ``python -m evaluation.deadlines FILE.json``.

A case is ``{"received_at", "limit_workdays"}``, with an offset in the time. A row out is ``{"due_date",
"yellow_after_close_of", "red_on"}``; a card's date is null where it lies in a year without a notice. Cases that bring
these fields along are judged by them.
"""

import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from evaluation.rows import Answer, BadRow, file_argument, score_file
from services.calendar.loader import load_calendar
from services.calendar.work_calendar import WorkCalendar
from services.petitions.deadline_model import Due, Limit, LimitUnit, Run
from services.petitions.deadlines import deadline

_DATA = Path(__file__).parent.parent / "data"


class Case(Struct, frozen=True, kw_only=True):
    """Hold one case, and what it expects."""

    received_at: Annotated[datetime, Meta(tz=True)]
    limit_workdays: Annotated[int, Meta(ge=1)]
    due_date: date | None = None
    yellow_after_close_of: date | None = None
    red_on: date | None = None


def answers_by(calendar: WorkCalendar) -> Callable[[Case], Answer]:
    """Return the function that answers a case by this calendar."""

    def answer(case: Case) -> Answer:
        run = Run(received_at=case.received_at, limit=Limit(LimitUnit.WORKDAYS, case.limit_workdays))
        due = deadline(run, calendar)
        if not isinstance(due, Due):
            raise BadRow("the clock stands still")  # cannot be: a case has no pauses
        return {"due_date": due.due_on, "yellow_after_close_of": due.yellow_after_close_of, "red_on": due.red_on}

    return answer


def is_right(case: Case, answer: Answer | None) -> bool | None:
    """Tell whether all that the case expects was found; None when it expects nothing."""
    expected = {
        "due_date": case.due_date,
        "yellow_after_close_of": case.yellow_after_close_of,
        "red_on": case.red_on,
    }
    said = {name: day for name, day in expected.items() if day is not None}
    return (answer is not None and said.items() <= answer.items()) if said else None


if __name__ == "__main__":
    sys.exit(
        score_file(file_argument("evaluation.deadlines"), Case, answer=answers_by(load_calendar(_DATA)), judge=is_right)
    )
