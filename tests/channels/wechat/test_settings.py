"""An account that cannot work stops the start by name."""

from collections.abc import Mapping

import msgspec
import pytest

from channels.wechat.settings import Mode, TemplateKind, WeChatSettings, checked_accounts
from services.errors import Invalid
from services.promises import Topic
from services.secret import Secret
from tests.channels.wechat import platform
from tests.channels.wechat.fakes import an_account

GOOD = {"app_id": platform.APP_ID, "token": "t", "aes_key": platform.AES_KEY, "secret": "s"}


def decoded(raw: Mapping[str, object]) -> WeChatSettings:
    """Decode a section as the settings loader does: a Secret is made from its text."""

    def secret(kind: type, value: object) -> object:
        assert kind is Secret
        return Secret(str(value))

    return msgspec.convert(raw, WeChatSettings, dec_hook=secret)


def faults(raw: Mapping[str, object]) -> set[str]:
    with pytest.raises(Invalid) as caught:
        checked_accounts(decoded(raw))
    return set(caught.value.fields)


def test_the_main_account_and_further_ones_are_found_by_name() -> None:
    accounts = checked_accounts(decoded(GOOD | {"accounts": {"shinan": GOOD | {"app_id": "wx2", "mode": "plain"}}}))
    assert [(name, account.app_id, account.mode) for name, account in accounts.items()] == [
        ("main", platform.APP_ID, Mode.SAFE),
        ("shinan", "wx2", Mode.PLAIN),
    ]
    assert len(accounts["main"].cipher_key) == 32


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"token": ""}, "wechat.token"),
        ({"app_id": ""}, "wechat.app_id"),
        ({"secret": ""}, "wechat.secret"),
        ({"aes_key": ""}, "wechat.aes_key"),
        ({"aes_key": platform.AES_KEY[:-1]}, "wechat.aes_key"),
        ({"aes_key": platform.AES_KEY + "A"}, "wechat.aes_key"),
        ({"aes_key": "!" * 43}, "wechat.aes_key"),
        ({"mode": "plain", "aes_key": "short"}, "wechat.aes_key"),
        ({"api_base": "api.weixin.qq.com"}, "wechat.api_base"),
        ({"api_base": "ftp://api.weixin.qq.com"}, "wechat.api_base"),
        ({"api_base": "https://api.weixin.qq.com/cgi-bin"}, "wechat.api_base"),
        ({"api_base": "https://user@api.weixin.qq.com"}, "wechat.api_base"),
        ({"api_base": "https://api.weixin.qq.com?x=1"}, "wechat.api_base"),
        ({"api_base": "https://api.weixin.qq.com:port"}, "wechat.api_base"),
        ({"api_base": "https://"}, "wechat.api_base"),
        ({"accounts": {"main": GOOD}}, "wechat.accounts.main"),
        ({"accounts": {"A/B": GOOD}}, "wechat.accounts.A/B"),
        ({"accounts": {"shinan": GOOD | {"token": ""}}}, "wechat.accounts.shinan.token"),
    ],
)
def test_a_setting_that_cannot_work_stops_the_start_by_name(change: dict[str, object], named: str) -> None:
    assert faults(GOOD | change) == {named}


def test_every_fault_is_named_at_once() -> None:
    assert faults({}) == {"wechat.app_id", "wechat.token", "wechat.secret", "wechat.aes_key"}


def test_plain_mode_needs_no_key() -> None:
    accounts = checked_accounts(decoded(GOOD | {"mode": "plain", "aes_key": ""}))
    assert accounts["main"].cipher_key == b""


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="tokn"):
        decoded(GOOD | {"tokn": "x"})


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "https://proxy.internal", "https://api.weixin.qq.com/"])
def test_the_platforms_address_can_be_moved(base: str) -> None:
    assert checked_accounts(decoded(GOOD | {"api_base": base}))["main"].api_base == base.rstrip("/")


def test_templates_are_read_by_topic() -> None:
    template = {"id": "T1", "kind": "subscribe", "fields": {"thing1": "text"}}
    found = checked_accounts(decoded(GOOD | {"templates": {"petition.answered": template}}))["main"].templates
    assert found[Topic.PETITION_ANSWERED].kind is TemplateKind.SUBSCRIBE


def test_an_account_prints_no_secret() -> None:
    shown = repr(an_account()) + str(decoded(GOOD))
    assert platform.AES_KEY not in shown
    assert "Secret" not in shown
    assert shown.startswith("Account('main')")
