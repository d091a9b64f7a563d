"""Describe one service account (服务号) as its owner registers it with the platform."""

from enum import StrEnum

from msgspec import Struct

from simulators.wechat.templates import Template


class Mode(StrEnum):
    """How callbacks travel (消息加解密方式)."""

    PLAIN = "plain"  # 明文模式
    COMPATIBLE = "compatible"  # 兼容模式: plain fields and ciphertext in one body
    SAFE = "safe"  # 安全模式


class AccountSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say what the platform knows of an account and of the developer's server behind it.

    Attributes:
        name: the word the control addresses use for this account.
        title: what a phone shows above the chat.
        original_id: the ``gh_...`` id; callbacks carry it as ToUserName.
        aes_key: EncodingAESKey, 43 characters; unused in plain mode.
        callback_url: where messages and events are POSTed.
        templates: what the account may send as template messages and subscribe notifications.
        recognises_voice: whether voice messages carry ``Recognition`` (语音识别结果).
        day_quotas: calls a day by API path, over the platform's own figures.
        minute_quotas: calls a minute by API path, likewise.
    """

    name: str
    title: str
    app_id: str
    original_id: str
    secret: str
    token: str
    aes_key: str = ""
    mode: Mode = Mode.SAFE
    callback_url: str
    templates: tuple[Template, ...] = ()
    recognises_voice: bool = True
    day_quotas: dict[str, int] = {}
    minute_quotas: dict[str, int] = {}
