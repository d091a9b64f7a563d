"""What units and the staff of the centre are told; facts go to a unit's system, the sentence to people."""

import re

from push.templates.worded import Worded
from services.conversations.message import Text
from services.promises import Pending, Topic

_PLACE = re.compile(r"\{(number|due|text)\}")
_SENTENCES: dict[Topic, str] = {
    Topic.DEPARTMENT_DISPATCHED: "工单{number}转由你单位办理，时限{due}。{text}",
    Topic.DEPARTMENT_JOINED: "工单{number}请你单位协办。{text}",
    Topic.DEPARTMENT_REDO: "工单{number}市民未满意，请重新办理，时限{due}。{text}",
    Topic.DEPARTMENT_WITHDRAWN: "工单{number}市民已撤回，停止办理。{text}",
    Topic.DEPARTMENT_URGED: "工单{number}市民催办。",
    Topic.DEPARTMENT_SUPPLEMENTED: "工单{number}市民补充：{text}",
    Topic.DEPARTMENT_SPECIAL_PROCEDURE: "工单{number}进入特别程序，时限暂停。{text}",
    Topic.DEPARTMENT_PROCEDURE_ENDED: "工单{number}的特别程序结束，时限继续计算，现为{due}。{text}",
    Topic.DEPARTMENT_RESUMED: "工单{number}没有等到补充，时限继续计算，现为{due}。{text}",
    Topic.DEPARTMENT_EXTENSION_APPROVED: "工单{number}延期已批准，新时限{due}。{text}",
    Topic.DEPARTMENT_EXTENSION_REFUSED: "工单{number}延期未批准，时限仍为{due}。{text}",
    Topic.DEPARTMENT_SUPERVISED: "工单{number}已列入督办。{text}",
    Topic.DEPARTMENT_MERGED: "工单{number}已并入同类工单，不再单独办理。{text}",
    Topic.DEPARTMENT_UNMERGED: "工单{number}恢复单独办理，时限{due}。{text}",
    Topic.DEPARTMENT_YELLOW_CARD: "黄牌：工单{number}还有一个工作日到期（{due}）。",
    Topic.DEPARTMENT_RED_CARD: "红牌：工单{number}已超过办理时限（{due}）。",
    Topic.CENTRE_YELLOW_CARD: "黄牌：工单{number}还有一个工作日到期（{due}）。",
    Topic.CENTRE_RED_CARD: "红牌：工单{number}已超过办理时限（{due}）。",
    Topic.CENTRE_CALL_BACK: "工单{number}评价期已满，市民没有评价，请电话回访。",
    Topic.CENTRE_DISSATISFIED: "工单{number}市民不满意，请重办或书面答复后办结。",
}


def worded(promise: Pending) -> Worded:
    """Return the words of one event for staff, with its facts for a unit's system; ``at`` is the moment it happened."""
    sentence = _PLACE.sub(lambda place: promise.facts.get(place[1], ""), _SENTENCES[promise.topic])
    return Worded(parts=(Text(sentence),), fields=promise.facts | {"at": promise.at.isoformat()})
