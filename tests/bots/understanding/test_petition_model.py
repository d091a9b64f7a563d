"""The recogniser's file keeps what was learned, refuses what is broken, and holds no petition's words."""

import gzip
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bots.understanding.gram_table import LONGEST_GRAM, GramTable
from bots.understanding.petition_model import (
    PLACE_ALONE,
    Figures,
    GramReader,
    GramScore,
    PetitionModel,
    Provenance,
    load_model,
    packed_odds,
    save_model,
)
from services.trained_file import BrokenModel

SHIPPED = Path(__file__).parents[3] / "data" / "petition_recogniser.json.gz"
NO_FIGURES = Figures(**dict.fromkeys(Figures.__struct_fields__, 0))


def a_model() -> PetitionModel:
    return PetitionModel(
        provenance=Provenance(
            petitions="p", questions="q", rows={}, trained_on=date(2026, 11, 24), parameters={}, figures=NO_FIGURES
        ),
        places=("青岛", "崂山"),
        grams=packed_odds({"坏了": 200, "怎么": -150, "〇": 50}),
        weights={"constant": -1.0, "grams": 2.0},
    )


def test_what_is_saved_is_read_again_and_equal_models_are_equal_files(tmp_path: Path) -> None:
    one, other = tmp_path / "one.json.gz", tmp_path / "other.json.gz"
    save_model(a_model(), one)
    save_model(a_model(), other)
    assert load_model(one) == a_model()
    assert one.read_bytes() == other.read_bytes()
    assert set(tmp_path.iterdir()) == {one, other}


@pytest.mark.parametrize("content", [b"", b"no gzip", gzip.compress(b"{}"), gzip.compress(b'{"format": 1}')])
def test_a_broken_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.json.gz"
    path.write_bytes(content)
    with pytest.raises(BrokenModel, match=r"broken\.json\.gz"):
        load_model(path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json.gz"
    path.write_bytes(gzip.compress(msgspec.json.encode(replace(a_model(), format=1))))
    with pytest.raises(BrokenModel, match="format 1"):
        load_model(path)


def test_a_table_that_is_not_of_one_piece_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json.gz"
    save_model(replace(a_model(), grams=GramTable.of({"坏": b"\1"})), path)
    with pytest.raises(BrokenModel, match="two bytes"):
        load_model(path)


def test_named_places_weigh_the_same_whichever_they_are() -> None:
    score = GramScore.of(a_model())
    assert score.score("青岛路灯坏了") == score.score("崂山路灯坏了") == score.score("b3区路灯坏了")
    assert score.score("路灯坏了") > 0 > score.score("怎么补办")


@pytest.mark.parametrize("text", ["", "崂山", "崂山区", "青岛崂山呢", "?"])
def test_the_name_of_a_place_alone_is_no_petition(text: str) -> None:
    assert GramScore.of(a_model()).score(text) == PLACE_ALONE


@given(st.text(max_size=400))
def test_n_grams_are_short_and_any_text_has_a_score(text: str) -> None:
    grams = GramReader(()).grams(text)
    assert all(1 <= len(gram) <= LONGEST_GRAM for gram in grams)
    assert isinstance(GramScore.of(a_model()).score(text), float)


def test_the_shipped_model_says_where_it_comes_from_and_is_small() -> None:
    model = load_model(SHIPPED)
    assert SHIPPED.stat().st_size <= 1_000_000
    assert len(model.grams) > 50_000
    assert model.provenance.rows["petitions"] > 0
    assert model.provenance.figures.recognised_at_5 >= 0.9
