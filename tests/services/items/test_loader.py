"""Check what the loader accepts, refuses and says about it."""

from pathlib import Path

import pytest

from services.items.faults import CatalogueRefused, FaultKind
from services.items.loader import load

SHIPPED = Path("data/items.json")


def test_the_shipped_catalogue_loads_without_a_fault() -> None:
    catalogue = load([SHIPPED])
    assert len(catalogue.items) == 81
    assert len(catalogue.halls) == 31


def test_a_file_of_bare_names_adds_to_the_shipped_catalogue(tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("name,department\n渔业船舶登记,海洋局\n", "utf-8")
    catalogue = load([SHIPPED, names])
    assert len(catalogue.items) == 82
    assert any(item.name == "渔业船舶登记" and item.is_bare for item in catalogue.items.values())


def test_a_file_that_is_no_json_is_one_fault(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{", "utf-8")
    with pytest.raises(CatalogueRefused) as refused:
        load([SHIPPED, broken])
    assert [fault.kind for fault in refused.value.faults] == [FaultKind.UNREADABLE]
