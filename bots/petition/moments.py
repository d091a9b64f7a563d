"""Find the words by which a citizen says when something happened."""

import re
from datetime import datetime

_DAY = r"今天|今早|今晚|今日|昨天|昨晚|昨夜|昨日|前天|前晚|大前天|上周末?|上个?星期[一二三四五六日天]?|上周[一二三四五六日天]|这周[一二三四五六日天]?|本周|上个?月|这个?月|本月|去年|今年|前几天|这几天|最近几天|这两天|近几天|最近[一两二三几]?个?[天周月年]?|近期"
_SPAN = r"(?:大概|大约|差不多)?[0-9一二两三四五六七八九十几半]+(?:个)?(?:多)?(?:分钟|小时|天|周|星期|月|年)(?:前|以前|之前|多了|了|左右)?"
_DATE = r"(?:[0-9]{4}年)?[0-9一二三四五六七八九十]{1,3}月(?:[0-9一二三四五六七八九十]{1,3}[日号]|初|中旬|底)?|[0-9]{1,2}[日号]"
_CLOCK = r"(?:凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜|夜间)?[0-9一二两三四五六七八九十]{1,3}(?:点|时)(?:半|[0-9一二三四五六七八九十]{1,3}分?)?(?:左右|多)?|[0-2]?[0-9][:：][0-5][0-9]"
_TIME_OF_DAY = r"凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜|夜间|大清早"
_ALWAYS = r"一直|经常|天天|每天|每晚|每夜|每周|每次|长期|常年|总是|老是|反复|刚刚|刚才|现在|目前"
_PHRASE = re.compile(f"(?:{_DAY}|{_DATE}|{_SPAN}|{_CLOCK}|{_TIME_OF_DAY}|{_ALWAYS})")


class TimePhrases:
    """Recognise time phrases; what they mean on the calendar is the clerk's to read."""

    def find(self, text: str, *, now: datetime) -> str:  # noqa: ARG002 - the port's shape: other finders count from now
        """Return the time phrases of a text joined as they stand, or an empty string.

        Phrases that touch or are joined by 的, 从, 到 or blanks are one: "昨天晚上10点" is returned whole.
        """
        found: list[tuple[int, int]] = []
        for match in _PHRASE.finditer(text):
            start, end = match.span()
            if found and text[found[-1][1] : start].strip("的从到至 ,，") == "" and start - found[-1][1] <= _GAP:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return "，".join(dict.fromkeys(text[start:end] for start, end in found))[:_LONGEST]


_GAP = 2
_LONGEST = 100
