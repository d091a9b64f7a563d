"""Keep the Chinese the platform itself puts on a phone."""

from typing import Final

OUT_OF_SERVICE: Final = "该公众号提供的服务出现故障，请稍后再试"
FOLLOWED: Final = "你已关注{title}"
UNFOLLOWED: Final = "你已取消关注{title}"
TRANSFERRED: Final = "已转接至人工客服"
PEOPLE: Final = ("市民甲", "市民乙", "市民丙")

ALREADY_FOLLOWING: Final = "已经关注了"
NOT_FOLLOWING: Final = "还没有关注，或者已经取消关注"
NO_SUCH_BUTTON: Final = "菜单里没有这个按钮"
NO_SUCH_NOTIFICATION: Final = "没有这个订阅通知"
