"""Train the recogniser of kinds: ``python -m bots.understanding.kind_training --petitions FILE.csv``.

Sentences written for this project (data/wording/said), the signs of each kind, questions about items, real petitions and
small talk go in, ``data/kind_recogniser.json.gz`` comes out. Cross-validation leaves every fifth written sentence out.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from bots.understanding.gram_table import GramTable
from bots.understanding.kind_model import (
    MIDDLE,
    STEPS,
    KindFigures,
    KindModel,
    KindProvenance,
    KindScore,
    grams,
    save_kind_model,
)
from bots.understanding.lexicon import Lexicon, load_lexicon
from bots.understanding.model import Kind
from bots.understanding.softmax import ROUNDS, Example, fit_classes
from bots.understanding.training_rows import ChatTalk, PetitionTalk, Said, Weights, petition_rows, said_in
from bots.understanding.wording import THANKS
from services.clock import SHANGHAI, SystemClock
from services.items.loader import load
from services.items.search.wording import Wording
from services.text.normalise import normalise

DATA = Path(__file__).parents[2] / "data"
ASKED = 2
"""Patterns tried with each name of an item."""
POLITE = 5
"""Of so many matters one is said again with thanks."""
_MATTERS = frozenset({Kind.PETITION, Kind.ITEM, Kind.PROGRESS, Kind.HALL})
LEAST = 2
"""Steps that at least one weight of an n-gram must be away from the middle to be kept."""


class Shares(Struct, frozen=True, kw_only=True):
    """How much a row of each source counts against a sentence that was written for its kind."""

    sign: float = 0.3
    asked: float = 0.2
    petition: float = 0.15


def signs(lexicon: Lexicon, shares: Shares) -> Iterator[Said]:
    """Yield the signs of every kind as if they had been said."""
    for kind, of_kind in lexicon.kinds.items():
        for some in of_kind.topics.values():
            for text in (*some.whole, *some.phrases):
                yield Said(text=text, kind=kind, weight=shares.sign)


def asked(files: Sequence[Path], wording: Wording, *, talk: ChatTalk, shares: Shares) -> Iterator[Said]:
    """Yield questions about every name of every item."""
    chance = random.Random(9)  # noqa: S311 - the same rows every time, no secret
    for code, item in load(tuple(files)).items.items():
        more = wording.items[code].aliases if code in wording.items else ()
        for name in dict.fromkeys((item.name, *item.aliases, *more)):
            for pattern in chance.sample(talk.patterns, ASKED):
                yield Said(text=pattern.format(name), kind=Kind.ITEM, weight=shares.asked)


def talked(chat: ChatTalk, petitions: PetitionTalk) -> Iterator[Said]:
    """Yield what is no matter of the city, and complaints of our own."""
    yield from (Said(text=text, kind=Kind.OUT_OF_SCOPE) for text in chat.questions)
    yield from (Said(text=text, kind=Kind.PETITION) for text in petitions.said)


def filed(path: Path, shares: Shares) -> Iterator[Said]:
    """Yield titles and sentences of published petitions."""
    for row in petition_rows(path, Weights()):
        yield Said(text=row.text, kind=Kind.PETITION, weight=shares.petition * row.weight)


def polite(rows: Sequence[Said]) -> Iterator[Said]:
    """Yield some matters again with a word of thanks behind them, which makes no small talk of them."""
    matters = [row for row in rows if row.kind in _MATTERS]
    for number, row in enumerate(matters[::POLITE]):
        yield Said(text=row.text + THANKS[number % len(THANKS)], kind=row.kind, weight=row.weight)


class Effort(Struct, frozen=True, kw_only=True):
    """How thoroughly it is done: rounds over all rows, and parts of the sentences that are left out in turn."""

    rounds: int = ROUNDS
    folds: int = 5


def fitted(rows: Sequence[Said], kinds: tuple[Kind, ...], *, rounds: int = ROUNDS) -> dict[str, bytes]:
    """Return the n-grams of rows with their weights in bytes."""
    rows = [*rows, *polite(rows)]
    # All kinds together count the same: a model that saw mostly petitions would take everything for one.
    totals = Counter[Kind]()
    for row in rows:
        totals[row.kind] += row.weight  # type: ignore[assignment]  # weighted counts
    usual = sum(totals.values()) / len(kinds)
    examples = [
        Example(
            features=tuple(sorted(grams(normalise(row.text).text))),
            label=kinds.index(row.kind),
            weight=row.weight * usual / totals[row.kind],
        )
        for row in rows
    ]
    packed = {name: _packed(row) for name, row in fit_classes(examples, classes=len(kinds), rounds=rounds).items()}
    return {name: row for name, row in sorted(packed.items()) if any(abs(value - MIDDLE) >= LEAST for value in row)}


def _packed(weights: Sequence[float]) -> bytes:
    """Return weights in steps around the middle; one that is the same for all kinds says nothing and is taken out."""
    mean = sum(weights) / len(weights)
    return bytes(max(0, min(255, MIDDLE + round((weight - mean) * STEPS))) for weight in weights)


def gathered(data: Path, petitions: Path) -> dict[str, list[Said]]:
    """Return the rows by source; `written` are the sentences that were written for their kinds."""
    folder, shares = data / "wording", Shares()
    chat = msgspec.json.decode((folder / "chat_talk.json").read_bytes(), type=ChatTalk)
    talk = msgspec.json.decode((folder / "petition_talk.json").read_bytes(), type=PetitionTalk)
    return {
        "written": list(said_in(folder / "said")),
        "signs": list(signs(load_lexicon(folder / "kinds.json"), shares)),
        "asked": list(asked((data / "items.json",), Wording.load(folder), talk=chat, shares=shares)),
        "talked": list(talked(chat, talk)),
        "petitions": list(filed(petitions, shares)),
    }


def trained(rows: Mapping[str, Sequence[Said]], effort: Effort) -> KindModel:
    """Return the model of all rows, with the figures of the written ones when they were left out."""
    written = rows["written"]
    others = [row for name, some in rows.items() if name != "written" for row in some]
    kinds = tuple(kind for kind in Kind if any(row.kind is kind for row in (*written, *others)))
    return KindModel(
        provenance=KindProvenance(
            rows={name: len(some) for name, some in rows.items()},
            trained_on=SystemClock().now().astimezone(SHANGHAI).date(),
            figures=cross_validated(written, others, kinds=kinds, effort=effort),
        ),
        kinds=kinds,
        grams=GramTable.of(fitted([*written, *others], kinds, rounds=effort.rounds)),
    )


def cross_validated(
    written: Sequence[Said], others: Sequence[Said], *, kinds: tuple[Kind, ...], effort: Effort
) -> KindFigures:
    """Return how the written sentences are recognised by models that never saw them."""
    order = list(written)
    random.Random(5).shuffle(order)  # noqa: S311 - the same folds every time, no secret
    taken: Counter[tuple[Kind, Kind]] = Counter()
    for fold in range(effort.folds):
        rows = [row for number, row in enumerate(order) if number % effort.folds != fold]
        score = KindScore(kinds, fitted([*rows, *others], kinds, rounds=effort.rounds))
        for row in order[fold :: effort.folds]:
            taken[row.kind, score.guess(normalise(row.text).text).best] += 1
    right = {kind: taken[kind, kind] for kind in kinds}
    expected = {kind: sum(taken[kind, other] for other in kinds) for kind in kinds}
    guessed = {kind: sum(taken[other, kind] for other in kinds) for kind in kinds}
    return KindFigures(
        folds=effort.folds,
        recognised={kind: round(right[kind] / max(1, expected[kind]), 4) for kind in kinds},
        precision={kind: round(right[kind] / max(1, guessed[kind]), 4) for kind in kinds},
    )


def main() -> int:
    """Train and save."""
    parser = argparse.ArgumentParser(prog="python -m bots.understanding.kind_training", description=__doc__)
    parser.add_argument("--petitions", type=Path, required=True, help="CSV with id,title,text")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the catalogue and the wording")
    parser.add_argument("--out", type=Path, default=DATA / "kind_recogniser.json.gz")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="over all rows; fewer for a try")
    parser.add_argument("--folds", type=int, default=Effort().folds)
    given = parser.parse_args()
    model = trained(gathered(given.data, given.petitions), Effort(rounds=given.rounds, folds=given.folds))
    save_kind_model(model, given.out)
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(model.provenance), indent=1) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
