"""The classifier's file."""

import gzip
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from services.petitions.model_file import load_model, save_model
from services.trained_file import BrokenModel
from tests.support.petition_data import DATA, shipped_model

MEGABYTE = 1024 * 1024


def test_a_model_reads_back_as_it_was_written(tmp_path: Path) -> None:
    save_model(shipped_model(), tmp_path / "model.json.gz")
    assert load_model(tmp_path / "model.json.gz") == shipped_model()
    assert [path.name for path in tmp_path.iterdir()] == ["model.json.gz"]


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    save_model(shipped_model(), tmp_path / "one.json.gz")
    save_model(shipped_model(), tmp_path / "two.json.gz")
    assert (tmp_path / "one.json.gz").read_bytes() == (tmp_path / "two.json.gz").read_bytes()


@pytest.mark.parametrize("content", [b"", b"not gzip", gzip.compress(b"{}"), gzip.compress(b'{"a":1}')[:-9]])
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.json.gz"
    path.write_bytes(content)
    with pytest.raises(BrokenModel, match=r"model\.json\.gz"):
        load_model(path)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BrokenModel, match=r"absent\.json\.gz"):
        load_model(tmp_path / "absent.json.gz")


def test_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json.gz"
    path.write_bytes(gzip.compress(msgspec.json.encode(replace(shipped_model(), format=2))))
    with pytest.raises(BrokenModel, match="format 2"):
        load_model(path)


def test_the_shipped_model_is_small_and_holds_pieces_of_two_characters_only() -> None:
    assert (DATA / "petition_model.json.gz").stat().st_size < MEGABYTE
    assert {len(gram) for gram in shipped_model().counts.grams} == {2}


def test_the_shipped_model_was_measured_and_holds_its_floors() -> None:
    measured = shipped_model().provenance.cross_validation
    assert measured.accuracy >= 0.87
    assert measured.macro_f1 >= 0.85
    assert measured.top2 >= 0.93
    assert measured.gate_precision >= 0.95
    assert measured.gate_coverage >= 0.6
