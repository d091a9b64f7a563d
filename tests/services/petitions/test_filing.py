"""A draft becomes a petition."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from msgspec.structs import replace

from services.conversations.message import MediaId
from services.errors import Invalid
from services.petitions.citizen_commands import MEDIA_MOST
from services.petitions.deadline_rules import NoRules, load_rules
from services.petitions.filing import Filing, checked, petition_id_of
from services.petitions.model import Petition, Place
from services.petitions.transitions import Action, Status
from tests.support.petition_data import DATA
from tests.support.petitions import KEYS, TUESDAY, a_draft, a_petition, city


def test_a_petition_is_born_with_proposal_rules_dates_and_one_event() -> None:
    petition = a_petition()
    assert petition.status is Status.FILED
    assert petition.category == petition.proposal.categories[0].category
    assert petition.proposal.routed.department == "cgj"
    assert petition.rules.version == "shandong/standard/2020-01-01"
    assert (petition.due_on, petition.unit_due_on) == (date(2026, 12, 1), None)
    assert [(event.seq, event.action) for event in petition.history] == [(1, Action.FILE)]
    assert (petition.revision, petition.round, petition.pending) == (1, 1, ())


def test_the_drafts_key_and_its_citizen_decide_the_id() -> None:
    assert petition_id_of(a_draft()) == petition_id_of(a_draft("别的内容"))
    assert petition_id_of(a_draft()) != petition_id_of(a_draft(citizen="cz_2"))
    assert petition_id_of(a_draft(key="ab", citizen="c")) != petition_id_of(a_draft(key="b", citizen="ca"))


@pytest.mark.parametrize(
    ("place", "district"),
    [
        (Place(text="家门口", district="370202"), "370202"),
        (Place(text="家门口", district="崂山区"), "370212"),
        (Place(text="西海岸新区示例路"), "370211"),
        (Place(text="家门口"), ""),
        (Place(text="家门口", district="999999"), ""),
    ],
)
def test_the_district_becomes_a_code_however_it_was_said(place: Place, district: str) -> None:
    assert a_petition(a_draft(place=place)).place.district == district


def test_a_street_that_is_no_code_is_left_out() -> None:
    assert a_petition(a_draft(place=Place(text="家", street="香港中路街道"))).place.street == ""
    assert a_petition(a_draft(place=Place(text="家", street="370202001"))).place.street == "370202001"


def test_the_moment_it_happened_decides_the_route() -> None:
    night = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    noise = a_draft("楼上半夜很吵，噪音大", occurred_at=night)
    assert a_petition(noise).proposal.routed.rule == "noise-night"


def test_an_enterprise_has_its_own_deadline() -> None:
    petition = a_petition(a_draft(of_enterprise=True))
    assert petition.rules.version.startswith("shandong/enterprise/")
    assert petition.due_on == date(2026, 12, 15)


def test_a_class_the_preset_does_not_know_gets_the_standard() -> None:
    urgent = a_petition(a_draft("闻到煤气味，燃气泄漏了"))
    assert urgent.proposal.routed.urgent
    assert urgent.rules.version == "shandong/standard/2020-01-01"


def test_a_preset_without_rules_is_an_error_and_no_guess() -> None:
    filing = Filing(
        city().intake, deadlines=load_rules(DATA / "deadline_rules.json"), preset="nowhere", rules=city().rules
    )
    with pytest.raises(NoRules):
        filing.petition(a_draft(), number="QD20261124-7K3M9P", at=TUESDAY, keys=KEYS)


def test_a_good_draft_is_only_trimmed() -> None:
    draft = a_draft(" 路灯坏了 ", phone=" 0532-00000101 ", media=(MediaId("m"), MediaId("m")))
    assert checked(draft) == replace(draft, text="路灯坏了", phone="0532-00000101", media=("m",))


def test_every_fault_of_a_draft_is_named_at_once() -> None:
    bad = a_draft(
        " ",
        title="题" * 101,
        place=Place(text="路" * 201),
        occurred="时" * 101,
        name="名" * 51,
        phone="打我电话",
        media=tuple(MediaId(str(number)) for number in range(MEDIA_MOST + 1)),
    )
    with pytest.raises(Invalid) as refused:
        checked(bad)
    assert set(refused.value.fields) == {"text", "title", "place", "occurred", "name", "phone", "media"}


@pytest.mark.parametrize("phone", ["", "13000000000", "+86 130 0000 0000", "0532-00000101", "12345678"])
def test_telephones_are_taken_as_people_write_them(phone: str) -> None:
    assert checked(a_draft(phone=phone)).phone == phone


@pytest.mark.parametrize("phone", ["1", "12345", "1300000000000000000000", "abc", "1300000000x", "电话"])
def test_what_is_no_telephone_is_refused(phone: str) -> None:
    with pytest.raises(Invalid):
        checked(a_draft(phone=phone))


def test_a_petition_of_the_longest_text_stays_small() -> None:
    petition: Petition = a_petition(a_draft("路" * 2_000))
    assert len(msgspec.json.encode(petition)) < 16 * 1024
