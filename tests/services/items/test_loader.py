"""Check what the loader accepts, what it refuses, and that it says everything that is wrong at once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.items.faults import CatalogueRefused, FaultKind
from services.items.loader import REQUIRED, derived_code, load, parsing
from services.steps import at_once

SHIPPED = Path("data/items.json")

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def guide() -> dict[str, Any]:
    """One shipped guide as plain data, under a code of its own."""
    item: dict[str, Any] = json.loads(SHIPPED.read_text("utf-8"))["items"][0]
    code = "370709999000"
    return item | {
        "code": code,
        "impl_code": item["impl_code"][:19] + code,
        "handle_code": item["impl_code"][:19] + code + "01",
    }


def written(folder: Path, content: object, name: str = "more.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8")
    return path


def kinds(path: Path) -> list[FaultKind]:
    with pytest.raises(CatalogueRefused) as refused:
        load([SHIPPED, path], departments=frozenset({"gaj", *_shipped_departments()}))
    return [fault.kind for fault in refused.value.faults]


def _shipped_departments() -> set[str]:
    return {item["department_id"] for item in json.loads(SHIPPED.read_text("utf-8"))["items"]}


def test_the_shipped_catalogue_loads_without_a_fault() -> None:
    catalogue = load([SHIPPED])
    assert (len(catalogue.items), len(catalogue.halls), len(catalogue.licences)) == (81, 31, 12)


def test_a_file_without_halls_uses_the_shipped_ones(tmp_path: Path, guide: dict[str, Any]) -> None:
    catalogue = load([SHIPPED, written(tmp_path, {"items": [guide]})])
    assert catalogue.item("370709999000").windows[0].hall_id in catalogue.halls


def test_bare_names_add_up_and_an_exact_repeat_is_one_item(tmp_path: Path) -> None:
    names = written(tmp_path, "name,department\n渔业船舶登记,海洋局\n渔业船舶登记,海洋局\n", "names.csv")
    catalogue = load([SHIPPED, names])
    added = catalogue.item(derived_code("渔业船舶登记", "海洋局"))
    assert len(catalogue.items) == 82
    assert added.is_bare


def test_a_table_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_bytes("name,department\n渔业船舶登记,海洋局\n".encode("utf-8-sig"))
    assert len(load([names]).items) == 1


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda item: item.update(name=" "), FaultKind.EMPTY_NAME),
        (lambda item: item.update(department=""), FaultKind.EMPTY_DEPARTMENT),
        (lambda item: item.update(code="37070999900", impl_code="", handle_code=""), FaultKind.CODE_LENGTH),
        (lambda item: item.update(code="37070999900-", impl_code="", handle_code=""), FaultKind.CODE_CHARACTERS),
        (lambda item: item.update(impl_code="123"), FaultKind.IMPL_CODE_LENGTH),
        (lambda item: item.update(handle_code="123"), FaultKind.HANDLE_CODE_LENGTH),
        (lambda item: item.update(impl_code="1" * 31), FaultKind.CODES_DISAGREE),
        (lambda item: item.update(version=0), FaultKind.BAD_VERSION),
        (lambda item: item.update(version="one"), FaultKind.WRONG_TYPE),
        (lambda item: item.update(status="停用"), FaultKind.BAD_STATUS),
        (lambda item: item["promise_limit"].update(days=-1), FaultKind.NEGATIVE_LIMIT),
        (lambda item: item["windows"][0].update(hall_id="H0"), FaultKind.UNKNOWN_HALL),
        (lambda item: item["materials"][0].update(licence_code="X"), FaultKind.UNKNOWN_LICENCE),
        (lambda item: item.update(department_id="nobody"), FaultKind.UNKNOWN_DEPARTMENT),
        (lambda item: item.update(code="370709901000", impl_code="", handle_code=""), FaultKind.DUPLICATE_CODE),
    ],
)
def test_each_fault_of_an_item_is_named(
    tmp_path: Path, guide: dict[str, Any], change: Change, fault: FaultKind
) -> None:
    change(guide)
    assert fault in kinds(written(tmp_path, {"items": [guide]}))


@pytest.mark.parametrize("field", REQUIRED)
def test_a_guide_without_a_required_field_is_refused_by_its_name(
    tmp_path: Path, guide: dict[str, Any], field: str
) -> None:
    del guide[field]
    with pytest.raises(CatalogueRefused) as refused:
        load([SHIPPED, written(tmp_path, {"items": [guide]})])
    assert (FaultKind.MISSING_FIELD, field) in {(fault.kind, fault.detail) for fault in refused.value.faults}


def test_all_faults_are_listed_at_once_each_on_its_line(tmp_path: Path, guide: dict[str, Any]) -> None:
    # Given two faulty items
    other = guide | {"code": "1", "version": 0}
    guide["name"] = ""
    guide["windows"] = [{"hall_id": "H0"}]
    # When they are loaded
    with pytest.raises(CatalogueRefused) as refused:
        load([SHIPPED, written(tmp_path, {"items": [guide, other]})])
    # Then every fault is there, and an operator can read where
    lines = str(refused.value).splitlines()
    assert len(lines) == len(refused.value.faults) >= 5
    assert all(line.startswith("more.json ") for line in lines)


def test_versions_whose_days_run_backwards_are_refused(tmp_path: Path, guide: dict[str, Any]) -> None:
    later = guide | {"version": 2, "effective_from": "2025-01-01"}
    assert kinds(written(tmp_path, {"items": [guide, later]})) == [FaultKind.VERSION_ORDER]


def test_two_versions_of_one_item_are_its_history(tmp_path: Path, guide: dict[str, Any]) -> None:
    later = guide | {"version": 2, "effective_from": "2026-07-01"}
    catalogue = load([SHIPPED, written(tmp_path, {"items": [guide, later]})])
    assert [item.version for item in catalogue.versions("370709999000")] == [1, 2]


def test_a_hall_that_is_faulty_is_reported_once_and_not_by_every_item(tmp_path: Path) -> None:
    content = json.loads(SHIPPED.read_text("utf-8"))
    content["halls"][0]["hours"][0]["from"] = "9 o'clock"
    with pytest.raises(CatalogueRefused) as refused:
        load([written(tmp_path, content)])
    assert [fault.kind for fault in refused.value.faults] == [FaultKind.WRONG_TYPE]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda hall: hall["hours"][0].update({"from": "12:00", "to": "09:00"}), FaultKind.BAD_HOURS),
        (lambda hall: hall["hours"][0].update(days=[8]), FaultKind.BAD_HOURS),
        (lambda hall: hall.update(lat=91.0), FaultKind.BAD_POSITION),
        (lambda hall: hall.update(lng=None), FaultKind.BAD_POSITION),
        (lambda hall: hall.update(id="H370203"), FaultKind.DUPLICATE_HALL),
    ],
)
def test_each_fault_of_a_hall_is_named(tmp_path: Path, change: Change, fault: FaultKind) -> None:
    content = json.loads(SHIPPED.read_text("utf-8"))
    change(content["halls"][0])
    with pytest.raises(CatalogueRefused) as refused:
        load([written(tmp_path, content)])
    assert fault in {one.kind for one in refused.value.faults}


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("broken.json", "{", FaultKind.UNREADABLE),
        ("list.json", "[]", FaultKind.UNREADABLE),
        ("empty.json", "{}", FaultKind.NO_ITEMS),
        ("words.json", '{"items": ["word"]}', FaultKind.WRONG_TYPE),
        ("empty.csv", "", FaultKind.NO_ITEMS),
        ("head.csv", "title,owner\na,b\n", FaultKind.UNKNOWN_COLUMN),
        ("gap.csv", "name,department\n,海洋局\n", FaultKind.EMPTY_NAME),
        ("gap.csv", "name,department\n渔业船舶登记,\n", FaultKind.EMPTY_DEPARTMENT),
        ("short.csv", "name,department\n渔业船舶登记\n", FaultKind.EMPTY_DEPARTMENT),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(tmp_path: Path, name: str, content: str, fault: FaultKind) -> None:
    assert kinds(written(tmp_path, content, name)) == [fault]


def test_bytes_that_are_no_text_are_a_fault_and_no_exception() -> None:
    assert [fault.kind for fault in at_once(parsing("names.csv", b"\xff\xfe\x00")).faults] == [FaultKind.UNREADABLE]
    assert [fault.kind for fault in at_once(parsing("items.json", b"\xff")).faults] == [FaultKind.UNREADABLE]


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    assert kinds(tmp_path / "nowhere.json") == [FaultKind.UNREADABLE]
