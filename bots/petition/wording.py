"""All words of the petition dialogue, and the words by which a citizen steers it."""

from bots.petition.state import Slot

KIND_NAMES = {"consult": "咨询", "help": "求助", "complaint": "投诉", "report": "举报", "suggestion": "建议"}

KIND_WORDS: tuple[tuple[str, str], ...] = (
    ("举报", "report"),
    ("投诉", "complaint"),
    ("建议", "suggestion"),
    ("咨询", "consult"),
    ("求助", "help"),
    ("帮帮", "help"),
    ("反映", "complaint"),
)
"""The first word found names the kind; without any it is a complaint."""

OPENERS = (
    "我想要", "我要", "我想", "想要", "请帮我", "帮我", "我", "想", "要",
)  # fmt: skip
VERBS = ("投诉", "举报", "反映", "反应", "建议", "咨询", "求助", "提交", "提", "说", "报")
OBJECTS = ("一个问题", "个问题", "一下", "问题", "情况", "诉求", "一条", "一件事", "个事", "件事", "事情", "意见")

CANCEL = ("取消", "不投诉了", "不填了", "算了", "不要了", "放弃", "退出", "不提交了", "取消填写")
BACK = (
    *("返回", "上一步", "返回上一步", "后退", "撤回", "撤销", "回到上一步", "退回", "退一步"),
    *("填错了", "写错了", "输错了", "选错了", "说错了", "打错了"),
)
SKIP = (
    "跳过",
    "不清楚",
    "不知道",
    "没有",
    "无",
    "下一步",
    "略过",
    "记不清",
    "不记得",
    "忘了",
    "不方便说",
    "没有具体地点",
)
RESTART = ("重新开始", "重填", "重新填", "重来", "从头来")
SHOW = ("看看填了什么", "看一下", "查看", "我填了什么", "填了什么", "汇总")
CONFIRM = (
    "确认",
    "确定",
    "提交",
    "确认提交",
    "是",
    "是的",
    "对",
    "没错",
    "可以",
    "好",
    "好的",
    "ok",
    "行",
    "没问题",
    "1",
)
RESUME = ("继续", "继续填写", "接着填")
ANONYMOUS = ("匿名", "不留电话", "不留", "保密", "不想留", "不方便留")
CORRECT = ("修改", "改一下", "更改", "更正", "改")
A_LITTLE = "一下"
WRONG = ("不对", "错了", "写错了")
CHANGE_TO = ("改成", "改为", "应该是", "是错的，是", "更正为")
SLOT_WORDS: dict[Slot, tuple[str, ...]] = {
    Slot.TEXT: ("内容", "问题", "描述", "事情", "诉求"),
    Slot.PLACE: ("地点", "地址", "位置", "地方", "哪里"),
    Slot.OCCURRED: ("时间", "什么时候", "日期"),
    Slot.CONTACT: ("电话", "手机", "联系方式", "匿名", "号码", "联系"),
}
SLOT_NAMES: dict[Slot, str] = {
    Slot.TEXT: "内容",
    Slot.PLACE: "地点",
    Slot.OCCURRED: "时间",
    Slot.CONTACT: "联系方式",
}

ASK: dict[Slot, str] = {
    Slot.TEXT: "请说说是什么事：哪里、谁、发生了什么，希望怎样解决。",
    Slot.PLACE: "这件事发生在哪里？请告诉我区（市）和街道、小区或路名，也可以直接发送位置。",
    Slot.OCCURRED: "是什么时候发生的？例如：昨晚10点、上周三、最近一直这样。",
    Slot.CONTACT: "请留一个手机号，方便承办单位核实和回访；不想让承办单位看到您的身份，可以回复“匿名”。",
}
SKIPPABLE_HINT = "不清楚可以回复“跳过”。"
BEGIN = "好的，我来帮您登记{kind}。"
NOTED = "已记下{slot}：{value}。"
PICTURE_NOTED = "已收到照片（共{count}张）。"
PICTURES_FULL = "照片最多9张，这一张没有收下。"
TOO_SHORT = "能再说具体一点吗？至少写清楚是什么事。"
TOO_LONG = "内容太长，请控制在{limit}字以内，其余的可以在提交后补充。"
BAD_PHONE = "这个号码不像手机号，请再发一次11位手机号，或者回复“匿名”“跳过”。"
WHICH_PLACE = "有{count}个地方都叫这个名字，您说的是哪一个？"
OTHER_PLACE = "都不是，我重新说"
UNCLEAR_PLACE = "我没有认出具体的区（市）或街道，请再说详细一点；就用“{text}”作地点请再发一次。"
NOT_SKIPPABLE = "内容不能空着，请说说是什么事，或者回复“取消”。"
NOTHING_BEFORE = "前面没有可以返回的步骤了。"
CANCELLED = "已取消，没有提交任何内容。还需要什么可以随时告诉我。"
RESTARTED = "好的，我们重新开始。"
UNFINISHED = (
    "您刚才的诉求还没有填完，已经填的都保留着。回复“继续”接着填，回复“取消”就不提交了；24小时后草稿会自动作废。"
)
RESUMED = "您有一份还没填完的诉求，我们接着来。"
EXPIRED = "您之前没填完的诉求已超过24小时，没有提交。需要的话请重新告诉我。"
SUMMARY = "请核对：\n{rows}\n\n核对无误请回复“确认”提交；要改请回复“修改地点”“修改时间”等；不提交请回复“取消”。可以直接发照片补充。"
SUMMARY_ROW = "{name}：{value}"
ROW_KIND = "类型"
ROW_PHOTOS = "照片"
PHOTOS = "{count}张"
NOT_GIVEN = "未填写"
ANONYMOUS_VALUE = "匿名（承办单位看不到您的身份）"
MASKED_PHONE = "{head}****{tail}"
OPTION_CONFIRM = "确认提交"
OPTION_EDIT = "修改{slot}"
OPTION_CANCEL = "取消"
OPTION_SKIP = "跳过"
OPTION_ANONYMOUS = "匿名"
FILED_TITLE = "诉求已提交"
FILED_NUMBER = "编号"
FILED_KEY = "查询码"
FILED_STATUS = "状态"
FILED_DUE = "预计答复"
FILED_DUE_VALUE = "{due}前"
FILED_DUE_LATER = "明年放假安排公布后确定"
FILED_STATUS_VALUE = "等待受理"
FILED_NEXT = "每一步进展都会在这里告诉您。随时回复“查进度”查看。请保存查询码，凭编号和查询码可以在网页上查询。"
ALREADY_FILED = "这份诉求已经提交过了，编号{number}，没有重复提交。"
BACK_TO_FORM = "我们接着填写诉求。{question}"
WHICH_KIND = "您是想咨询怎么办事，还是反映问题？"
OPTION_ITEM = "咨询办事"
OPTION_PETITION = "反映问题"
QUESTION_MARKS = ("?", "？", "怎么", "如何", "哪", "多少", "吗", "什么")
"""What makes a message inside the form look like a question of its own."""
NO_PLACE = "未提供具体地点"
"""What stands in the petition where the citizen left the place out."""
