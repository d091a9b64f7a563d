"""Who handles petitions."""

from pathlib import Path

import pytest

from services.petitions.departments import (
    BrokenDirectory,
    Department,
    Directory,
    District,
    UnknownDepartment,
    load_directory,
)
from tests.support.petition_data import shipped_directory, shipped_tree

LAMPS = Department(id="lamps", name="路灯管理处", level="市级", petition_level1=("城乡建设",), duty_keywords=("路灯",))
WEST = District(code="370202", name="市南区")


def test_departments_and_districts_have_names_and_nobody_else_has() -> None:
    directory = Directory((LAMPS,), (WEST,), defaults={"城乡建设": "lamps"})
    assert directory.name_of("lamps") == "路灯管理处"
    assert directory.name_of("370202") == "市南区"
    assert "lamps" in directory
    assert "370202" in directory
    assert "nobody" not in directory
    with pytest.raises(UnknownDepartment):
        directory.name_of("nobody")


def test_duty_words_are_gathered_by_first_level_each_once() -> None:
    parks = Department(
        id="parks", name="园林", level="市级", petition_level1=("城乡建设", "环境保护"), duty_keywords=("路灯", "公园")
    )
    directory = Directory((LAMPS, parks), (), defaults={})
    assert directory.duties() == {"城乡建设": ("路灯", "公园"), "环境保护": ("路灯", "公园")}


def test_a_directory_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(BrokenDirectory, match="twice"):
        Directory((LAMPS, LAMPS), (), defaults={})
    with pytest.raises(BrokenDirectory, match="民政"):
        Directory((LAMPS,), (), defaults={"民政": "nobody"})


@pytest.mark.parametrize("content", ["", "{}", '{"districts": [{"code": "37", "name": "短"}]}'])
def test_a_broken_file_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "departments.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BrokenDirectory, match=r"departments\.json"):
        load_directory(path)


def test_the_shipped_directory_has_a_default_for_every_first_level() -> None:
    assert set(shipped_directory().defaults) == set(shipped_tree().level1)
    assert len(shipped_directory().districts) == 10
