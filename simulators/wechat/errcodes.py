"""Name the platform's global return codes (全局返回码) that this simulator can answer with.

Source: developers.weixin.qq.com, "Global return codes", and the error tables of each call.
"""

import secrets
from enum import IntEnum


class Errcode(IntEnum):
    """One return code; the platform sends it inside an HTTP 200."""

    BUSY = -1
    OK = 0
    CREDENTIAL_INVALID = 40001
    GRANT_TYPE_INVALID = 40002
    OPENID_INVALID = 40003
    MEDIA_TYPE_INVALID = 40004
    FILE_TYPE_INVALID = 40005
    MEDIA_SIZE_INVALID = 40006
    MEDIA_ID_INVALID = 40007
    MESSAGE_TYPE_INVALID = 40008
    APP_ID_INVALID = 40013
    TOKEN_INVALID = 40014
    BUTTON_COUNT_INVALID = 40016
    BUTTON_TYPE_INVALID = 40017
    BUTTON_NAME_SIZE_INVALID = 40018
    BUTTON_KEY_SIZE_INVALID = 40019
    BUTTON_URL_SIZE_INVALID = 40020
    SUB_BUTTON_COUNT_INVALID = 40023
    SUB_BUTTON_TYPE_INVALID = 40024
    SUB_BUTTON_NAME_SIZE_INVALID = 40025
    TEMPLATE_ID_INVALID = 40037
    SECRET_INVALID = 40125
    TOKEN_MISSING = 41001
    MEDIA_MISSING = 41005
    TOKEN_EXPIRED = 42001
    GET_REQUIRED = 43001
    POST_REQUIRED = 43002
    FOLLOWER_REQUIRED = 43004
    RECEIVER_BLACKLISTED = 43019
    CONSENT_MISSING = 43101
    MEDIA_EMPTY = 44001
    POST_EMPTY = 44002
    TEXT_EMPTY = 44004
    CONTENT_TOO_LONG = 45002
    ARTICLE_COUNT_EXCEEDED = 45008
    DAY_QUOTA_REACHED = 45009
    MINUTE_QUOTA_REACHED = 45011
    OUT_OF_WINDOW = 45015
    OUT_OF_COUNT = 45047
    TYPING_COMMAND_INVALID = 45072
    TYPING_WITHOUT_MESSAGE = 45080
    TYPING_ALREADY = 45081
    MENU_MISSING = 46003
    FORMAT_ERROR = 47001
    TEMPLATE_VALUE_INVALID = 47003
    UNAUTHORISED = 48001
    BANNED = 48004
    CLEARING_LIMIT_REACHED = 48006


MESSAGES: dict[Errcode, str] = {
    Errcode.BUSY: "system error",
    Errcode.OK: "ok",
    Errcode.CREDENTIAL_INVALID: "invalid credential, access_token is invalid or not latest",
    Errcode.GRANT_TYPE_INVALID: "invalid grant_type",
    Errcode.OPENID_INVALID: "invalid openid",
    Errcode.MEDIA_TYPE_INVALID: "invalid media type",
    Errcode.FILE_TYPE_INVALID: "invalid file type",
    Errcode.MEDIA_SIZE_INVALID: "invalid meida size",  # spelt this way by the platform
    Errcode.MEDIA_ID_INVALID: "invalid media_id",
    Errcode.MESSAGE_TYPE_INVALID: "invalid message type",
    Errcode.APP_ID_INVALID: "invalid appid",
    Errcode.TOKEN_INVALID: "invalid access_token",
    Errcode.BUTTON_COUNT_INVALID: "invalid button size",
    Errcode.BUTTON_TYPE_INVALID: "invalid button type",
    Errcode.BUTTON_NAME_SIZE_INVALID: "invalid button name size",
    Errcode.BUTTON_KEY_SIZE_INVALID: "invalid button key size",
    Errcode.BUTTON_URL_SIZE_INVALID: "invalid button url size",
    Errcode.SUB_BUTTON_COUNT_INVALID: "invalid sub button size",
    Errcode.SUB_BUTTON_TYPE_INVALID: "invalid sub button type",
    Errcode.SUB_BUTTON_NAME_SIZE_INVALID: "invalid sub button name size",
    Errcode.TEMPLATE_ID_INVALID: "invalid template_id",
    Errcode.SECRET_INVALID: "invalid appsecret",
    Errcode.TOKEN_MISSING: "access_token missing",
    Errcode.MEDIA_MISSING: "media data missing",
    Errcode.TOKEN_EXPIRED: "access_token expired",
    Errcode.GET_REQUIRED: "require GET method",
    Errcode.POST_REQUIRED: "require POST method",
    Errcode.FOLLOWER_REQUIRED: "require subscribe",
    Errcode.RECEIVER_BLACKLISTED: "require remove blacklist",
    Errcode.CONSENT_MISSING: "user refuse to accept the msg",
    Errcode.MEDIA_EMPTY: "empty media data",
    Errcode.POST_EMPTY: "empty post data",
    Errcode.TEXT_EMPTY: "empty content",
    Errcode.CONTENT_TOO_LONG: "content size out of limit",
    Errcode.ARTICLE_COUNT_EXCEEDED: "article size out of limit",
    Errcode.DAY_QUOTA_REACHED: "reach max api daily quota limit",
    Errcode.MINUTE_QUOTA_REACHED: "api minute-quota reach limit  must slower  retry next minute",
    Errcode.OUT_OF_WINDOW: "response out of time limit or subscription is canceled",
    Errcode.OUT_OF_COUNT: "out of response count limit",
    Errcode.TYPING_COMMAND_INVALID: "invalid command",
    Errcode.TYPING_WITHOUT_MESSAGE: "no interaction with the user within 30 seconds",
    Errcode.TYPING_ALREADY: "already typing",
    Errcode.MENU_MISSING: "menu no exist",
    Errcode.FORMAT_ERROR: "data format error",
    Errcode.TEMPLATE_VALUE_INVALID: "argument invalid!",
    Errcode.UNAUTHORISED: "api unauthorized",
    Errcode.BANNED: "api forbidden",
    Errcode.CLEARING_LIMIT_REACHED: "forbid to clear quota because of reaching the limit",
}


class ApiRefused(Exception):
    """Refuse a call with a return code; ``detail`` is what the platform adds to the fixed text."""

    def __init__(self, code: Errcode, detail: str = "") -> None:
        super().__init__(f"{code} {MESSAGES[code]}")
        self.code = code
        self.detail = detail

    def body(self) -> dict[str, object]:
        """Return the answer; like the platform's it carries a request id, so nobody can compare the text."""
        text = " ".join(part for part in (MESSAGES[self.code], self.detail) if part)
        return {"errcode": int(self.code), "errmsg": f"{text} rid: {secrets.token_hex(4)}-{secrets.token_hex(4)}"}


OK: dict[str, object] = {"errcode": 0, "errmsg": "ok"}
