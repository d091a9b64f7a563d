"""What the channel itself says: to citizens when no bot can, to operators about their settings."""

TOO_LONG = "您的消息超过2000字，请分成几条发送，每条不超过2000字。"
TOO_MANY = "您发送得太快了，请稍等一分钟再发。"
CHOOSE = "回复数字选择"
EMPTY_VALUE = "无"
OPEN_PAGE = "点击查看详情"

REQUIRED = "不能为空"
BAD_ACCOUNT_NAME = "账号名只能用小写字母、数字和连字符，且不能是 main"
BAD_AES_KEY = "必须是43位字母和数字（安全模式下不能为空）"
BAD_API_BASE = "只能写协议和主机，例如 https://api.weixin.qq.com"
