"""The recogniser of kinds: what it reads, what it says of what it does not know, and what its file may hold."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bots.understanding.gram_table import LONGEST_GRAM, GramRows, GramTable
from bots.understanding.kind_model import (
    FARTHEST,
    MIDDLE,
    KindFigures,
    KindModel,
    KindProvenance,
    KindScore,
    grams,
    load_kind_model,
    save_kind_model,
)
from bots.understanding.model import Kind
from services.trained_file import BrokenModel

SHIPPED = Path(__file__).parents[3] / "data" / "kind_recogniser.json.gz"
KINDS = (Kind.PETITION, Kind.SMALLTALK)


def weighing(petition: int, smalltalk: int) -> bytes:
    return bytes((MIDDLE + petition, MIDDLE + smalltalk))


def a_model() -> KindModel:
    return KindModel(
        provenance=KindProvenance(
            rows={}, trained_on=date(2026, 11, 25), figures=KindFigures(folds=5, recognised={}, precision={})
        ),
        kinds=KINDS,
        grams=GramTable.of(
            {gram: weighing(40, -40) for gram in grams("路灯坏了")}
            | {gram: weighing(-40, 40) for gram in grams("谢谢")}
        ),
    )


def a_score() -> KindScore:
    return KindScore(KINDS, GramRows(a_model().grams))


def test_a_text_is_of_the_kind_that_its_characters_speak_for() -> None:
    assert a_score().guess("路灯坏了").best is Kind.PETITION
    assert a_score().guess("谢谢").best is Kind.SMALLTALK
    assert a_score().guess("谢谢").odds(Kind.SMALLTALK, (Kind.PETITION,)) > 1


@pytest.mark.parametrize("text", ["", "   ", "hello", "zhuan ren gong", "12345", "天气预报今日晴间多云"])
def test_of_what_it_does_not_know_every_kind_is_as_likely(text: str) -> None:
    guess = a_score().guess(text)
    assert guess.share(Kind.PETITION) == guess.share(Kind.SMALLTALK) == pytest.approx(0.5)
    assert guess.share(Kind.HALL) == 0.0


@given(st.text(max_size=400))
def test_any_text_has_shares_that_add_up_to_one(text: str) -> None:
    guess = a_score().guess(text)
    assert sum(guess.shares.values()) == pytest.approx(1.0)
    assert -FARTHEST <= guess.odds(Kind.PETITION, (Kind.SMALLTALK,)) <= FARTHEST


@given(st.text(max_size=400))
def test_n_grams_are_short_and_few(text: str) -> None:
    found = grams(text)
    assert all(1 <= len(gram) <= LONGEST_GRAM for gram in found)
    assert len(found) <= LONGEST_GRAM * 162


def test_numbers_are_all_alike() -> None:
    assert grams("工单20261124到哪了") == grams("工单7到哪了")


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    save_kind_model(a_model(), tmp_path / "model.json.gz")
    assert load_kind_model(tmp_path / "model.json.gz") == a_model()


@pytest.mark.parametrize(
    "broken",
    [
        replace(a_model(), format=1),
        replace(a_model(), grams=GramTable.of({"路": b"\x80"})),
        replace(a_model(), grams=GramTable(keys="   路", rows=b"\x80", width=2)),
    ],
    ids=["format", "one weight", "half a row"],
)
def test_a_file_that_does_not_fit_is_refused_by_name(tmp_path: Path, broken: KindModel) -> None:
    save_kind_model(broken, tmp_path / "model.json.gz")
    with pytest.raises(BrokenModel, match=r"model\.json\.gz"):
        load_kind_model(tmp_path / "model.json.gz")


def test_the_shipped_model_is_small_and_says_how_good_it_is() -> None:
    assert SHIPPED.stat().st_size < 1_500_000
    model = load_kind_model(SHIPPED)
    assert len(model.grams) > 50_000
    assert model.provenance.rows["written"] > 3_000
    figures = model.provenance.figures
    assert figures.recognised[Kind.PROGRESS] > 0.85
    assert figures.recognised[Kind.HANDOFF] > 0.85
    assert figures.precision[Kind.EMERGENCY] > 0.8
