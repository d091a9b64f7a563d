"""Check the printed codes, and that a row's own expectations judge them."""

import json
import subprocess
import sys

import pytest

_CASES = """text,district_code,street_code,community_code,ambiguous
"家住市南区泰州路社区,楼下有人半夜唱歌",370202,370202011,370202011003,
李村街道办事处态度不好,370213,370213006,,
莲花山社区居民委员会门口垃圾没人清运,,,,1
城市北边的超市关门了,,,,
青島市 市南區停水😡,370202,,,
李村街道办事处态度不好,370202,370202001,,
莲花山社区居民委员会门口垃圾没人清运,370211,,,
,,,,
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """Give what the command prints for these cases, with 0 as its exit code."""
    path = tmp_path_factory.mktemp("cases") / "cases.csv"
    path.write_text(_CASES, encoding="utf-8")
    command = [sys.executable, "-m", "evaluation.places", str(path)]
    output = subprocess.run(command, check=True, capture_output=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def test_codes_go_as_far_down_as_the_text(printed: list[dict[str, object]]) -> None:
    assert printed[0] == {
        "district_code": "370202",
        "street_code": "370202011",
        "community_code": "370202011003",
        "ambiguous": False,
        "why": "named",
        "right": True,
    }
    assert (printed[1]["street_code"], printed[1]["community_code"]) == ("370213006", "")
    assert (printed[3]["district_code"], printed[3]["why"]) == ("", "nothing_named")


def test_an_ambiguous_name_lists_its_places(printed: list[dict[str, object]]) -> None:
    assert (printed[2]["ambiguous"], printed[2]["why"], printed[2]["community_code"]) == (True, "same_name", "")
    assert len(printed[2]["candidates"]) == 2  # type: ignore[arg-type] # JSON gives object


def test_the_totals_judge_codes_and_ambiguity(printed: list[dict[str, object]]) -> None:
    # An empty text names nothing, as its row expects; the two rows before it expect what is not so
    assert printed[-1] == {"totals": {"rows": 8, "errors": 0, "right": 6, "wrong": 2, "accuracy": 0.75}}
