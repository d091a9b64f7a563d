"""Check that files are published again while serving, and that a faulty one changes nothing."""

import asyncio
import gc
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from services.items.model import Question
from services.items.overlay import Overlay
from services.items.publication import Watcher, Workshop
from services.items.search.index import SearchIndex
from services.items.search.settings import SearchSettings
from services.items.service import ItemService
from tests.support.items import CODE
from tests.support.search import SHIPPED, indexer_of, wording
from tests.support.set_clock import SetClock

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


class Serving:
    """A service over one file that a test may change."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "items.json"
        self.content = json.loads(SHIPPED.read_text("utf-8"))
        self.clock = SetClock(NOW)
        self._stamp = 1
        self.write()
        workshop = Workshop(files=(self.file,), wording=wording(), indexer=indexer_of(wording()))
        index = workshop.build(serial=1, day=NOW.date())
        self.service = ItemService(workshop, index, settings=SearchSettings())
        self.watcher = Watcher(self.service, workshop, clock=self.clock)

    def write(self, text: str | None = None) -> None:
        """Write the file and let its time of change differ, however fast the test is."""
        self.file.write_text(text if text is not None else json.dumps(self.content), "utf-8")
        self._stamp += 1
        os.utime(self.file, (self._stamp, self._stamp))


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    return Serving(tmp_path)


async def test_an_unchanged_file_is_not_published_again(serving: Serving) -> None:
    version = serving.service.current().version
    assert not await serving.watcher.check()
    assert serving.service.current().version == version


async def test_a_changed_file_is_published_with_the_next_serial(serving: Serving) -> None:
    serving.content["items"][0]["phone"] = "0532-00009999"
    serving.write()
    assert await serving.watcher.check()
    assert serving.service.item(CODE).phone == "0532-00009999"
    assert serving.service.current().version.startswith("2-")


async def test_a_new_item_is_found_without_a_restart(serving: Serving) -> None:
    code = "370709999000"
    item = serving.content["items"][0] | {"code": code, "name": "无人机实名登记", "impl_code": "", "handle_code": ""}
    serving.content["items"].append(item | {"aliases": [], "keywords": []})
    serving.write()
    await serving.watcher.check()
    assert serving.service.matcher.rank("无人机怎么实名登记").candidates[0].code == code


async def test_a_broken_file_changes_nothing_and_is_reported_once_with_its_faults(serving: Serving) -> None:
    # Given a file that somebody broke
    version = serving.service.current().version
    serving.content["items"][0]["name"] = ""
    serving.content["items"][1]["version"] = 0
    serving.write()
    # When it is looked at twice
    with capture_logs() as logs:
        assert not await serving.watcher.check()
        assert not await serving.watcher.check()
    # Then one line names every fault, and the old catalogue is still served
    (refused,) = [line for line in logs if line["event"] == "catalogue refused"]
    assert len(refused["faults"]) == refused["count"] == 2
    assert serving.service.current().version == version
    assert serving.service.item(CODE).name == "居民身份证换领"


async def test_a_file_that_vanishes_and_comes_back_is_published_again(serving: Serving) -> None:
    serving.file.unlink()
    assert not await serving.watcher.check()
    serving.write()
    assert await serving.watcher.check()


async def test_half_a_file_is_refused_and_the_whole_one_published(serving: Serving) -> None:
    whole = json.dumps(serving.content)
    serving.write(whole[: len(whole) // 2])
    assert not await serving.watcher.check()
    serving.write(whole)
    assert await serving.watcher.check()


async def test_older_versions_stay_in_the_history(serving: Serving) -> None:
    serving.content["items"][0] |= {"version": 2, "effective_from": "2026-11-01", "phone": "0532-00002222"}
    serving.write()
    await serving.watcher.check()
    assert [item.version for item in serving.service.versions(CODE)] == [1, 2]
    assert serving.service.item(CODE, as_of=datetime(2026, 10, 31, tzinfo=UTC).date()).version == 1


async def test_a_version_of_tomorrow_comes_into_force_at_midnight_in_qingdao(serving: Serving) -> None:
    # Given a version for the 25th
    tomorrow = serving.content["items"][0] | {"version": 2, "effective_from": "2026-11-25", "phone": "0532-00002222"}
    serving.content["items"].append(tomorrow)
    serving.write()
    await serving.watcher.check()
    assert serving.service.item(CODE).version == 1
    # When it is 16:00 in Greenwich, then it is the 25th in Qingdao
    serving.clock.advance(timedelta(hours=14))
    assert await serving.watcher.check()
    assert serving.service.item(CODE).version == 2
    assert not await serving.watcher.check()


async def test_whoever_asks_while_a_catalogue_is_built_is_answered_from_the_old_or_the_new_one(
    serving: Serving,
) -> None:
    # Given a publication under way that renames an item
    serving.content["items"][0]["name"] = "身份证到期换新"
    serving.write()
    answers = list[tuple[str, str]]()

    def ask() -> None:
        ranking = serving.service.matcher.rank(f"身份证到期了怎么换{len(answers)}")
        answers.append((ranking.catalogue_version.partition("-")[0], ranking.candidates[0].name))

    async with asyncio.TaskGroup() as group:
        checking = group.create_task(serving.watcher.check())
        # When citizens go on asking until it is done, and once more
        while not checking.done():
            ask()
            await asyncio.sleep(0)
    ask()
    # Then each was answered from one of the two, the old one as long as the new one was not whole
    assert checking.result()
    assert set(answers) == {("1", "居民身份证换领"), ("2", "身份证到期换新")}
    assert answers == sorted(answers)


async def test_a_publication_given_up_half_way_changes_nothing_and_the_next_one_succeeds(serving: Serving) -> None:
    # Given a publication under way
    before = serving.service.served()
    alias = Overlay(version=1, aliases={CODE: ("旧卡换新卡啥手续",)})
    async with asyncio.TaskGroup() as group:
        publishing = group.create_task(serving.watcher.put_over(alias))
        await asyncio.sleep(0)
        # When it is cancelled
        publishing.cancel()
    # Then what was served is served
    assert serving.service.served() is before
    # And the next one has all of it
    await serving.watcher.put_over(alias)
    assert serving.service.matcher.rank("旧卡换新卡啥手续").candidates[0].code == CODE


async def test_watching_goes_on_until_it_is_cancelled(serving: Serving) -> None:
    # Given a watch over a service that tells when something is published
    serving.write()
    published = asyncio.Event()
    publish = serving.service.publish

    class Telling:
        served = serving.service.served

        def publish(self, index: SearchIndex) -> None:
            publish(index)
            published.set()

    watcher = await asyncio.to_thread(Watcher, Telling(), serving.service.workshop, clock=serving.clock)
    serving.content["items"][0]["phone"] = "0532-00009999"
    serving.write()
    # When it has published and is cancelled
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watcher.watch(timedelta(microseconds=1)))
        await published.wait()
        watching.cancel()
    # Then it ends, and what it published is served
    assert watching.cancelled()
    assert serving.service.item(CODE).phone == "0532-00009999"


async def test_no_time_between_looks_means_never(serving: Serving) -> None:
    version = serving.service.current().version
    serving.content["items"][0]["phone"] = "0532-00009999"
    serving.write()
    await serving.watcher.watch(timedelta(0))
    assert serving.service.current().version == version


async def test_the_garbage_collector_rests_only_while_building_also_when_a_file_is_refused(serving: Serving) -> None:
    for broken in ("", serving.content["items"][0]["name"]):
        serving.content["items"][0]["name"] = broken
        serving.write()
        await serving.watcher.check()
        assert gc.isenabled()


async def test_an_overlay_is_published_and_stays_over_what_is_read_later(serving: Serving) -> None:
    # Given an alias that operators laid over the files
    said = "旧卡换新卡啥手续"
    before = serving.service.matcher.rank(said)
    await serving.watcher.put_over(Overlay(version=3, aliases={CODE: (said,)}))
    assert serving.service.matcher.index.overlay == 3
    assert serving.service.matcher.rank(said).candidates[0].code == CODE
    # When a file changes
    serving.content["items"][0]["phone"] = "0532-00009999"
    serving.write()
    assert await serving.watcher.check()
    # Then both are served
    assert serving.service.item(CODE).phone == "0532-00009999"
    assert serving.service.matcher.rank(said).candidates[0].reasons[-1] == "alias:旧卡换新卡什么手续"
    # And taken away again the files alone speak
    await serving.watcher.put_over(Overlay())
    assert serving.service.matcher.rank(said).candidates == before.candidates


async def test_a_question_laid_over_an_item_leaves_no_trace_when_it_is_taken_away(serving: Serving) -> None:
    shipped = serving.service.current()
    await serving.watcher.put_over(Overlay(version=1, faqs={CODE: (Question(question="能代办吗", answer="能"),)}))
    assert serving.service.item(CODE).faqs[0].answer == "能"
    serving.content["items"][1]["phone"] = "0532-00009999"
    serving.write()
    await serving.watcher.check()
    await serving.watcher.put_over(Overlay(version=2))
    assert serving.service.versions(CODE) == shipped.versions(CODE)


async def test_an_overlay_and_a_changed_file_at_once_are_both_published(serving: Serving) -> None:
    serving.content["items"][0]["phone"] = "0532-00009999"
    serving.write()
    async with asyncio.TaskGroup() as group:
        _ = group.create_task(serving.watcher.check())
        _ = group.create_task(serving.watcher.put_over(Overlay(version=1, aliases={CODE: ("旧卡换新卡",)})))
    assert serving.service.item(CODE).phone == "0532-00009999"
    assert serving.service.matcher.index.overlay == 1
    assert serving.service.current().version.startswith("3-")
