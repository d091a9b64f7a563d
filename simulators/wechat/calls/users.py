"""Answer ``user/info`` (用户基本信息)."""

import hashlib

from simulators.wechat.account import Account
from simulators.wechat.calls.asked import Answer, Asked


def info(account: Account, asked: Asked) -> Answer:
    """Return what the platform tells of a person; of one who does not follow only that.

    Raises:
        ApiRefused: 40003 unknown openid.
    """
    follower = account.follower(asked.query.get("openid", ""))
    # One open-platform account binds all accounts here, so a person has the same unionid with each.
    union_id = "oU" + hashlib.sha256(follower.nickname.encode()).hexdigest()[:26]
    if not follower.following or follower.followed_at is None:
        return {"subscribe": 0, "openid": follower.openid, "unionid": union_id}
    return {
        "subscribe": 1,
        "openid": follower.openid,
        "language": "zh_CN",
        "subscribe_time": int(follower.followed_at.timestamp()),
        "unionid": union_id,
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE" if follower.scene else "ADD_SCENE_SEARCH",
        "qr_scene": int(follower.scene) if follower.scene.isdecimal() else 0,
        "qr_scene_str": "" if follower.scene.isdecimal() else follower.scene,
    }
