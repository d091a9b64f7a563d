"""Say in Chinese what more than one channel says alike: the month's bulletin, and what is wrong with a header."""

from services.figures.model import Axis, Figure

IDEMPOTENCY_KEY = "{least}至{most}个可见字符"
IDEMPOTENCY_KEY_MISSING = "每个动作要带一个新的标识"
BULLETIN = "{month} 12345 诉求办理考核通报"
INTERNAL = "内部版"
PUBLIC = "公开版"
HIDDEN_NOTE = "为保护个人信息，少于 5 件的数字及可由其推算的数字以“*”代替。"
COUNTING_NOTE = (
    "受理按现承办单位计，各单位相加等于全市；按时以答复市民时限计；超期含期满未答复的；解决、满意只计已评价或回访到的。"
)
HIDDEN = "*"
TOTAL = "合计"
CENTRE = "12345 热线中心"
UNKNOWN_DISTRICT = "区市不明"
UNKNOWN_CATEGORY = "未分类"
CSV_LINK = "下载 CSV"

AXES = {Axis.UNIT: "承办单位", Axis.CATEGORY: "诉求类别", Axis.DISTRICT: "区市"}
NAMELESS = {Axis.UNIT: CENTRE, Axis.CATEGORY: UNKNOWN_CATEGORY, Axis.DISTRICT: UNKNOWN_DISTRICT}

FIGURES = {
    Figure.ACCEPTED: "受理",
    Figure.DISPATCHED: "转办",
    Figure.RETURNED: "退单",
    Figure.ANSWERED: "答复",
    Figure.ON_TIME: "按时",
    Figure.OVERDUE: "超期",
    Figure.HEARD: "已评价",
    Figure.SOLVED: "解决",
    Figure.SATISFIED: "结果满意",
    Figure.PROCESS_SATISFIED: "过程满意",
    Figure.UNREACHED: "回访未接通",
    Figure.REDO: "重办",
    Figure.CLOSED: "办结",
}
SHARES = {
    "按时率": (Figure.ON_TIME, Figure.ANSWERED),
    "解决率": (Figure.SOLVED, Figure.HEARD),
    "满意率": (Figure.SATISFIED, Figure.HEARD),
}
