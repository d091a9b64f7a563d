"""Check every rule about guides by one guide that breaks it."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from services.items.lint import RULES, lint
from services.items.loader import load
from services.items.model import Depth, Fee, Material, Online, Question, Result, Step, TimeLimit
from tests.support.items import a_catalogue, an_item

ITEM = an_item()
ONLINE = ITEM.online or Online(depth=Depth.PUBLISHED)
TWO = (Material(name="居民户口簿"), Material(name="居民户口簿"))
NO_VISIT = Online(depth=Depth.PRE_CHECKED, visits=0, path="/items/1")

BROKEN: dict[str, dict[str, object]] = {
    "on_the_spot_with_days": {"case_type": "即办件"},
    "promised_without_days": {"promise_limit": TimeLimit(days=0)},
    "promise_over_law": {"legal_limit": TimeLimit(days=10)},
    "steps_over_promise": {"steps": (Step(order=1, name="审核", days=16),)},
    "result_ending": {"result": Result(type="出文办结", name="居民身份证")},
    "result_unnamed": {"result": Result(type="其他", name="")},
    "visit_without_reason": {"online": replace(ONLINE, visit_reason=None)},
    "reason_without_visit": {"online": replace(ONLINE, visits=0)},
    "no_visit_no_post": {"online": NO_VISIT, "express": False},
    "fully_online_with_visit": {"online": replace(ONLINE, depth=Depth.FULLY_ONLINE)},
    "handled_online_many_visits": {"online": replace(ONLINE, depth=Depth.HANDLED, visits=2)},
    "online_without_path": {"online": replace(ONLINE, path="")},
    "charged_without_standard": {"fee": Fee(charged=True)},
    "charged_but_free": {"fee": Fee(charged=True, standard="免费")},
    "free_but_paid_online": {"fee": Fee(charged=False, standard="免费", pay_online=True)},
    "phone_missing": {"phone": ""},
    "phone_without_area_code": {"phone": "00000101"},
    "complaint_phone_missing": {"complaint_phone": ""},
    "complaint_phone_without_area_code": {"complaint_phone": "12345"},
    "same_phone_twice": {"complaint_phone": ITEM.phone},
    "audience_missing": {"audience": ()},
    "topics_missing": {"topics": ()},
    "legal_basis_missing": {"legal_basis": ()},
    "conditions_missing": {"conditions": ()},
    "materials_missing": {"materials": ()},
    "steps_missing": {"steps": ()},
    "steps_out_of_order": {"steps": (Step(order=2, name="受理"),)},
    "windows_missing": {"windows": ()},
    "licensing_without_question": {"task_type": "01"},
    "licensing_too_few_steps": {"task_type": "01"},
    "vague_words": {"conditions": ("按相关规定办理",)},
    "materials_repeated": {"materials": TWO},
    "questions_repeated": {"faqs": (Question(question="?", answer="1"), Question(question="?", answer="2"))},
    "aliases_repeated": {"aliases": ("换身份证", "换身份证")},
    "alias_too_short": {"aliases": ("证",)},
    "licence_unnamed": {"materials": (Material(name="居民户口簿", licence_code="X"),)},  # type: ignore[arg-type]  # an id
}


def test_a_faultless_guide_has_no_flaw() -> None:
    assert lint(a_catalogue()) == ()


def test_every_rule_has_an_example_here() -> None:
    assert BROKEN.keys() == RULES.keys()


@pytest.mark.parametrize("rule", RULES)
def test_a_guide_that_breaks_a_rule_is_pointed_out(rule: str) -> None:
    flaws = lint(a_catalogue(an_item(**BROKEN[rule])))  # type: ignore[arg-type]  # one field at a time
    assert rule in {flaw.rule for flaw in flaws}


def test_an_item_known_by_name_alone_is_passed_over() -> None:
    assert lint(a_catalogue(an_item(materials=(), steps=(), online=None, phone=""))) == ()


def test_the_shipped_guides_have_only_flaws_that_are_known() -> None:
    flaws = lint(load([Path("data/items.json")]))
    assert {flaw.rule for flaw in flaws} <= {"licensing_too_few_steps", "promise_over_law"}
    assert len(flaws) <= 7
