"""All words about the progress of petitions."""

NONE = "您在这里还没有提交过诉求。如果在别处提交过，请发送编号（QD开头）和查询码。"
LIST = "您最近的诉求，请选择一件查看进展："
LIST_OPTION = "{number} {status}"
TITLE = "诉求 {number}"
ROW_STATUS = "当前状态"
ROW_DUE = "办理时限"
DUE = "{due}前答复"
KEY_WANTED = "为保护您的隐私，请连同查询码一起发送，例如：{number} 0123456789ABCDEF。"
NOT_FOUND = "没有查到这个编号，或者查询码不对，请核对后再发。"
STEP_AT = "%m月%d日 %H:%M"

URGE_PATTERN = r"(?:请|麻烦|能不能|可以)?(?:你们)?(?:再)?(?:帮我|帮忙|给我)?(?:再)?(?:催办|催单|催一下|催催|催一催|催促|催促一下|加急|快点办|尽快办)(?:这件|这个|我的)?(?:诉求|工单|单子|投诉)?(?:吧|一下|了|啊|吗)?"
SUPPLEMENT_PATTERN = r"(?:我要|我想|再|需要)?补充(?:(?:说明|材料|情况|诉求|内容)?(?:一下|一点)?[:：,，\s]+|(?:一下|一点)|(?:说明|材料|情况|诉求|内容)?$)(?P<rest>.*)"
""""补充医疗保险怎么交" is a question: without a mark or blank behind it the word is part of another one."""
RATE_PATTERN = r"(?:我要|我想|去)?评价(?:一下)?|(?:已经?|都)?解决了|(?:非常|很|挺|十分|基本)?满意"

CHOOSE: dict[str, str] = {
    "rate": "请选择要评价的诉求：",
    "redo": "您对哪一件的办理结果不满意？",
    "withdraw": "请选择要撤回的诉求：",
    "urge": "请选择要催办的诉求：",
    "supplement": "请选择要补充的诉求：",
}
NOT_NOW: dict[str, str] = {
    "rate": "您现在没有可以评价的诉求。诉求答复以后就可以评价，也可以回复“查进度”查看进展。",
    "redo": "您现在没有可以要求重办的诉求。诉求答复以后，对结果不满意可以要求重办；正在办理的可以回复“催一下”。",
    "withdraw": "您现在没有可以撤回的诉求。已经答复的诉求不能撤回，可以评价。",
    "urge": "您现在没有正在办理的诉求。回复“查进度”可以查看进展。",
    "supplement": "您现在没有可以补充的诉求。已经答复的诉求可以评价；新的问题请回复“投诉”。",
}
NOT_YOURS = "没有查到您提交的这件诉求，请核对编号；在别处提交的，请到提交的渠道操作。"
WITHDRAW_SURE = "确定撤回诉求{number}吗？撤回后不再办理。"
OPTION_WITHDRAW = "确定撤回"
OPTION_KEEP = "不撤回"
KEPT = "好的，诉求照常办理。"
SUPPLEMENT_HOW = "请把要补充的内容写在“补充”后面发给我，例如“补充：第三盏路灯也不亮”。"
SUPPLEMENT_SURE = "诉求{number}正在等您补充：{question}\n刚才这句话是对它的补充吗？"
OPTION_SUPPLEMENT = "是，补充到这件诉求"
OPTION_NO_SUPPLEMENT = "不是，是另一件事"
SOLVED = "诉求{number}的问题解决了吗？"
OPTION_SOLVED = "已解决"
OPTION_NOT_SOLVED = "没有解决"
RESULT = "您对办理结果满意吗？"
PROCESS = "您对办理过程（态度、速度）满意吗？"
GRADES: dict[int, str] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
DONE: dict[str, str] = {
    "rate": "感谢您的评价，诉求{number}已记录。",
    "bad": "已记录您对诉求{number}不满意，工作人员会核实并安排重办或答复您，进展会告诉您。",
    "appeal": "诉求{number}已提交申诉复核，结果会告诉您。",
    "withdraw": "",
    "urge": "已为您催办诉求{number}，承办单位会尽快处理。",
    "supplement": "已补充到诉求{number}。",
}
"""What is said at once; a withdrawal is confirmed by its own push, once."""
REFUSED = "没有办成：{why}。"
