"""All words of the router: greeting, emergencies, hand-off, small talk, and what to say when nothing was understood."""

GREETING = "您好，我是青岛通办的智能助手小青。\n您可以直接问我怎么办事，例如“身份证丢了怎么补办”；也可以反映问题、提建议，或者查询诉求进度。"
CAPABILITIES = "请选择，或者直接说您的问题："
OPTION_GUIDE = "办事指南"
OPTION_PETITION = "我要投诉、求助、建议"
OPTION_PROGRESS = "查询进度"
OPTION_HUMAN = "转人工"
GUIDE_HOW = "请直接告诉我要办什么事，例如“新生儿上户口要带什么”“公积金怎么提取”。"

EMERGENCY: dict[str, str] = {
    "110": "如果有人正受到伤害或威胁，请立即拨打110报警。",
    "119": "如果发生火灾或有人被困，请立即撤到安全的地方，拨打119。发现燃气泄漏不要开关电器。",
    "120": "如果有人需要急救，请立即拨打120。",
    "122": "如果发生交通事故，请立即拨打122；有人受伤请拨打120。",
    "12356": "您现在的感受很重要，请不要独自承受。请拨打12356心理援助热线，有人愿意倾听；有危险时请立即拨打120或110。",
}
EMERGENCY_AFTER = "人身安全第一。脱离危险以后，需要登记诉求可以回复“投诉”。"

HANDOFF = "人工服务请拨打12345政务服务便民热线（24小时）。本渠道的在线坐席尚未开通；您也可以把情况告诉我，我登记成诉求转给承办单位。"
ABUSE = "我理解您着急。请告诉我是什么事，我尽力帮您办；也可以拨打12345与工作人员通话。"
SMALLTALK: dict[str, str] = {
    "thanks": "不客气，还有什么需要帮忙的吗？",
    "bye": "再见，祝您生活愉快。",
    "hello": "您好，请问有什么可以帮您？",
    "fine": "好的，还有什么需要帮忙的可以随时告诉我。",
    "who": "我是青岛通办的智能助手小青，可以回答办事问题、登记诉求、查询进度。",
}
SMALLTALK_ELSE = "我是青岛通办的助手，可以回答办事问题、登记诉求、查询进度。请问有什么可以帮您？"
PRAISE = "谢谢您的肯定！需要表扬某个单位或工作人员，可以拨打12345说明单位和经过。"
FAILED = "抱歉，刚才没有处理成功，请再说一次；着急的话请拨打12345。"
VOICE_UNREADABLE = "没有听清这段语音，请再说一次，或者用文字告诉我。"
PICTURE_ALONE = "收到照片了。请用一句话说明是什么事；要反映问题请回复“投诉”。"
LOCATION_ALONE = "收到您的位置。您是要找附近的办事大厅，还是反映这里的问题？"
OPTION_HALLS_HERE = "附近的办事大厅"
OPTION_PETITION_ANYWAY = "仍要登记，由工作人员判断"
OPTION_PETITION_HERE = "反映这里的问题"
UNSUPPORTED = "暂时看不懂这种消息，请用文字、语音、图片或位置告诉我。"
OFFER_HUMAN_TOO = "两次都没能答上来，很抱歉。需要人工帮助可以回复“转人工”，或者拨打12345。"
FOLLOW_UP_LOST = "您问的是哪个事项？请说出事项名称，例如“身份证补领要带什么材料”。"

POINTERS = ("那", "这个", "这", "它", "该", "上面", "刚才", "还有", "另外", "然后")
"""Words at the beginning of a message that point back to what was talked about."""

NONE_OF_THEM = frozenset({"都不是", "都不对", "没有", "不是", "以上都不是", "都没有", "0"})
"""What people answer to a menu in which their matter is not."""

UNDO = frozenset(
    {
        *("选错了", "我选错了", "选错", "点错了", "按错了", "打错了", "弄错了", "不是这个", "不是这一个", "不是这项"),
        *(
            "返回",
            "上一步",
            "返回上一步",
            "回上一步",
            "回到上一步",
            "后退",
            "退回",
            "撤销",
            "撤回",
            "重选",
            "重新选",
            "重新选择",
        ),
    }
)
"""What takes back the pick from a menu, right after it."""
CHOOSE_AGAIN = "好的，请重新选择："
YES = frozenset(
    {"是", "是的", "对", "对的", "对对", "嗯", "嗯嗯", "没错", "就是", "就是这个", "是这个", "好", "好的", "可以"}
)
"""What picks from a menu the only option it has."""
OF_NO_USE = frozenset(
    {
        *("没用", "没有用", "没啥用", "没什么用", "不管用", "没帮助", "没有帮助", "没解决", "没有解决"),
        *("答非所问", "不对", "答错了", "回答错了", "不是我问的", "不是我要的", "不是这个", "说的不是一回事"),
    }
)
"""What people say to an answer that was of no use, when it is all they say."""
