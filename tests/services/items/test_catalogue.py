"""Check versions, days and the identity of a catalogue's content."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.items.catalogue import HallNotFound, ItemNotFound
from tests.support.items import CODE, a_catalogue, an_item

NEW_YEAR = date(2026, 1, 1)


def two_versions() -> tuple[object, ...]:
    return an_item(version=1, phone="0532-1"), an_item(version=2, phone="0532-2", effective_from=date(2026, 7, 1))


def test_the_version_in_force_depends_on_the_day() -> None:
    catalogue = a_catalogue(*two_versions())  # type: ignore[arg-type]  # items
    assert catalogue.as_of(date(2026, 6, 30)).item(CODE).version == 1
    assert catalogue.as_of(date(2026, 7, 1)).item(CODE).version == 2


def test_before_its_first_day_an_item_is_not_there() -> None:
    with pytest.raises(ItemNotFound):
        a_catalogue().as_of(date(2025, 12, 31)).item(CODE)


def test_a_cancelled_item_is_not_offered_but_its_history_stays() -> None:
    catalogue = a_catalogue(an_item(), an_item(version=2, status="取消"))
    assert CODE not in catalogue.items
    assert [item.version for item in catalogue.versions(CODE)] == [1, 2]


def test_the_next_change_is_the_first_day_to_come() -> None:
    catalogue = a_catalogue(*two_versions(), day=NEW_YEAR)  # type: ignore[arg-type]  # items
    assert catalogue.next_change == date(2026, 7, 1)
    assert catalogue.as_of(date(2026, 7, 1)).next_change is None


def test_equal_content_has_an_equal_hash_whatever_its_order_and_serial() -> None:
    one, other = an_item(), an_item("370709902000", "居民身份证补领")
    assert a_catalogue(one, other, serial=1).content_hash == a_catalogue(other, one, serial=9).content_hash


def test_a_changed_word_changes_the_hash() -> None:
    assert a_catalogue(an_item()).content_hash != a_catalogue(an_item(phone="0532-9")).content_hash


def test_only_versions_of_other_numbers_are_older_than_what_files_hold() -> None:
    # Given a published first version of one item, and another item that the files no longer hold
    published = a_catalogue(an_item(phone="old"), an_item("370709902000", "居民身份证补领"))
    # When the files hold a second version, then the first is only known from what is published
    assert [item.phone for item in published.older_than([an_item(version=2)])] == ["old"]
    # And when they correct the first, then the first is theirs
    assert published.older_than([an_item(phone="corrected"), an_item(version=2)]) == []


def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(HallNotFound):
        a_catalogue().hall("H9")
    with pytest.raises(ItemNotFound):
        a_catalogue().versions("000000000000")


@given(st.lists(st.integers(min_value=1, max_value=300), min_size=1, max_size=6, unique=True))
def test_on_every_day_the_newest_version_that_has_begun_is_in_force(offsets: list[int]) -> None:
    days = [NEW_YEAR + timedelta(days=offset) for offset in sorted(offsets)]
    versions = [an_item(version=number, effective_from=day) for number, day in enumerate(days, 1)]
    catalogue = a_catalogue(*versions)
    for number, day in enumerate(days, 1):
        assert catalogue.as_of(day).item(CODE).version == number
