"""A store's URL names its engine and its place, or is refused before anything is touched."""

from pathlib import Path

import pytest

from services.database.collection import Document, Schema
from services.database.engine import open_database
from services.database.mongo import MongoDatabase

NOTES = Schema(name="notes", document=Document)


async def test_three_slashes_are_relative_to_the_root_and_the_folder_is_made(tmp_path: Path) -> None:
    database = open_database("sqlite:///var/deep/store.db", root=tmp_path)
    assert not (tmp_path / "var").exists()
    await database.open()
    await database.close()
    assert (tmp_path / "var" / "deep" / "store.db").exists()


async def test_without_a_root_the_working_directory_is_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = open_database("sqlite:///store.db")
    await database.open()
    await database.close()
    assert (tmp_path / "store.db").exists()


async def test_four_slashes_are_absolute(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/store.db", root=Path("/nowhere"))
    await database.open()
    await database.close()
    assert (tmp_path / "store.db").exists()


@pytest.mark.parametrize("url", ["mongodb://localhost:27017/city", "mongodb://a,b/city?replicaSet=rs0"])
def test_a_mongodb_url_gives_that_engine(url: str) -> None:
    assert isinstance(open_database(url), MongoDatabase)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "store.db",
        "sqlite://",
        "sqlite:///",
        "sqlite://store.db",
        "sqlite://host/store.db",
        "sqlite:///store.db?mode=ro",
        "sqlite:///store.db#x",
        "mongodb://host:27017",
        "mongodb://host:27017/",
        "mongodb:///city",
        "mongodb://host/city/more",
        "postgresql://host/city",
        "file:///store.db",
    ],
)
def test_any_other_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///path or mongodb://"):
        open_database(url)


def test_a_refused_url_does_not_print_its_password() -> None:
    with pytest.raises(ValueError, match="postgresql") as caught:
        open_database("postgresql://user:secret@host/city")
    assert "secret" not in str(caught.value)
