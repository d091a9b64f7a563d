"""A clerk publishes what they have looked at, masked; nothing else gets out."""

import msgspec
import pytest

from services.errors import Invalid, NotAllowed
from services.petitions.centre_commands import Redo
from services.petitions.kind import Kind
from services.petitions.model import PetitionNotFound
from services.public_list.finders import FoundKind
from services.public_list.service import Edits, NotPublic, NotPublishable, PreviewOutdated, public_id
from tests.support.petitions import AGENT, CITIZEN, CLERK, LAMPS, SUPERVISOR, a_draft
from tests.support.public_list import a_stage

PRIVATE = "业主刘建国，电话13812345678，住示例花园3号楼2单元501室，车牌鲁B12345"


async def test_what_is_published_holds_nothing_of_the_original_that_is_private() -> None:
    async with a_stage() as stage:
        identity = await stage.published(PRIVATE)
        public = await stage.public_list.get(identity)
        seen = msgspec.json.encode(public).decode()
        for secret in (
            "刘建国",
            "13812345678",
            "501",
            "12345",
            "王强",
            "cz_1",
            "QD2026",
            "换灯泡",
            "示例路",
            "13000000000",
        ):
            assert secret not in seen
        assert public.reply == "已修好，联系人***"
        assert (public.department, public.district) == ("青岛市城市管理局", "370202")


async def test_a_preview_counts_what_is_masked_and_publishes_nothing() -> None:
    async with a_stage() as stage:
        number = await stage.answered(PRIVATE)
        preview = await stage.public_list.preview(number, by=CLERK)
        assert preview.found[FoundKind.NAME] == 2
        assert not preview.is_public
        assert (await stage.public_list.listed()).documents == ()


async def test_only_what_was_seen_is_published() -> None:
    async with a_stage() as stage:
        number = await stage.answered()
        preview = await stage.public_list.preview(number, by=CLERK)
        with pytest.raises(PreviewOutdated):
            await stage.public_list.publish(number, by=CLERK, seen=preview.seen, edits=Edits(text="别的话"))
        with pytest.raises(PreviewOutdated):
            await stage.public_list.publish(number, by=CLERK, seen="")
        assert (await stage.public_list.listed()).documents == ()


async def test_a_clerks_own_words_are_masked_too() -> None:
    async with a_stage() as stage:
        number = await stage.answered()
        edits = Edits(title="路灯", text="张先生说13812345678打不通")
        preview = await stage.public_list.preview(number, by=CLERK, edits=edits)
        public = await stage.public_list.publish(number, by=CLERK, seen=preview.seen, edits=edits)
        assert (public.title, public.text) == ("路灯", "***说***打不通")
        with pytest.raises(Invalid):
            await stage.public_list.preview(number, by=CLERK, edits=Edits(text=" "))


async def test_publishing_twice_is_publishing_once_and_taking_down_twice_too() -> None:
    async with a_stage() as stage:
        first = await stage.published()
        number = (await stage.ground.service.latest("cz_1"))[0].number
        preview = await stage.public_list.preview(number, by=CLERK)
        assert preview.is_public
        assert (await stage.public_list.publish(number, by=CLERK, seen=preview.seen)).id == first
        assert len((await stage.public_list.listed()).documents) == 1
        for _ in range(2):
            await stage.public_list.unpublish(number, by=SUPERVISOR)
        assert (await stage.public_list.listed()).documents == ()
        with pytest.raises(NotPublic):
            await stage.public_list.get(first)


async def test_who_published_and_who_took_down_stands_in_the_audit_log() -> None:
    async with a_stage() as stage:
        await stage.published()
        number = (await stage.ground.service.latest("cz_1"))[0].number
        await stage.public_list.unpublish(number, by=SUPERVISOR)
        acts = [entry.act async for entry in stage.ground.audit.entries()]
        assert [(act.kind, act.by, act.subject) for act in acts] == [
            ("petition.published", "clerk1", number),
            ("petition.unpublished", "supervisor1", number),
        ]


async def test_only_the_centres_clerks_and_supervisors_publish() -> None:
    async with a_stage() as stage:
        number = await stage.answered()
        for by in (AGENT, LAMPS, CITIZEN):
            with pytest.raises(NotAllowed):
                await stage.public_list.preview(number, by=by)
            with pytest.raises(NotAllowed):
                await stage.public_list.unpublish(number, by=by)
        with pytest.raises(PetitionNotFound):
            await stage.public_list.preview("QD20261124-000000", by=CLERK)


async def test_what_is_not_answered_and_reports_are_not_published() -> None:
    async with a_stage() as stage:
        filed = await stage.ground.service.file(a_draft(key="open"))
        report = await stage.answered(key="report", kind=Kind.REPORT)
        for number in (filed.number, report):
            with pytest.raises(NotPublishable):
                await stage.public_list.preview(number, by=CLERK)


async def test_the_list_is_filtered_by_category_and_district() -> None:
    async with a_stage() as stage:
        identity = await stage.published()
        public = await stage.public_list.get(identity)
        for category in ("", public.category):
            for district in ("", "370202"):
                page = await stage.public_list.listed(category=category, district=district)
                assert [one.id for one in page.documents] == [identity]
        assert (await stage.public_list.listed(district="370203")).documents == ()
        assert (await stage.public_list.listed(category="没有", district="370202")).documents == ()


async def test_what_is_reopened_is_taken_down_by_itself_and_what_stands_stays() -> None:
    async with a_stage() as stage:
        gone, stays = await stage.published(key="d1"), await stage.published(key="d2")
        await stage.upkeep().step()
        assert len((await stage.public_list.listed()).documents) == 2
        petitions = {one.id: one for one in await stage.ground.service.latest("cz_1")}
        number = next(one.number for one in petitions.values() if public_id(one) == gone)
        await stage.ground.service.perform(number, Redo(reason="没修好"), by=CLERK)
        await stage.upkeep().step()
        assert [one.id for one in (await stage.public_list.listed()).documents] == [stays]
