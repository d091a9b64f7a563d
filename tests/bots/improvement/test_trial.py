"""The regression pack is asked first: what steals another item's questions is refused with the rows it would harm."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.improvement.pack import NoPack
from bots.improvement.trial import Bench, PackTrial
from bots.understanding.loader import load_parts
from bots.understanding.model import Understanding
from bots.understanding.pipeline import Pipeline
from services.improvement.ports import Findings
from services.improvement.wording_book import overlay_of
from services.improvement.wording_model import Change, ChangeKind
from services.items.model import ItemCode
from services.items.overlay import Overlay
from services.items.search.matcher import Matcher
from services.items.search.settings import SearchSettings
from services.steps import at_once
from tests.support.bot_chat import the_city, the_items
from tests.support.improvement import AT

DISABLED = ItemCode("370783901000")
ID_CARD = ItemCode("370709901000")
SLANG = "腿脚不便的人那个证"
"""A question that the shipped wording does not answer."""
PACK: list[dict[str, object]] = [
    {"text": "身份证丢了怎么补办", "kind": "item", "items": ["居民身份证补领"], "want": "one", "field": "overview"},
    {"text": "残疾证怎么办", "kind": "item", "items": ["残疾人证新办"], "want": "one"},
    {"text": "路灯坏了好几天没人修", "kind": "petition"},
    {"text": "红烧肉怎么做", "kind": "out_of_scope"},
]


def a_change(alias: str, *, item: ItemCode = DISABLED, question: str = "", answer: str = "") -> Change:
    return Change(
        id="change_1",
        kind=ChangeKind.FAQ if answer else ChangeKind.ALIAS,
        item=item,
        question=question or alias,
        settles="q_1",
        alias=alias,
        answer=answer,
        at=AT,
        by="operator1",
    )


def a_trial(pack: Path) -> PackTrial:
    data = Path(__file__).parents[3] / "data"
    parts = load_parts(data, doors=the_city().rules.doors)
    bench = Bench(workshop=the_items().workshop, parts=parts, settings=SearchSettings(), pack=pack)
    return PackTrial(bench, the_items().current)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> PackTrial:
    folder = tmp_path_factory.mktemp("pack")
    (folder / "rows.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in PACK), "utf-8")
    return a_trial(folder)


async def tried(trial: PackTrial, change: Change, *, wordings: Sequence[str] = ()) -> Findings:
    return await trial.run(overlay_of(0, ()), overlay_of(1, (change,)), change=change, wordings=wordings)


@pytest.mark.usefixtures("loaded_city")
class TestTrials:
    async def test_an_alias_of_a_question_nobody_answers_harms_nothing_and_settles_its_group(
        self, trial: PackTrial
    ) -> None:
        group = (SLANG, f"{SLANG}呀", "红烧肉怎么做")
        findings = await tried(trial, a_change(SLANG), wordings=group)
        assert (findings.flaws, findings.worse, findings.is_answered) == ((), (), True)
        assert (findings.rows, findings.settled, findings.wordings) == (len(PACK), 2, 3)

    async def test_an_alias_that_steals_another_items_questions_names_the_rows_it_harms(self, trial: PackTrial) -> None:
        findings = await tried(trial, a_change("身份证丢了怎么补办"))
        (worse,) = findings.worse
        assert (worse.place, worse.text) == ("rows.jsonl:1", "身份证丢了怎么补办")
        assert {"first", "direct"} & set(worse.lost)

    async def test_a_name_that_another_item_has_and_one_of_a_single_character_are_flaws(self, trial: PackTrial) -> None:
        taken = await tried(trial, a_change("身份证快到期"))
        assert [rule for rule, _ in taken.flaws] == ["alias_of_two_items"]
        assert ID_CARD in taken.flaws[0][1]
        short = await tried(trial, a_change("残", question=SLANG))
        assert ("alias_too_short", f"{DISABLED} 残") in short.flaws

    async def test_a_change_that_does_not_lead_its_own_question_to_its_item_is_seen(self, trial: PackTrial) -> None:
        findings = await tried(trial, a_change("闪闪发光卡", question=SLANG))
        assert not findings.is_answered

    async def test_a_reviewed_question_is_answered_in_its_own_words_even_beside_the_guides_own(
        self, trial: PackTrial
    ) -> None:
        assert (await tried(trial, a_change(SLANG, answer="到户籍地残联申请。"))).is_answered
        shipped = the_items().item(DISABLED).faqs[0]
        asked = f"残疾人证新办{shipped.question}"
        findings = await tried(trial, a_change(asked, answer="换了说法。"))
        assert findings.is_answered

    async def test_two_trials_at_once_find_what_each_finds_alone(self, trial: PackTrial) -> None:
        fine, bad = a_change(SLANG), a_change("身份证丢了怎么补办")
        both = await asyncio.gather(tried(trial, fine), tried(trial, bad))
        assert list(both) == [await tried(trial, fine), await tried(trial, bad)]

    async def test_without_a_pack_nothing_can_be_tried(self, tmp_path: Path) -> None:
        nothing = await asyncio.to_thread(a_trial, tmp_path)
        with pytest.raises(NoPack):
            _ = await tried(nothing, a_change(SLANG))


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(alias=st.sampled_from([SLANG, "蓝本子换页", "身份证丢了", "残疾"]), item=st.sampled_from([DISABLED, ID_CARD]))
@pytest.mark.usefixtures("loaded_city")
def test_publishing_and_taking_back_restores_every_answer(alias: str, item: ItemCode) -> None:
    # Given what every row is answered with
    workshop, base = the_items().workshop, the_items().current()
    asked = (alias, *(str(row["text"]) for row in PACK))
    before = _answers(overlay_of(0, ()), asked)
    # When an alias was laid over it and is taken back, then all is as it was
    _ = at_once(workshop.indexing(base, overlay_of(1, (a_change(alias, item=item),)), serial=2))
    assert _answers(overlay_of(2, ()), asked) == before


def _answers(overlay: Overlay, asked: Sequence[str]) -> list[Understanding]:
    items = the_items()
    index = at_once(items.workshop.indexing(items.current(), overlay, serial=9))
    parts = load_parts(Path(__file__).parents[3] / "data", doors=the_city().rules.doors)
    pipeline = Pipeline(
        parts, Matcher(index, items.workshop.wording, settings=SearchSettings()), settings=SearchSettings()
    )
    return [pipeline.understand(text) for text in asked]
