"""Check that the wording data is read strictly."""

import shutil
from pathlib import Path

import msgspec
import pytest

from services.items.search.wording import Wording
from tests.support.search import WORDING, wording


def test_the_shipped_wording_is_read_whole() -> None:
    assert len(wording().grid) == 81
    assert len(wording().items) == 81


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    shutil.copytree(WORDING, tmp_path / "wording")
    (tmp_path / "wording" / "items.json").write_text('{"370709901000": {"alias": []}}', "utf-8")
    with pytest.raises(msgspec.ValidationError, match="alias"):
        Wording.load(tmp_path / "wording")


def test_no_wording_at_all_is_possible() -> None:
    assert Wording.empty().grid == {}
