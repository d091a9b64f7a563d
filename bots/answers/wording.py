"""All words of the answers about service items."""

from services.items.model import GuideField

FIELD_NAMES: dict[GuideField, str] = {
    GuideField.OVERVIEW: "办理概要",
    GuideField.MATERIALS: "办理材料",
    GuideField.PLACE: "办理地点",
    GuideField.CONDITIONS: "办理条件",
    GuideField.STEPS: "办理流程",
    GuideField.TIME_LIMIT: "办理时限",
    GuideField.FEE: "收费标准",
    GuideField.AMOUNT: "金额标准",
    GuideField.PHONE: "咨询电话",
    GuideField.ONLINE: "网上办理",
    GuideField.RESULT: "办理结果",
}

HEADING = "【{name}】{field}"
FAQ_NAME = "常见问题"
REVIEWED = "问：{question}\n答：{answer}"
NOT_IN_GUIDE = "这份办事指南里没有写{field}，建议拨打咨询电话{phone}确认。"
NOT_IN_GUIDE_NO_PHONE = "这份办事指南里没有写{field}，建议拨打12345确认。"
BARE_ITEM = "目前只有这个事项的名称和主管部门（{department}），办事指南还在整理，可拨打12345咨询。"
FREE = "不收费"
CHARGED = "{standard}"
PAY_ONLINE = "支持网上缴费"
ON_THE_SPOT = "当场办结"
PROMISED = "承诺{days}个{unit}"
STATUTORY = "法定{days}个{unit}"
STEP = "{order}. {name}"
STEP_WITH_DAYS = "{order}. {name}（{days}个{unit}）"
MATERIAL = "{order}. {name}"
MATERIAL_OPTIONAL = "（可选）"
MATERIAL_FORM = "（{form}）"
NO_MATERIALS = "不需要提交材料"
CITY_WIDE = "全市通办，下列大厅都可以办："
AT_HALLS = "可以到下列大厅办理："
HALL_LINE = "· {name}（{address}，电话{phone}）"
MORE_HALLS = "等{count}个办理点，完整列表见办事指南。"
ONLINE_DEPTH = "网办深度：{name}"
ONLINE_NO_VISIT = "全程网办，不用到现场。"
ONLINE_VISITS = "需到现场{visits}次（{reason}）。"
ONLINE_VISITS_PLAIN = "需到现场{visits}次。"
ONLINE_NONE = "目前不能网上办理，请到窗口办理。"
EXPRESS = "办理结果可以邮寄。"
PHONE = "咨询电话：{phone}"
COMPLAINT_PHONE = "监督投诉：{phone}"
RESULT = "办理结果：{name}"
ASK_MORE = "还可以问：要带什么材料、多久能办好、多少钱、在哪办"
GUIDE_TITLE = "{name} 办事指南"
ROW_CONDITIONS = "条件"
ROW_MATERIALS = "材料"
ROW_STEPS = "流程"
ROW_TIME = "时限"
ROW_FEE = "费用"
ROW_PLACE = "地点"
ROW_DEPARTMENT = "部门"
AND_MORE = "等{count}项"
PLACES_AND_MORE = "等{count}处"
MENU_PROMPT = "您想问的是哪一项？"
MENU_OF_ONE = "您想问的是“{name}”吗？"
FIELD_MENU_PROMPT = "您问的是哪个事项的{field}？"
NONE_OF_THESE = "都不是"
NOTHING_FOUND = "抱歉，没有找到与您的问题对应的办事事项。可以换个说法，或者从下面选："
OUT_OF_SCOPE = (
    "这个问题不在青岛市政务服务的范围内，我不能随意回答。需要办事指南、反映问题或者查询进度，可以直接告诉我："
)
OF_NO_USE = "抱歉没有答到点上，已经记下，会请工作人员改进。可以换个说法再问一次，或者从下面选："
OFFER_PETITION = "反映问题或提建议"
OFFER_PROGRESS = "查询诉求进度"
OFFER_HUMAN = "转人工"
OFFER_HOT = "常办事项"
AMOUNT_WORDS = ("多少", "标准")
"""What a reviewed FAQ about an amount asks for."""
