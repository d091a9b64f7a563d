"""One report in, one proposal out."""

from datetime import UTC, datetime

from services.petitions.intake import Report
from services.petitions.kind import Kind
from tests.support.petition_data import shipped_intake

AT = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def a_report(text: str, *, district: str = "", at: datetime = AT) -> Report:
    return Report(kind=Kind.COMPLAINT, text=text, district=district, at=at)


def test_a_proposal_names_category_department_rule_and_model() -> None:
    proposal = shipped_intake().propose(a_report("小区停水两天了"))
    assert proposal.categories[0].category == "城乡建设/城市建设和市政管理/自来水供应"
    assert proposal.confident
    assert (proposal.routed.department, proposal.routed.rule) == ("gsqy", "water-company")
    assert proposal.routed.facts["word"] == "停水"
    assert proposal.door == ""
    assert proposal.model == "2026-11-24/398+0"


def test_place_and_time_change_the_department() -> None:
    intake = shipped_intake()
    assert intake.propose(a_report("小区物业不作为", district="370202")).routed.department == "370202"
    night = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
    assert intake.propose(a_report("楼上太吵了", at=night)).routed.rule == "noise-night"
    assert intake.propose(a_report("楼上太吵了")).routed.rule != "noise-night"


def test_a_report_for_another_door_is_pointed_there_and_still_routed() -> None:
    proposal = shipped_intake().propose(a_report("不服法院判决"))
    assert proposal.door == "litigation"
    assert proposal.door_facts["word"] in "不服法院判决"
    assert proposal.routed.department


def test_a_person_may_set_the_category_and_routing_follows() -> None:
    routed = shipped_intake().reroute(a_report("请处理"), category="科技与信息产业/电信/通信保障")
    assert (routed.department, routed.rule) == ("txgl", "telecom")
