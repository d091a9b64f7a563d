"""Say in Chinese what answers by mail say, and know the words by which a letter says what it is."""

from services.petitions.kind import Kind
from services.petitions.transitions import Action

NO_SUBJECT = "市长信箱来信"
SUBJECT = "Re: {title}"
GREETING = "您好！\n\n您的来信（编号 {number}）有新的办理情况：\n\n"
CLOSING = "\n\n凭编号可拨打 12345 查询办理进度。本邮件由系统发出，请勿直接回复。\n青岛市 12345 政务服务便民热线"
WORDS = {
    Action.ACCEPT: "已经受理，答复期限为 {due}。",
    Action.NOT_ACCEPT: "不属于本平台受理范围。{reason}",
    Action.DISPATCH: "已转交{department}办理，答复期限为 {due}。",
    Action.WAIT: "办理单位需要您补充：{text}",
    Action.BEGIN_SPECIAL: "进入特别程序，期间不计入答复期限。原因：{reason}",
    Action.END_SPECIAL: "特别程序已经结束，继续办理，答复期限为 {due}。",
    Action.APPROVE_EXTENSION: "因{reason}，答复期限延长至 {due}。",
    Action.ANSWER: "{department}答复：\n\n{text}",
    Action.REDO: "已要求{department}重新办理，答复期限为 {due}。",
    Action.CLOSE: "已经办结。{text}",
    Action.CLOSE_DISSATISFIED: "已经办结。{text}",
}
KINDS = (
    ("举报", Kind.REPORT),
    ("投诉", Kind.COMPLAINT),
    ("建议", Kind.SUGGESTION),
    ("意见", Kind.SUGGESTION),
    ("咨询", Kind.CONSULT),
    ("请问", Kind.CONSULT),
)
"""The first of these words in subject or first lines decides; a letter with none asks for help."""
