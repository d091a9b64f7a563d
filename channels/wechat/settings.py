"""The settings of each official account, checked by name before anything starts."""

import base64
import re
from enum import StrEnum
from urllib.parse import urlsplit

from msgspec import Struct

from channels.wechat.wording import BAD_ACCOUNT_NAME, BAD_AES_KEY, BAD_API_BASE, REQUIRED
from services.errors import Invalid
from services.promises import Topic
from services.secret import Secret

PLATFORM = "https://api.weixin.qq.com"
MAIN = "main"
"""The name of the account that stands directly in ``[wechat]``; its callback is ``/wechat/main``."""
_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
_NAME = re.compile(r"[a-z0-9-]{1,32}")


class Mode(StrEnum):
    """How callbacks arrive: encrypted and signed over the body, or plain (the signature then covers no body)."""

    SAFE = "safe"
    PLAIN = "plain"


class TemplateKind(StrEnum):
    """Which platform interface a template belongs to; using the other one is refused by the platform (48001)."""

    TEMPLATE = "template"
    """模板消息: followers only, ``client_msg_id`` makes repeats harmless for ten minutes."""
    SUBSCRIBE = "subscribe"
    """订阅通知: whoever consented."""


class TemplateSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One template of the account, as it was granted on the platform.

    ``fields`` maps the platform's field names to our neutral ones: ``{character_string1 = "number"}``. The letters of
    the platform's name are the field's type and decide its limit (see fields.py).
    """

    id: str
    kind: TemplateKind = TemplateKind.TEMPLATE
    fields: dict[str, str]


class AccountSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ``[wechat.accounts.<name>]``.

    ``original_id`` (原始ID, ``gh_…``) is what the platform writes into ToUserName; when it is given, a callback for
    another account is refused in plain mode as well, where nothing else tells accounts apart.
    """

    app_id: str = ""
    token: Secret = Secret("")
    aes_key: Secret = Secret("")
    secret: Secret = Secret("")
    api_base: str = PLATFORM
    mode: Mode = Mode.SAFE
    original_id: str = ""
    templates: dict[Topic, TemplateSettings] = {}


class WeChatSettings(AccountSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The section ``[wechat]``: the main account, and the further ones by name."""

    accounts: dict[str, AccountSettings] = {}


class Account(Struct, frozen=True, kw_only=True):
    """One account whose settings were checked; ``cipher_key`` is the decoded EncodingAESKey, empty when not given."""

    name: str
    app_id: str
    token: Secret
    cipher_key: bytes
    secret: Secret
    api_base: str
    mode: Mode
    original_id: str
    templates: dict[Topic, TemplateSettings]

    def __repr__(self) -> str:
        """Show the name alone: the key must not reach a log by way of a traceback."""
        return f"Account({self.name!r})"


def checked_accounts(settings: WeChatSettings) -> dict[str, Account]:
    """Return every account by the name in its callback address, the main one first.

    Raises:
        Invalid: naming each setting that cannot work, under the name an operator writes (``wechat.token``).
    """
    faults: dict[str, str] = {}
    sections: dict[str, tuple[str, AccountSettings]] = {MAIN: ("wechat", settings)}
    for name, section in settings.accounts.items():
        if name == MAIN or not _NAME.fullmatch(name):
            faults[f"wechat.accounts.{name}"] = BAD_ACCOUNT_NAME
        sections[name] = (f"wechat.accounts.{name}", section)
    for path, section in sections.values():
        faults |= {f"{path}.{field}": fault for field, fault in _faults(section).items()}
    if faults:
        raise Invalid(fields=faults)
    return {name: _account(name, section) for name, (_, section) in sections.items()}


def _account(name: str, section: AccountSettings) -> Account:
    key = section.aes_key.reveal()
    return Account(
        name=name,
        app_id=section.app_id,
        token=section.token,
        cipher_key=_decoded(key) if key else b"",
        secret=section.secret,
        api_base=section.api_base.rstrip("/"),
        mode=section.mode,
        original_id=section.original_id,
        templates=section.templates,
    )


def _faults(section: AccountSettings) -> dict[str, str]:
    # The token above all: sha1("") is a valid signature under an empty one, known to everybody.
    needed = {"app_id": section.app_id, "token": section.token, "secret": section.secret}
    faults = {field: REQUIRED for field, value in needed.items() if not value}
    key = section.aes_key.reveal()
    if (key or section.mode is Mode.SAFE) and not _is_aes_key(key):
        faults["aes_key"] = BAD_AES_KEY
    if not _is_base_address(section.api_base):
        faults["api_base"] = BAD_API_BASE
    return faults


def _is_aes_key(key: str) -> bool:
    return bool(_AES_KEY.fullmatch(key)) and len(_decoded(key)) == 32  # noqa: PLR2004 - AES-256


def _decoded(key: str) -> bytes:
    """Return the 32 bytes behind the 43 characters. Source: channels.md 1.1 (O4)."""
    return base64.b64decode(key + "=")


def _is_base_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    beyond_host = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not beyond_host
