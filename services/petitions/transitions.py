"""State the life cycle of a petition: one table, and who may do what (诉求流转).

受理-转办-签收-办理-答复-回访-办结, with return, extension, waiting, redo, withdrawal and appeal beside it. "Closed means
heard": nothing leads to `Status.CLOSED` but `Status.HEARD` and the review of an appeal, which was heard before.

Source: the provincial life cycle of 2017 and Shandong's of 2020 (reference: services section 3).
"""

from enum import StrEnum

from services.errors import Conflict, NotAllowed


class Status(StrEnum):
    """Where a petition stands."""

    FILED = "filed"  # 已提交
    ACCEPTED = "accepted"  # 已受理
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    DISPATCHED = "dispatched"  # 已转办
    SIGNED = "signed"  # 已签收
    HANDLING = "handling"  # 办理中
    EXTENSION_ASKED = "extension_asked"  # 申请延期
    WAITING = "waiting"  # 等待市民补充
    SPECIAL = "special_procedure"  # 特别程序
    RETURNED = "returned"  # 已退单
    ANSWERED = "answered"  # 已答复
    HEARD = "heard"  # 已回访
    CLOSED = "closed"  # 已办结
    APPEALED = "appealed"  # 申诉复核
    WITHDRAWN = "withdrawn"  # 已撤单
    MERGED = "merged"  # 已并案


class Action(StrEnum):
    """What can be done to a petition."""

    FILE = "file"  # 提交; begins the life cycle and is in no table
    ACCEPT = "accept"  # 受理
    NOT_ACCEPT = "not-accept"  # 不予受理
    DISPATCH = "dispatch"  # 转办
    JOIN = "join"  # 增加协办单位
    SIGN = "sign"  # 签收
    START = "start"  # 开始办理
    CONTRIBUTE = "contribute"  # 协办意见
    RETURN = "return"  # 退单
    REQUEST_EXTENSION = "request-extension"  # 申请延期
    APPROVE_EXTENSION = "approve-extension"  # 批准延期
    REFUSE_EXTENSION = "refuse-extension"  # 不批准延期
    WAIT = "wait"  # 请市民补充
    RESUME = "resume"  # 未等到补充，继续办理
    BEGIN_SPECIAL = "begin-special-procedure"  # 进入特别程序
    END_SPECIAL = "end-special-procedure"  # 特别程序结束
    SUPPLEMENT = "supplement"  # 补充
    ANSWER = "answer"  # 答复
    CALL_BACK = "call-back"  # 回访接通
    MISS = "miss"  # 回访未接通
    GIVE_UP = "give-up"  # 两次未接通
    RATE = "rate"  # 评价
    REDO = "redo"  # 重办
    CLOSE = "close"  # 办结
    CLOSE_DISSATISFIED = "close-dissatisfied"  # 市民不满意仍办结
    SUPERVISE = "supervise"  # 督办
    URGE = "urge"  # 催办
    WITHDRAW = "withdraw"  # 撤单
    APPEAL = "appeal"  # 申诉
    REVEAL = "reveal"  # 查看联系方式
    YELLOW_CARD = "yellow-card"  # 黄牌
    RED_CARD = "red-card"  # 红牌
    END_RATING = "end-rating"  # 评价期满
    LEAD = "lead"  # 作为主件
    MERGE = "merge"  # 并案
    UNMERGE = "unmerge"  # 撤销并案
    RELAY_ANSWER = "relay-answer"  # 转达主件答复
    FOLLOWED = "followed"  # 并案各件已转达


class ActorRole(StrEnum):
    """Who acts."""

    CITIZEN = "citizen"
    AGENT = "agent"
    CLERK = "clerk"
    """Of the centre; also records for a department that has no system of its own."""
    DEPARTMENT = "department"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"


class TransitionRefused(Conflict):
    """Refuse an action that does not fit where the petition stands."""

    code = "petition.transition_refused"
    title = "当前状态不能进行此操作"


class ActionNotAllowed(NotAllowed):
    """Refuse an action to a role that may never do it."""

    code = "petition.action_not_allowed"
    title = "没有权限进行此操作"


_S, _A = Status, Action

AT_DEPARTMENT = (_S.DISPATCHED, _S.SIGNED, _S.HANDLING, _S.EXTENSION_ASKED, _S.WAITING, _S.SPECIAL)
"""Where a unit has it."""
_BEFORE_ANSWER = (_S.FILED, _S.ACCEPTED, _S.RETURNED, *AT_DEPARTMENT)
_MERGEABLE = (_S.FILED, _S.ACCEPTED, _S.RETURNED, _S.DISPATCHED, _S.SIGNED, _S.HANDLING)
_ALL_BUT_ENDED = (*_BEFORE_ANSWER, _S.ANSWERED, _S.HEARD, _S.APPEALED)

NEXT: dict[tuple[Status, Action], Status] = {
    (_S.FILED, _A.ACCEPT): _S.ACCEPTED,
    (_S.FILED, _A.NOT_ACCEPT): _S.NOT_ACCEPTED,
    (_S.ACCEPTED, _A.DISPATCH): _S.DISPATCHED,
    # What somebody at the centre can answer on the spot is not dispatched (能即时答复的即时答复).
    (_S.ACCEPTED, _A.ANSWER): _S.ANSWERED,
    (_S.RETURNED, _A.DISPATCH): _S.DISPATCHED,
    (_S.RETURNED, _A.NOT_ACCEPT): _S.NOT_ACCEPTED,
    (_S.RETURNED, _A.ANSWER): _S.ANSWERED,
    (_S.DISPATCHED, _A.SIGN): _S.SIGNED,
    (_S.DISPATCHED, _A.RETURN): _S.RETURNED,
    (_S.SIGNED, _A.RETURN): _S.RETURNED,
    (_S.SIGNED, _A.START): _S.HANDLING,
    (_S.SIGNED, _A.REQUEST_EXTENSION): _S.EXTENSION_ASKED,
    (_S.HANDLING, _A.REQUEST_EXTENSION): _S.EXTENSION_ASKED,
    (_S.EXTENSION_ASKED, _A.APPROVE_EXTENSION): _S.HANDLING,
    (_S.EXTENSION_ASKED, _A.REFUSE_EXTENSION): _S.HANDLING,
    (_S.SIGNED, _A.WAIT): _S.WAITING,
    (_S.HANDLING, _A.WAIT): _S.WAITING,
    (_S.WAITING, _A.SUPPLEMENT): _S.HANDLING,
    (_S.WAITING, _A.RESUME): _S.HANDLING,
    (_S.SIGNED, _A.BEGIN_SPECIAL): _S.SPECIAL,
    (_S.HANDLING, _A.BEGIN_SPECIAL): _S.SPECIAL,
    (_S.SPECIAL, _A.END_SPECIAL): _S.HANDLING,
    (_S.SIGNED, _A.ANSWER): _S.ANSWERED,
    (_S.HANDLING, _A.ANSWER): _S.ANSWERED,
    (_S.EXTENSION_ASKED, _A.ANSWER): _S.ANSWERED,
    (_S.ANSWERED, _A.CALL_BACK): _S.HEARD,
    (_S.ANSWERED, _A.MISS): _S.ANSWERED,
    (_S.ANSWERED, _A.GIVE_UP): _S.HEARD,
    (_S.ANSWERED, _A.RATE): _S.HEARD,
    (_S.ANSWERED, _A.REDO): _S.DISPATCHED,
    (_S.HEARD, _A.RATE): _S.HEARD,
    (_S.HEARD, _A.REDO): _S.DISPATCHED,
    (_S.HEARD, _A.CLOSE): _S.CLOSED,
    (_S.HEARD, _A.CLOSE_DISSATISFIED): _S.CLOSED,
    (_S.CLOSED, _A.RATE): _S.CLOSED,
    (_S.CLOSED, _A.REDO): _S.DISPATCHED,
    (_S.CLOSED, _A.APPEAL): _S.APPEALED,
    (_S.NOT_ACCEPTED, _A.APPEAL): _S.FILED,
    (_S.APPEALED, _A.REDO): _S.DISPATCHED,
    (_S.APPEALED, _A.CLOSE): _S.CLOSED,
    (_S.APPEALED, _A.CLOSE_DISSATISFIED): _S.CLOSED,
    **{(status, _A.WITHDRAW): _S.WITHDRAWN for status in _BEFORE_ANSWER},
    **{(status, _A.SUPPLEMENT): status for status in _BEFORE_ANSWER if status is not _S.WAITING},
    **{(status, _A.URGE): status for status in _BEFORE_ANSWER},
    **{(status, _A.SUPERVISE): status for status in _ALL_BUT_ENDED},
    **{(status, _A.JOIN): status for status in AT_DEPARTMENT},
    **{(status, _A.CONTRIBUTE): status for status in AT_DEPARTMENT},
    **{(status, _A.REVEAL): status for status in _S},
    **{(status, card): status for status in _BEFORE_ANSWER for card in (_A.YELLOW_CARD, _A.RED_CARD)},
    (_S.ANSWERED, _A.END_RATING): _S.ANSWERED,
    **{(status, _A.LEAD): status for status in _BEFORE_ANSWER},
    **{(status, _A.MERGE): _S.MERGED for status in _MERGEABLE},
    # It leads back to wherever it stood before, which the petition itself remembers: `Change.back_to`.
    (_S.MERGED, _A.UNMERGE): _S.FILED,
    (_S.MERGED, _A.RELAY_ANSWER): _S.ANSWERED,
    (_S.MERGED, _A.WITHDRAW): _S.WITHDRAWN,
    **{(status, _A.FOLLOWED): status for status in _S if status not in _BEFORE_ANSWER},
}
"""Where an action leads from where; what is not here is refused."""

_R = ActorRole
_CENTRE = frozenset({_R.AGENT, _R.CLERK, _R.SUPERVISOR})
_HANDLERS = frozenset({_R.DEPARTMENT, _R.CLERK, _R.SUPERVISOR})

MAY: dict[Action, frozenset[ActorRole]] = {
    _A.FILE: frozenset({_R.CITIZEN, _R.AGENT}),
    _A.ACCEPT: _CENTRE | {_R.SYSTEM},
    _A.NOT_ACCEPT: _CENTRE,
    _A.DISPATCH: _CENTRE | {_R.SYSTEM},
    _A.JOIN: _CENTRE,
    _A.SIGN: _HANDLERS,
    _A.START: _HANDLERS,
    _A.CONTRIBUTE: _HANDLERS,
    _A.RETURN: _HANDLERS,
    _A.REQUEST_EXTENSION: _HANDLERS,
    # Four eyes: whoever handles a petition never extends his own deadline.
    _A.APPROVE_EXTENSION: frozenset({_R.SUPERVISOR}),
    _A.REFUSE_EXTENSION: frozenset({_R.SUPERVISOR}),
    _A.WAIT: _HANDLERS | {_R.AGENT},
    _A.RESUME: _HANDLERS | {_R.SYSTEM},
    # Four eyes again: it stops the clock of whoever handles it.
    _A.BEGIN_SPECIAL: frozenset({_R.CLERK, _R.SUPERVISOR}),
    _A.END_SPECIAL: _HANDLERS,
    _A.SUPPLEMENT: frozenset({_R.CITIZEN, _R.AGENT}),
    _A.ANSWER: _HANDLERS | {_R.AGENT},
    _A.CALL_BACK: _CENTRE,
    _A.MISS: _CENTRE,
    _A.GIVE_UP: _CENTRE,
    _A.RATE: frozenset({_R.CITIZEN}),
    _A.REDO: _CENTRE,
    _A.CLOSE: _CENTRE | {_R.SYSTEM},
    _A.CLOSE_DISSATISFIED: frozenset({_R.SUPERVISOR}),
    _A.SUPERVISE: frozenset({_R.SUPERVISOR, _R.SYSTEM}),
    _A.URGE: frozenset({_R.CITIZEN, _R.AGENT}),
    _A.WITHDRAW: frozenset({_R.CITIZEN, _R.AGENT}),
    _A.APPEAL: frozenset({_R.CITIZEN, _R.AGENT}),
    _A.REVEAL: _CENTRE | {_R.DEPARTMENT},
    _A.YELLOW_CARD: frozenset({_R.SYSTEM}),
    _A.RED_CARD: frozenset({_R.SYSTEM}),
    _A.END_RATING: frozenset({_R.SYSTEM}),
    _A.LEAD: _CENTRE,
    _A.MERGE: _CENTRE,
    _A.UNMERGE: _CENTRE | {_R.SYSTEM},
    _A.RELAY_ANSWER: frozenset({_R.SYSTEM}),
    _A.FOLLOWED: frozenset({_R.SYSTEM}),
}
"""Who may do what, wherever the petition stands."""

OPEN = frozenset(_BEFORE_ANSWER)
"""Where the clock towards the citizen still counts."""


def advance(status: Status, action: Action, *, role: ActorRole) -> Status:
    """Return where an action leads.

    Raises:
        ActionNotAllowed: this role may never do it.
        TransitionRefused: it does not fit where the petition stands.
    """
    if role not in MAY[action]:
        raise ActionNotAllowed(f"{role} may not {action}")
    try:
        return NEXT[status, action]
    except KeyError:
        raise TransitionRefused(f"{action} does not fit {status}") from None
