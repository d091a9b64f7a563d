"""A change is published only after its trial, over the version its operator has seen, and can be taken back."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.audit.model import ActKind
from services.errors import Invalid
from services.improvement import publishing
from services.improvement.ports import Findings, Worse
from services.improvement.publishing import AlreadyPublished, ChangeRefused, TooManyChanges
from services.improvement.wording_book import NoSuchVersion, WordingMoved
from services.improvement.wording_model import Proposal
from services.items.model import ItemCode
from services.items.overlay import Overlay
from tests.support.improvement import FINE, OPERATOR, Workroom, a_workroom, an_alias, an_answer
from tests.support.items import CODE

WORSE = Worse(place="item_questions_a.jsonl:3", text="换证在哪", lost=("first",))


async def publish(room: Workroom, proposal: Proposal, *, base: int, wordings: Sequence[str] = ()) -> int:
    """Publish and return the version's number."""
    published = await room.desk.publish(proposal, base=base, wordings=wordings, by=OPERATOR)
    return published.version.number


async def test_a_published_change_is_served_recorded_and_announced(room: Workroom) -> None:
    # When an alias and an answer are published
    assert await publish(room, an_alias("「旧卡 换新」", question="旧卡换新要啥"), base=0, wordings=("旧卡换新",)) == 1
    assert await publish(room, an_answer(), base=1) == 2
    # Then the trial was asked about each, over what was in force
    (_, _, alias, wordings), (now, then, answer, _) = room.trial.asked
    assert (alias.alias, wordings) == ("旧卡换新", ("旧卡换新",))
    assert (now.version, then.version) == (1, 2)
    assert (answer.alias, answer.answer) == ("旧卡要交回吗", "要交回。")
    # And this process serves both
    assert room.shelf.overlays[-1] == Overlay(
        version=2, aliases={CODE: ("旧卡换新", "旧卡要交回吗")}, faqs=room.shelf.overlays[-1].faqs
    )
    assert [(one.question, one.answer) for one in room.shelf.overlays[-1].faqs[CODE]] == [("旧卡要交回吗", "要交回。")]
    # And the log says who did it, and others are woken
    entries = (await room.audit.listed()).documents
    assert [(one.act.kind, one.act.by, one.act.subject) for one in entries] == [
        (ActKind.WORDING_PUBLISHED, "operator1", f"wording:0000000{number}") for number in (2, 1)
    ]
    assert entries[0].act.action == answer.id


async def test_what_the_trial_speaks_against_is_refused_by_name_and_changes_nothing(room: Workroom) -> None:
    for findings, field in (
        (replace(FINE, worse=(WORSE,)), WORSE.place),
        (replace(FINE, flaws=(("alias_of_two_items", "x,y 旧卡"),)), "flaw:alias_of_two_items"),
        (replace(FINE, is_answered=False), "question"),
    ):
        room.trial.findings = findings
        with pytest.raises(ChangeRefused) as refused:
            _ = await publish(room, an_alias(), base=0)
        assert list(refused.value.fields) == [field]
        assert refused.value.findings == findings
    assert (await room.desk.current(), room.shelf.overlays) == ((0, ()), [])
    assert (await room.audit.listed()).documents == ()


@pytest.mark.parametrize(
    ("proposal", "field"),
    [
        (an_alias(item=ItemCode("370799999000")), "item"),
        (an_alias("…"), "alias"),
        (replace(an_alias(), answer="答"), "answer"),
        (an_answer(answer=" "), "answer"),
        (an_answer("?"), "question"),
        (replace(an_answer(), alias="旧卡"), "alias"),
        (an_answer("电话13012345678能查吗"), "question"),
    ],
)
async def test_a_faulty_field_is_named_before_anything_is_tried(room: Workroom, proposal: Proposal, field: str) -> None:
    with pytest.raises(Invalid) as invalid:
        _ = await publish(room, proposal, base=0)
    assert list(invalid.value.fields) == [field]
    assert room.trial.asked == []


async def test_of_two_operators_at_once_one_publishes_and_one_is_told(room: Workroom) -> None:
    outcomes = await asyncio.gather(
        publish(room, an_alias("旧卡换新"), base=0),
        publish(room, an_alias("老卡换新"), base=0),
        return_exceptions=True,
    )
    assert {type(one) for one in outcomes} == {int, WordingMoved}
    assert len((await room.desk.current())[1]) == 1
    with pytest.raises(WordingMoved):
        _ = await publish(room, an_alias("更旧的卡"), base=0)


async def test_what_is_in_force_already_is_not_published_again(room: Workroom) -> None:
    _ = await publish(room, an_alias(), base=0)
    with pytest.raises(AlreadyPublished):
        _ = await publish(room, an_alias(), base=1)


async def test_more_changes_than_fit_are_refused(room: Workroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "CHANGES_MOST", 1)
    _ = await publish(room, an_alias(), base=0)
    with pytest.raises(TooManyChanges):
        _ = await publish(room, an_answer(), base=1)


async def test_a_trial_alone_publishes_nothing(room: Workroom) -> None:
    room.trial.findings = replace(FINE, worse=(WORSE,))
    findings = await room.desk.tried(an_alias(), wordings=(), by=OPERATOR)
    assert isinstance(findings, Findings)
    assert findings.worse == (WORSE,)
    assert await room.desk.current() == (0, ())


async def test_going_back_is_a_version_of_its_own_and_only_to_one_there_was(room: Workroom) -> None:
    _ = await publish(room, an_alias(), base=0)
    _ = await publish(room, an_answer(), base=1)
    version = await room.desk.roll_back(1, base=2, by=OPERATOR)
    assert (version.number, version.restored, len(version.changes)) == (3, 1, 1)
    assert replace(room.shelf.overlays[-1], version=1) == room.shelf.overlays[0]
    for to, base, error in ((3, 3, NoSuchVersion), (9, 3, NoSuchVersion), (0, 2, WordingMoved)):
        with pytest.raises(error):
            _ = await room.desk.roll_back(to, base=base, by=OPERATOR)
    assert (await room.audit.listed()).documents[0].act.action == "restored:1"
    # And to the files alone
    _ = await room.desk.roll_back(0, base=3, by=OPERATOR)
    assert room.shelf.overlays[-1] == Overlay(version=4)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.integers(0, 5), min_size=1, max_size=8))
@pytest.mark.usefixtures("_character_tables")
async def test_going_back_restores_exactly_what_was_served(steps: list[int]) -> None:
    # Given any row of publications and returns
    async with a_workroom() as room:
        served = [Overlay()]
        for number, step in enumerate(steps):
            base = len(served) - 1
            if step < base:
                _ = await room.desk.roll_back(step, base=base, by=OPERATOR)
                # Then going back serves what was served under that number
                assert replace(room.shelf.overlays[-1], version=step) == served[step]
            else:
                _ = await publish(room, an_alias(f"第{number}种说法"), base=base)
            served.append(room.shelf.overlays[-1])
            assert served[-1].version == base + 1
        # And what a process serves that starts now is the same
        keeper, shelf = room.another_process()
        assert await keeper.catch_up()
        assert shelf.overlays == [served[-1]]
