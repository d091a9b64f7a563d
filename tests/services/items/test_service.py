"""Check the use cases of the catalogue."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.items.catalogue import ItemNotFound
from services.items.faults import CatalogueRefused
from services.items.listing import Filter
from services.items.search.settings import SearchSettings
from services.items.service import ItemService
from tests.support.items import CODE, a_catalogue
from tests.support.search import SHIPPED, index_of
from tests.support.set_clock import SetClock


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def service(cache: Path) -> ItemService:
    return load(cache)


def load(cache: Path, *files: Path, now: datetime = datetime(2026, 11, 24, tzinfo=UTC)) -> ItemService:
    return ItemService.load(
        (SHIPPED, *files), settings=SearchSettings(), data=Path("data"), cache=cache, clock=SetClock(now)
    )


def test_an_item_is_shown_as_it_is_in_force_today(service: ItemService) -> None:
    assert service.item(CODE).name == "居民身份证换领"
    assert service.current().day == date(2026, 11, 24)


def test_before_its_first_day_the_catalogue_was_empty(service: ItemService) -> None:
    with pytest.raises(ItemNotFound):
        service.item(CODE, as_of=date(2025, 12, 31))


def test_the_history_of_an_item_is_told(service: ItemService) -> None:
    assert [item.version for item in service.versions(CODE)] == [1]


def test_a_list_without_a_query_has_the_catalogues_order(service: ItemService) -> None:
    page = service.find(limit=3)
    assert [item.code for item in page.items] == list(service.current().items)[:3]
    assert page.next == page.items[-1].code


def test_a_query_is_ranked_by_the_matcher(service: ItemService) -> None:
    assert service.find("护照快到期了").items[0].name == "普通护照签发"


def test_a_query_can_be_filtered_and_paged(service: ItemService) -> None:
    wanted = Filter(department="青岛市住房公积金管理中心")
    first = service.find("公积金", wanted, limit=2)
    assert len(first.items) == 2
    assert first.next is not None
    second = service.find("公积金", wanted, cursor=first.next, limit=2)
    assert not {item.code for item in first.items} & {item.code for item in second.items}
    assert all("公积金" in item.name for item in (*first.items, *second.items))


def test_a_query_that_means_nothing_finds_nothing(service: ItemService) -> None:
    assert service.find("zzzz").items == ()


def test_the_halls_of_an_item_can_be_asked_by_district(service: ItemService) -> None:
    assert [hall.district for hall in service.halls_for(CODE, district="崂山区")] == ["崂山区"]


def test_publishing_changes_catalogue_and_search_together(service: ItemService) -> None:
    service.publish(index_of(a_catalogue(serial=7)))
    assert service.current().version.startswith("7-")
    assert len(service.find("护照").items) <= 1
    assert service.matcher.rank("身份证").catalogue_version == service.current().version


def test_faulty_files_stop_the_start_by_name(cache: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{", "utf-8")
    with pytest.raises(CatalogueRefused, match=r"broken\.json"):
        load(cache, broken)
