"""What a citizen is told about a petition."""

import re

from msgspec import Struct

from push.templates.worded import Worded
from services.clock import SHANGHAI
from services.conversations.message import Text
from services.promises import Pending, Topic

PAGE = "/h5/#/progress"
_PLACE = re.compile(r"\{(number|department|due|reason|text)\}")


class _Wording(Struct, frozen=True):
    """A sentence with {name} places; for a platform's template the status word, and a note of at most 20 characters.

    The note is there because a template cuts the sentence at 20 characters (thing, channels.md 1.4): its number again.
    """

    sentence: str
    status: str
    note: str


_WORDING: dict[Topic, _Wording] = {
    Topic.PETITION_ACCEPTED: _Wording(
        "您的诉求{number}已受理，我们会尽快转交承办单位，承诺{due}前答复。", "已受理", "承诺{due}前答复"
    ),
    Topic.PETITION_NOT_ACCEPTED: _Wording("您的诉求{number}不在受理范围：{reason}", "不予受理", "{reason}"),
    Topic.PETITION_DISPATCHED: _Wording(
        "您的诉求{number}已转交{department}办理，承诺{due}前答复。", "已转办", "承诺{due}前答复"
    ),
    Topic.PETITION_SIGNED: _Wording("{department}已签收您的诉求{number}，正在办理。", "办理中", "承办单位已签收"),
    Topic.PETITION_EXTENDED: _Wording(
        "您的诉求{number}情况复杂，经批准延期办理，新的答复时限为{due}前。原因：{reason}", "延期办理", "新的时限{due}"
    ),
    Topic.PETITION_QUESTION: _Wording(
        "关于您的诉求{number}，承办单位需要补充了解：{text}\n请直接在这里回复。", "等待补充", "{text}"
    ),
    Topic.PETITION_SPECIAL_PROCEDURE: _Wording(
        "您的诉求{number}进入特别程序，期间不计入办理时限，结束后告诉您新的答复日期。原因：{reason}",
        "特别程序",
        "期间不计入办理时限",
    ),
    Topic.PETITION_PROCEDURE_ENDED: _Wording(
        "您的诉求{number}的特别程序已经结束，继续办理，承诺{due}前答复。", "办理中", "承诺{due}前答复"
    ),
    Topic.PETITION_ANSWERED: _Wording(
        "您的诉求{number}已有答复：{text}\n请告诉我们问题是否解决，可在“查进度”里评价。", "已答复", "请查看答复并评价"
    ),
    Topic.PETITION_REDO: _Wording(
        "您的诉求{number}已退回承办单位重新办理，承诺{due}前答复。", "重新办理", "承诺{due}前答复"
    ),
    Topic.PETITION_CLOSED: _Wording("您的诉求{number}已办结，感谢您的反映。{text}", "已办结", "感谢您的反映"),
    Topic.PETITION_MERGED: _Wording(
        "您的诉求{number}与正在办理的同类诉求合并办理，有答复会告诉您，不需要再次提交。", "合并办理", "有答复会告诉您"
    ),
    Topic.PETITION_UNMERGED: _Wording("您的诉求{number}恢复单独办理，承诺{due}前答复。", "恢复办理", "承诺{due}前答复"),
    Topic.PETITION_WITHDRAWN: _Wording("您的诉求{number}已按您的要求撤回。", "已撤回", "已按您的要求撤回"),
}


def worded(promise: Pending) -> Worded:
    """Return the words of one petition event; a fact that is missing leaves its place empty, never a brace."""
    wording = _WORDING[promise.topic]
    sentence = _filled(wording.sentence, promise.facts)
    fields = {
        "number": promise.facts.get("number", ""),
        "status": wording.status,
        "department": promise.facts.get("department", ""),
        "due": promise.facts.get("due", ""),
        "at": promise.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "text": _filled(wording.note, promise.facts),
    }
    return Worded(parts=(Text(sentence),), fields=fields, path=PAGE)


def _filled(sentence: str, facts: dict[str, str]) -> str:
    """Fill the places in one pass: a fact that itself holds "{text}" or a brace is never read as a place."""
    return _PLACE.sub(lambda place: facts.get(place[1], ""), sentence)
