"""The names that citizens read."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from services.petitions.names import load_names, shown_facts
from services.petitions.timeline import Step
from services.promises import CENTRE
from tests.support.petition_data import DATA
from tests.support.petitions import city

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
FILE = DATA / "wording" / "petition_names.json"
NAMES = load_names(FILE)
DIRECTORY = city().rules.directory


def test_who_handles_is_named_and_nobody_has_no_name() -> None:
    assert NAMES.unit(CENTRE, DIRECTORY) == NAMES.centre
    assert NAMES.unit("cgj", DIRECTORY) == DIRECTORY.name_of("cgj")
    assert NAMES.unit("370202", DIRECTORY) == "市南区"
    assert NAMES.unit("", DIRECTORY) == ""


def test_a_unit_that_the_directory_no_longer_has_spoils_no_page() -> None:
    assert NAMES.unit("abolished", DIRECTORY) == ""


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"department": "市城管局", "text": "已修好"}, "市城管局：已修好"),
        ({"department": "市城管局"}, "市城管局"),
        ({"reason": "不归我们管", "text": "请转供电"}, "不归我们管，请转供电"),
        ({"due": "2026-12-01"}, ""),
    ],
)
def test_a_step_says_who_and_what_they_said(facts: dict[str, str], line: str) -> None:
    assert shown_facts(Step(at=AT, step="answered", facts=facts)) == line


def test_a_step_without_a_name_is_refused_by_name(tmp_path: Path) -> None:
    content = msgspec.json.decode(FILE.read_bytes())
    del content["steps"]["rated"]
    broken = tmp_path / "names.json"
    broken.write_bytes(msgspec.json.encode(content))
    with pytest.raises(ValueError, match="rated"):
        load_names(broken)
