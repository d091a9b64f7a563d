"""Check that faults of the place files are said in words."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from services.places.model import Level
from services.places.records import PlacesFaulty, load_records

_FILES = ("places_qingdao.json", "departments.json", "place_aliases.json", "places_elsewhere.json")


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    for name in _FILES:
        shutil.copyfile(Path("data") / name, tmp_path / name)
    return tmp_path


def _change(path: Path, **values: object) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | values), encoding="utf-8")


def _district(*streets: dict[str, Any], code: str = "370202") -> dict[str, Any]:
    return {"code": code, "name": "市南区", "streets": list(streets)}


def _street(*communities: dict[str, str], code: str = "370202001") -> dict[str, Any]:
    return {"code": code, "name": "香港中路街道", "communities": list(communities)}


def test_the_shipped_files_are_sound() -> None:
    places = list(load_records(Path("data")).places())
    assert (places[0].full_name, places[0].level) == ("青岛市市南区", Level.DISTRICT)
    assert places[2].full_name == "青岛市市南区香港中路街道云霄路社区"


@pytest.mark.parametrize(
    ("districts", "fault"),
    [
        ([_district(code="370102")], "青岛市市南区: 370102 is no code of a district in 3702"),
        ([_district(code="37020")], "青岛市市南区: 37020 is no code of a district in 3702"),
        ([_district(_street(code="370203001"))], "香港中路街道: 370203001 is no code of a street in 370202"),
        ([_district(_street(code="37020200a"))], "香港中路街道: 37020200a is no code of a street in 370202"),
        (
            [_district(_street({"code": "370202002001", "name": "甲社区"}))],
            "甲社区: 370202002001 is no code of a community in 370202001",
        ),
        ([_district(), _district()], "the code 370202 stands 2 times"),
    ],
)
def test_a_code_that_does_not_fit_its_place_is_said(folder: Path, districts: list[dict[str, Any]], fault: str) -> None:
    _change(folder / "places_qingdao.json", districts=districts)
    _change(folder / "departments.json", districts=[])
    _change(folder / "place_aliases.json", aliases=[])
    with pytest.raises(PlacesFaulty) as refused:
        load_records(folder)
    assert any(said.endswith(fault) for said in refused.value.faults)


def test_an_alias_of_no_place_is_said(folder: Path) -> None:
    _change(folder / "place_aliases.json", aliases=[{"code": "370205", "names": ["四方区"]}])
    with pytest.raises(PlacesFaulty, match="aliases for 370205, which is no place"):
        load_records(folder)


@pytest.mark.parametrize("name", _FILES)
def test_a_file_that_is_not_what_it_should_be_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text('{"districts": 7}')
    with pytest.raises(PlacesFaulty):
        load_records(folder)
