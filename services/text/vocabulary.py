"""Hold the words for numbers, days and times that people type; what they mean is read elsewhere in this package."""

NUMERALS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
NUMERAL_UNITS = {"十": 10, "百": 100, "千": 1000}
TEN_THOUSAND = "万"
TWENTY = ("廿", "二十")
"""An old numeral and what it stands for."""
ZEROS = frozenset({"零", "〇"})
LAST_CHOICES = frozenset({"最后一个", "最后那个", "最后一项", "末尾那个", "最后1个"})

WEEKDAYS = "一二三四五六日"
SUNDAY = ("天", "日")
"""A second word for the last weekday, and the first."""
WEEKEND = ("末", "六")
"""The word for the weekend, and the weekday it begins with."""
EARLIER = "上"
LATER = "下"
HALF = "半"
SEVERAL = "几"
SEVERAL_MEANS = "三"
QUITE = "好"
YEAR = "年"
NAMED_YEARS = {"今年": 0, "去年": -1, "前年": -2}
UNIT_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "年": 365}
"""Days of a unit of time, roughly for months and years."""

PARTS_OF_DAY: dict[str, tuple[int, int]] = {
    "凌晨": (0, 6),
    "半夜": (0, 5),
    "深夜": (22, 24),
    "夜间": (20, 24),
    "夜里": (20, 24),
    "后半夜": (0, 5),
    "大半夜": (0, 5),
    "清晨": (5, 8),
    "清早": (5, 8),
    "一大早": (5, 8),
    "早晨": (6, 9),
    "早上": (6, 9),
    "早": (6, 9),
    "晨": (5, 8),
    "上午": (8, 12),
    "中午": (11, 14),
    "晌午": (11, 14),
    "午后": (12, 15),
    "下午": (12, 18),
    "傍晚": (17, 20),
    "晚上": (18, 24),
    "晚间": (18, 24),
    "晚": (18, 24),
    "夜": (20, 24),
}
"""Part of the day to its first hour and the hour it ends before."""
NOON = frozenset({"中午", "晌午"})
FIRST_QUARTER = "一"
A_LITTLE = "一点"
"""Looks like one o'clock and mostly means a little."""
