"""Recognise the place in every text of a file: ``python -m evaluation.places FILE.csv``.

A row has a ``text``. A row out has ``district_code``, ``street_code`` and ``community_code``, as far down as the text says
and else empty, ``ambiguous``, then why and, when ambiguous, the codes of the ``candidates``. Rows with those columns are
judged by them: an ambiguous one is right when it is reported as such, any other one when it is not and all codes that
are given, empty ones too, are right.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from evaluation.rows import Answer, file_argument, score_file
from services.places.gazetteer import Gazetteer
from services.places.model import Place
from services.text.normalise import normalise

_DATA = Path(__file__).parent.parent / "data"
_NO = frozenset({"", "0", "false", "no", "否"})


class Case(Struct, frozen=True, kw_only=True):
    """Hold one text, and what it expects; None where the file has no such column."""

    text: str
    district_code: str | None = None
    street_code: str | None = None
    community_code: str | None = None
    ambiguous: str | bool | int = ""


def answers_by(gazetteer: Gazetteer) -> Callable[[Case], Answer]:
    """Return the function that answers a case by this gazetteer."""

    def answer(case: Case) -> Answer:
        found = gazetteer.recognise(normalise(case.text).text)
        return {
            "district_code": _code(found.district),
            "street_code": _code(found.street),
            "community_code": _code(found.community),
            "ambiguous": found.ambiguous,
            "why": found.why,
            **({"candidates": [place.code for place in found.candidates]} if found.ambiguous else {}),
        }

    return answer


def is_right(case: Case, answer: Answer | None) -> bool | None:
    """Tell whether the codes and the ambiguity are as expected; None when nothing is."""
    expected = {
        "district_code": case.district_code,
        "street_code": case.street_code,
        "community_code": case.community_code,
    }
    codes = {name: code for name, code in expected.items() if code is not None}
    is_ambiguous = str(case.ambiguous).lower() not in _NO
    if not codes and not is_ambiguous:
        return None
    if answer is None or answer["ambiguous"] is not is_ambiguous:
        return False
    return is_ambiguous or codes.items() <= answer.items()


def _code(place: Place | None) -> str:
    return place.code if place else ""


if __name__ == "__main__":
    sys.exit(
        score_file(
            file_argument("evaluation.places"),
            Case,
            answer=answers_by(Gazetteer.load(_DATA)),
            judge=is_right,
            keep_empty=True,
        )
    )
