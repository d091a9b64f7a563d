"""A mistyped path makes no new store."""

from pathlib import Path

import pytest

from services.database.existing import check_exists


def test_a_missing_file_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"none\.db"):
        check_exists(f"sqlite:///{tmp_path}/none.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_and_a_server_are_let_pass(tmp_path: Path) -> None:
    (tmp_path / "one.db").touch()
    check_exists(f"sqlite:///{tmp_path}/one.db")
    check_exists("mongodb://127.0.0.1:27017/city")
    assert (tmp_path / "one.db").stat().st_size == 0


def test_a_relative_path_begins_where_the_store_is_opened_from(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "one.db").touch()
    check_exists("sqlite:///var/one.db", root=tmp_path)
    with pytest.raises(FileNotFoundError, match=r"one\.db"):
        check_exists("sqlite:///var/one.db", root=tmp_path / "var")
    # An absolute path is one wherever that is.
    check_exists(f"sqlite:///{tmp_path}/var/one.db", root=tmp_path / "elsewhere")
