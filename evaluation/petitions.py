"""Score category and department proposals: ``python -m evaluation.petitions FILE.csv``.

Rows in: ``id,title,text`` and, when the file says what is right, ``category`` (a first level). Rows out: ``id``,
``categories`` (``level1/level2/level3``, best first, each of another first level), ``department`` and why: its name,
the rule that fired, the probability and the reasons of the first category.
"""

import sys
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from evaluation.rows import Answer, file_argument, score_file
from services.clock import SHANGHAI
from services.petitions.intake import Report
from services.petitions.kind import Kind
from services.petitions.loader import load_city

DATA = Path(__file__).parents[1] / "data"
# The rows carry no time of their own; a working morning fires no rule for nights and no scorer depends on the day.
WHEN = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)


class Case(Struct, frozen=True, kw_only=True):
    """One petition; ``category`` is the right first level where the file knows it."""

    id: str
    title: str = ""
    text: str = ""
    category: str = ""


class Scorer:
    """Propose for rows, and judge the proposals."""

    def __init__(self, data: Path) -> None:
        """Load the shipped model, words, departments, rules and doors."""
        city = load_city(data)
        self._intake = city.intake
        self._directory = city.rules.directory

    def answer(self, case: Case) -> Answer:
        """Return the proposal for one row."""
        report = Report(kind=Kind.COMPLAINT, title=case.title, text=case.text, at=WHEN)
        proposal = self._intake.propose(report)
        first = proposal.categories[0]
        return {
            "id": case.id,
            "categories": [proposed.category for proposed in proposal.categories],
            "department": proposal.routed.department,
            "department_name": self._directory.name_of(proposal.routed.department),
            "rule": proposal.routed.rule,
            "facts": proposal.routed.facts,
            "urgent": proposal.routed.urgent,
            "probability": first.probability,
            "confident": proposal.confident,
            "reasons": first.reasons,
            "not_accepted": proposal.door,
        }


def is_right(case: Case, answer: Answer | None) -> bool | None:
    """Tell whether the first category has the right first level; None when the row does not say."""
    if not case.category:
        return None
    categories = answer["categories"] if answer else []
    return isinstance(categories, list) and bool(categories) and categories[0].split("/")[0] == case.category


if __name__ == "__main__":
    scorer = Scorer(DATA)
    sys.exit(score_file(file_argument("evaluation.petitions"), Case, answer=scorer.answer, judge=is_right))
