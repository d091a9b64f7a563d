"""Check when something happened, told in 70 ways, on Tuesday 24 November 2026, half past three in Qingdao."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.clock import SHANGHAI
from services.text.dates import Precision, find_all, find_when

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=SHANGHAI)

DAYS = [
    ("今天", "11-24", "11-25"),
    ("昨天", "11-23", "11-24"),
    ("前天", "11-22", "11-23"),
    ("大前天", "11-21", "11-22"),
    ("昨日", "11-23", "11-24"),
    ("今儿个", "11-24", "11-25"),
    ("夜来", "11-23", "11-24"),
    ("明天", "11-25", "11-26"),
    ("后天", "11-26", "11-27"),
    ("上周三", "11-18", "11-19"),
    ("上上周五", "11-13", "11-14"),
    ("本周一", "11-23", "11-24"),
    ("下周二", "12-01", "12-02"),
    ("周三", "11-18", "11-19"),
    ("星期天", "11-22", "11-23"),
    ("礼拜一", "11-23", "11-24"),
    ("周末", "11-21", "11-23"),
    ("上个星期", "11-16", "11-23"),
    ("这周", "11-23", "11-25"),
    ("3天前", "11-21", "11-22"),
    ("三天以前", "11-21", "11-22"),
    ("10天之前", "11-13", "11-16"),
    ("两周前", "11-08", "11-13"),
    ("半个月前", "11-07", "11-12"),
    ("上个月", "10-01", "11-01"),
    ("上月15号", "10-15", "10-16"),
    ("这个月3号", "11-03", "11-04"),
    ("5号", "11-05", "11-06"),
    ("二十三号", "11-23", "11-24"),
    ("11月5日", "11-05", "11-06"),
    ("十一月五号", "11-05", "11-06"),
    ("9月份", "09-01", "10-01"),
    ("今年三月", "03-01", "04-01"),
    ("2026年10月1日", "10-01", "10-02"),
    ("2026-10-08", "10-08", "10-09"),
    ("2026/10/8", "10-08", "10-09"),
    ("10/8", "10-08", "10-09"),
    ("国庆期间", "10-01", "10-08"),
    ("五一", "05-01", "05-06"),
    ("前几天", "11-10", "11-23"),
]

PARTS = [
    ("昨晚", "11-23 18:00", "11-24 00:00"),
    ("前晚", "11-22 18:00", "11-23 00:00"),
    ("今早", "11-24 06:00", "11-24 09:00"),
    ("昨天下午", "11-23 12:00", "11-23 18:00"),
    ("星期三晚上", "11-18 18:00", "11-19 00:00"),
    ("明天上午", "11-25 08:00", "11-25 12:00"),
    ("11月5日傍晚", "11-05 17:00", "11-05 20:00"),
    ("半夜", "11-24 00:00", "11-24 05:00"),
    ("凌晨", "11-24 00:00", "11-24 06:00"),
    ("晚上", "11-23 18:00", "11-24 00:00"),
]

MOMENTS = [
    ("11月5日晚上8点", "11-05 20:00"),
    ("昨天下午三点半", "11-23 15:30"),
    ("今早七点", "11-24 07:00"),
    ("下午2点", "11-24 14:00"),
    ("20:30", "11-23 20:30"),
    ("昨夜12点", "11-24 00:00"),
    ("二十三号中午12点", "11-23 12:00"),
    ("昨天凌晨1点多", "11-23 01:00"),
    ("晚上八点一刻", "11-23 20:15"),
    ("6月1日上午9:15", "06-01 09:15"),
    ("昨天中午一点钟", "11-23 13:00"),
    ("上周五8点20分", "11-20 08:20"),
    ("刚才", "11-24 15:30"),
]

ONGOING = [
    ("三天了", "11-21"),
    ("好几天了", "11-21"),
    ("连续两个月", "09-25"),
    ("半个月了", "11-09"),
    ("从上周开始", "11-16"),
    ("从11月1日起", "11-01"),
    ("自昨天以来", "11-23"),
    ("这几天", "11-20"),
    ("最近", "10-25"),
]


def local(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(("phrase", "first", "after"), DAYS)
def test_words_for_days_become_whole_days(phrase: str, first: str, after: str) -> None:
    when = find_when(f"{phrase}路灯坏了", NOW)
    assert when is not None
    assert (when.start, when.end) == (local(f"{first} 00:00"), local(f"{after} 00:00"))
    assert when.precision is Precision.DAYS


@pytest.mark.parametrize(("phrase", "start", "end"), PARTS)
def test_parts_of_a_day_become_hours(phrase: str, start: str, end: str) -> None:
    when = find_when(f"{phrase}有人唱歌", NOW)
    assert when is not None
    assert (when.start, when.end) == (local(start), local(end))
    assert when.precision is Precision.PART_OF_DAY


@pytest.mark.parametrize(("phrase", "moment"), MOMENTS)
def test_times_of_the_clock_become_moments(phrase: str, moment: str) -> None:
    when = find_when(f"{phrase}停水", NOW)
    assert when is not None
    assert when.start == when.end == local(moment)
    assert when.precision is Precision.MOMENT


@pytest.mark.parametrize(("phrase", "first"), ONGOING)
def test_what_goes_on_lasts_until_now(phrase: str, first: str) -> None:
    when = find_when(f"楼上{phrase}漏水", NOW)
    assert when is not None
    assert (when.start, when.end) == (local(f"{first} 00:00"), NOW)
    assert when.precision is Precision.ONGOING


@pytest.mark.parametrize("phrase", ["一直", "每天早上6点", "天天", "常年", "老是", "每晚"])
def test_what_happens_all_the_time_goes_on_until_now(phrase: str) -> None:
    when = find_when(f"工地{phrase}施工", NOW)
    assert when is not None
    assert when.precision is Precision.ONGOING
    assert when.end == NOW


def test_a_range_of_the_clock_may_run_past_midnight() -> None:
    when = find_when("晚上10点到凌晨2点施工", NOW)
    assert when is not None
    assert (when.start, when.end) == (local("11-23 22:00"), local("11-24 02:00"))


def test_the_most_exact_time_wins() -> None:
    when = find_when("最近总停电,昨晚8点又停了", NOW)
    assert when is not None
    assert when.start == local("11-23 20:00")


@pytest.mark.parametrize("text", ["早点办", "没有时间", "快一点", "3号楼的电梯", "身份证", "", "星期", "25:70"])
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert find_when(text, NOW) is None


def test_days_are_those_of_shanghai_whatever_zone_now_is_in() -> None:
    # Given a moment that is still Tuesday in Greenwich and already Wednesday in Qingdao
    now = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    when = find_when("今天", now)
    assert when is not None
    assert when.start == local("11-25 00:00")


@given(
    st.text("昨今前明上下周晚早午点半到号月日年天前了一二三十0123456789:从起 ,", max_size=24),
    st.integers(min_value=10**9, max_value=3 * 10**9).map(lambda second: datetime.fromtimestamp(second, UTC)),
)
def test_whatever_is_typed_no_time_ends_before_it_begins(text: str, now: datetime) -> None:
    assert all(when.start <= when.end for when in find_all(text, now))
