"""Trained models in files: the same bytes for the same model, whole or not there, refused by name when they do not fit."""

import gzip
from pathlib import Path

import pytest
from msgspec import Struct

from services.trained_file import BrokenModel, load, save


class Model(Struct, frozen=True, kw_only=True):
    format: int = 1
    weights: dict[str, int]


def test_what_is_saved_is_read_again_and_nothing_else_is_left(tmp_path: Path) -> None:
    one, other = tmp_path / "one.json.gz", tmp_path / "other.json.gz"
    for path in (one, other):
        save(Model(weights={"路": 3}), path)
    assert load(one, Model, expected=1) == Model(weights={"路": 3})
    assert one.read_bytes() == other.read_bytes()
    assert set(tmp_path.iterdir()) == {one, other}


@pytest.mark.parametrize(
    "content", [b"", b"no gzip", gzip.compress(b"{}"), gzip.compress(b'{"format":1,"weights":[]}')]
)
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.json.gz"
    path.write_bytes(content)
    with pytest.raises(BrokenModel, match=r"model\.json\.gz"):
        load(path, Model, expected=1)


def test_a_missing_file_and_another_format_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenModel, match="none"):
        load(tmp_path / "none.json.gz", Model, expected=1)
    save(Model(weights={}, format=2), tmp_path / "model.json.gz")
    with pytest.raises(BrokenModel, match="format 2"):
        load(tmp_path / "model.json.gz", Model, expected=1)
