"""The right door for what the hotline may not accept."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.petitions.conditions import Facts, words_of
from services.petitions.doors import UnknownDoor, load_doors
from services.petitions.kind import Kind
from services.petitions.routing_file import BrokenRules
from tests.support.petition_data import DATA, shipped_directory, shipped_tree

DOORS = load_doors(DATA / "not_accepted.json", directory=shipped_directory(), tree=shipped_tree())
GOOD = '{"id": "court", "name": "法院", "say": "请找法院", "signs": [{"any": ["判决"]}], "tests": [{"text": "判决"}]}'


def facts(text: str) -> Facts:
    return Facts(kind=Kind.COMPLAINT, words=words_of("", text), at=datetime(2026, 11, 24, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("不服法院判决，要求重新审理", "litigation"),
        ("劳动仲裁裁决书下来了我不服", "arbitration"),
        ("村主任贪污集体资金", "discipline"),
        ("不服行政处罚决定书", "administrative-review"),
        ("我要依申请公开征收批文", "disclosure"),
        ("不服信访答复意见书", "letters"),
        ("有人泄露商业秘密", "secrets"),
        ("查一下老公的开房记录", "private"),
    ],
)
def test_a_sign_points_to_its_door_with_the_word_it_saw(text: str, door: str) -> None:
    sign = DOORS.find(facts(text))
    assert sign is not None
    assert sign.door.id == door
    assert sign.facts["word"] in text
    assert sign.door.say


@pytest.mark.parametrize("text", ["小区停水两天了", "法院门口的路灯坏了", "行政复议怎么申请", "公司拖欠工资怎么仲裁"])
def test_an_ordinary_petition_points_to_no_door(text: str) -> None:
    assert DOORS.find(facts(text)) is None


def test_a_door_is_found_by_its_id_and_no_other() -> None:
    assert DOORS.get("disclosure").name
    with pytest.raises(UnknownDoor):
        DOORS.get("window")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{}", "doors.json"),
        ('{"doors": [' + GOOD + "," + GOOD + "]}", "twice"),
        ('{"doors": [' + GOOD.replace('{"any": ["判决"]}', "{}") + "]}", "court: its condition holds for everything"),
        ('{"doors": [' + GOOD.replace('[{"text": "判决"}]', "[]") + "]}", "court: no test that fires it"),
        ('{"doors": [' + GOOD.replace('{"text": "判决"}', '{"text": "路灯"}') + "]}", "court: test 1 points to nobody"),
    ],
)
def test_a_broken_file_of_doors_is_refused_by_name(tmp_path: Path, content: str, fault: str) -> None:
    path = tmp_path / "doors.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BrokenRules, match=fault):
        load_doors(path, directory=shipped_directory(), tree=shipped_tree())
