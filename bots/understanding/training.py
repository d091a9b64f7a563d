"""Train the petition recogniser: ``python -m bots.understanding.training --petitions FILE.csv``.

Real petitions, complaints of our own and questions about items go in, ``data/petition_recogniser.json.gz`` comes out:
n-grams with their log odds, the weights of the evidence, and where they came from. Cross-validation leaves whole
petitions and whole items out, so that no title is tested by its own sentences and no question by its own item's names.
"""

import argparse
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct

from bots.understanding import wording
from bots.understanding.evidence import Observer, log_odds
from bots.understanding.lexicon import load_lexicon
from bots.understanding.logistic import fit
from bots.understanding.petition_model import (
    Figures,
    GramReader,
    GramScore,
    PetitionModel,
    Provenance,
    packed_odds,
    save_model,
)
from bots.understanding.training_rows import (
    ChatTalk,
    PetitionTalk,
    Row,
    Weights,
    chat_rows,
    complaint_rows,
    name_rows,
    petition_rows,
    question_rows,
    said_rows,
    written_rows,
)
from services.clock import SHANGHAI, SystemClock
from services.items.search.matcher import Matcher
from services.items.search.settings import SearchSettings
from services.items.search.wording import Wording
from services.items.service import ItemService

_DATA = Path(__file__).parents[2] / "data"
_WRITTEN = Path(__file__).parents[2] / "evaluation" / "data"
FOLDS = 5
SMOOTHING = 0.1
RIDGE = 0.02
LEAST = 5
"""Hundredths of log odds below which an n-gram says too little to be kept."""

Train = Callable[[Sequence[Row]], GramScore]


class Judged(Struct, frozen=True):
    """A row that was left out of training, with what is observed of it then."""

    row: Row
    evidence: dict[str, float]


def log_odds_of_grams(rows: Iterable[Row], reader: GramReader) -> dict[str, int]:
    """Return hundredths of the log odds for a petition of every n-gram, by smoothed shares of the rows that hold it."""
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    totals = {True: 4 * SMOOTHING, False: 4 * SMOOTHING}
    for row in rows:
        totals[row.is_petition] += row.weight
        for gram in reader.grams(row.text):
            counts[row.is_petition][gram] += row.weight  # type: ignore[assignment]  # weighted counts
    odds = {}
    for gram in sorted(counts[True].keys() | counts[False].keys()):
        share = {kind: (counts[kind][gram] + SMOOTHING) / totals[kind] for kind in (True, False)}
        value = round(100 * math.log(share[True] / share[False]))
        if abs(value) >= LEAST:
            odds[gram] = value
    return odds


def cross_validated(
    rows: Sequence[Row], train: Train, *, observe: Callable[[GramScore, Row], dict[str, float]]
) -> list[Judged]:
    """Return every real row as it is observed by a model that never saw its group."""
    groups = sorted({row.group for row in rows if row.is_real})
    fold_of = {group: number % FOLDS for number, group in enumerate(groups)}
    judged = []
    for fold in range(FOLDS):
        grams = train([row for row in rows if fold_of.get(row.group) != fold])
        tested = [row for row in rows if row.is_real and fold_of[row.group] == fold]
        judged += [Judged(row, observe(grams, row)) for row in tested]
    return judged


def figures(judged: Sequence[Judged]) -> Figures:
    """Return what the evidence recognises, its weights fitted on the other folds."""
    odds: list[tuple[float, Row]] = []
    for fold in range(FOLDS):
        weights = fit(_labelled(one for n, one in enumerate(judged) if n % FOLDS != fold), ridge=RIDGE)
        odds += [(log_odds(one.evidence, weights), one.row) for n, one in enumerate(judged) if n % FOLDS == fold]
    petitions = [value for value, row in odds if row.group.startswith("petition ")]
    complaints = [value for value, row in odds if row.group.startswith("complaint ")]
    questions = sorted((value for value, row in odds if row.group.startswith("item ")), reverse=True)
    chat = [value for value, row in odds if row.group.startswith("chat ")]

    def recognised_at(lost: float) -> float:
        return _share(petitions, questions[int(len(questions) * lost)])

    return Figures(
        folds=FOLDS,
        recognised_at_1=recognised_at(0.01),
        recognised_at_2=recognised_at(0.02),
        recognised_at_5=recognised_at(0.05),
        petitions_recognised=_share(petitions, 0.0),
        complaints_recognised=_share(complaints, 0.0),
        questions_lost=_share(questions, 0.0),
        chat_lost=_share(chat, 0.0),
    )


def _share(values: Sequence[float], above: float) -> float:
    return round(sum(value > above for value in values) / max(1, len(values)), 4)


def _labelled(judged: Iterable[Judged]) -> list[tuple[dict[str, float], bool]]:
    return [(one.evidence, one.row.is_petition) for one in judged]


class Sources(Struct, frozen=True, kw_only=True):
    """Where the rows come from."""

    petitions: Path
    written: tuple[Path, ...]
    names: tuple[Path, ...]


def gathered(sources: Sources, items: ItemService, *, wording: Wording) -> dict[str, list[Row]]:
    """Return the rows by source."""
    weights = Weights()
    folder = _DATA / "wording"
    chat = msgspec.json.decode((folder / "chat_talk.json").read_bytes(), type=ChatTalk)
    talk = msgspec.json.decode((folder / "petition_talk.json").read_bytes(), type=PetitionTalk)
    words = msgspec.json.decode((_DATA / "petition_words.json").read_bytes())["words"]
    return {
        "petitions": list(petition_rows(sources.petitions, weights)),
        "complaints": list(complaint_rows(talk, [w for some in words.values() for w in some], weights=weights)),
        "asked": list(question_rows(items.current(), wording, talk=chat, weights=weights)),
        "chat": list(chat_rows(chat, wording, weights=weights)),
        "written": [row for path in sources.written for row in written_rows(path)],
        "said": list(said_rows(folder / "said")),
        "names": [row for path in sources.names for row in name_rows(path, chat, weights=weights)],
    }


def trained(
    rows: dict[str, list[Row]], *, matcher: Matcher, places: tuple[str, ...], sources: Sources
) -> PetitionModel:
    """Return the model of these rows, with its figures."""
    reader = GramReader(places)
    lexicon = load_lexicon(_DATA / "wording" / "kinds.json")

    def train(some: Sequence[Row]) -> GramScore:
        return GramScore({gram: odds / 100 for gram, odds in log_odds_of_grams(some, reader).items()}, places=places)

    def observe(grams: GramScore, row: Row) -> dict[str, float]:
        return Observer(grams, asks=lexicon.asks, deals=lexicon.deals).observe(row.text, matcher.rank(row.text))

    everything = [row for some in rows.values() for row in some]
    judged = cross_validated(everything, train, observe=observe)
    return PetitionModel(
        provenance=Provenance(
            petitions=f"{sources.petitions.name}: {wording.PETITIONS}",
            questions=wording.QUESTIONS,
            rows={name: len(some) for name, some in rows.items()},
            trained_on=_today(),
            parameters={"smoothing": SMOOTHING, "ridge": RIDGE, "least": LEAST},
            figures=figures(judged),
        ),
        places=places,
        grams=packed_odds(log_odds_of_grams(everything, reader)),
        weights={name: round(value, 4) for name, value in fit(_labelled(judged), ridge=RIDGE).items()},
    )


def _today() -> date:
    return SystemClock().now().astimezone(SHANGHAI).date()


def main() -> int:
    """Train by the command line's files and write the model; print its figures."""
    parser = argparse.ArgumentParser(prog="python -m bots.understanding.training", description=__doc__)
    parser.add_argument("--petitions", type=Path, required=True, help="CSV with id,title,text")
    parser.add_argument("--written", type=Path, action="append", help="JSONL with text and items")
    parser.add_argument("--names", type=Path, action="append", default=[], help="CSV with names of items elsewhere")
    parser.add_argument("--out", type=Path, default=_DATA / "petition_recogniser.json.gz")
    given = parser.parse_args()
    written = given.written or sorted(_WRITTEN.glob("item_questions_*.jsonl"))
    sources = Sources(petitions=given.petitions, written=tuple(written), names=tuple(given.names))
    wording = Wording.load(_DATA / "wording")
    with tempfile.TemporaryDirectory() as cache:
        items = ItemService.load((_DATA / "items.json",), settings=SearchSettings(), data=_DATA, cache=Path(cache))
        rows = gathered(sources, items, wording=wording)
        model = trained(rows, matcher=items.matcher, places=wording.scope.here, sources=sources)
    save_model(model, given.out)
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(model.provenance), indent=1) + b"\n")
    sys.stdout.buffer.write(msgspec.json.encode(model.weights) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
