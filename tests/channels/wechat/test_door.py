"""One account's door lets in what was made for it."""

from datetime import UTC, datetime

import pytest
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto

from channels.wechat.door import Door
from channels.wechat.signature import Forged, Stamp
from channels.wechat.wire import Malformed, read
from services.secret import Secret
from tests.channels.wechat import platform
from tests.channels.wechat.fakes import an_account

NOW = datetime.fromtimestamp(platform.NOW, UTC)


def a_stamp(door: Door, encrypted: str = "") -> Stamp:
    return door.proven_stamp(platform.query(encrypted=encrypted), now=NOW)


def an_outer(encrypted: str, plain: bytes = b"<xml></xml>") -> bytes:
    return plain.replace(b"</xml>", f"<Encrypt>{encrypted}</Encrypt></xml>".encode())


def test_a_plain_body_is_refused_in_safe_mode() -> None:
    door = Door(an_account())
    with pytest.raises(Forged, match="plain"):
        door.open(platform.body(), a_stamp(door))


def test_of_both_forms_the_encrypted_one_is_read() -> None:
    # Given a compatible body whose plain half was changed on the way
    door = Door(an_account(mode="plain"))
    encrypted = platform.encrypt(platform.body(Content="原文"))
    both = an_outer(encrypted, platform.body(Content="改过"))
    # When it is opened, then the signed half counts, and the answer must be encrypted
    wire, is_sealed = door.open(both, a_stamp(door, encrypted))
    assert wire.required("Content") == "原文"
    assert is_sealed


def test_the_encrypted_half_must_be_signed() -> None:
    door = Door(an_account(mode="plain"))
    both = an_outer(platform.encrypt(platform.body()), platform.body())
    with pytest.raises(Forged, match="message signature"):
        door.open(both, a_stamp(door))


def test_an_encrypted_body_without_a_key_is_refused() -> None:
    door = Door(an_account(mode="plain", aes_key=Secret("")))
    encrypted = platform.encrypt(platform.body())
    with pytest.raises(Forged, match="no key"):
        door.open(an_outer(encrypted), a_stamp(door, encrypted))


def test_plain_mode_reads_plain_bodies() -> None:
    door = Door(an_account(mode="plain"))
    wire, is_sealed = door.open(platform.body(Content="好"), a_stamp(door))
    assert wire.required("Content") == "好"
    assert not is_sealed


def test_a_message_for_another_account_is_refused_when_ours_is_known() -> None:
    stranger = Door(an_account(mode="plain", original_id="gh_another"))
    with pytest.raises(Forged, match="another account"):
        stranger.open(platform.body(), a_stamp(stranger))
    ours = Door(an_account(original_id=platform.ORIGINAL_ID))
    encrypted = platform.encrypt(platform.body())
    assert ours.open(an_outer(encrypted), a_stamp(ours, encrypted))[1]


def test_a_ciphertext_for_another_app_is_refused() -> None:
    door = Door(an_account())
    encrypted = platform.encrypt(platform.body(), app_id="wxanother")
    with pytest.raises(Forged):
        door.open(an_outer(encrypted), a_stamp(door, encrypted))


def test_the_inner_body_is_read_as_strictly_as_the_outer() -> None:
    door = Door(an_account())
    encrypted = platform.encrypt(b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>')
    with pytest.raises(Malformed):
        door.open(an_outer(encrypted), a_stamp(door, encrypted))


def test_every_byte_of_a_ciphertext_is_covered() -> None:
    # Given a message of safe mode
    door = Door(an_account())
    encrypted = platform.encrypt(platform.body())
    stamp = a_stamp(door, encrypted)
    # When any one character of it is another, then it is refused
    for place, character in enumerate(encrypted):
        changed = encrypted[:place] + ("A" if character != "A" else "B") + encrypted[place + 1 :]
        with pytest.raises(Forged):
            door.open(an_outer(changed), stamp)


def test_a_sealed_reply_is_opened_by_wechatpy() -> None:
    oracle = WeChatCrypto(platform.TOKEN, platform.AES_KEY, platform.APP_ID)
    reply = platform.body(Content="您好").decode()
    outer = Door(an_account()).seal(reply, now=NOW)
    wire = read(outer.encode())
    opened = oracle.decrypt_message(
        outer, wire.required("MsgSignature"), wire.required("TimeStamp"), wire.required("Nonce")
    )
    message = parse_message(opened)
    assert message is not None
    assert message.content == "您好"
    assert wire.required("TimeStamp") == str(platform.NOW)


def test_a_message_written_by_wechatpy_is_opened() -> None:
    door = Door(an_account())
    oracle = WeChatCrypto(platform.TOKEN, platform.AES_KEY, platform.APP_ID)
    outer = oracle.encrypt_message(platform.body(Content="你好").decode(), "n", str(platform.NOW))
    stamp = door.proven_stamp(
        platform.query(nonce="n") | {"msg_signature": read(outer.encode()).required("MsgSignature")}, now=NOW
    )
    assert door.open(outer.encode(), stamp)[0].required("Content") == "你好"
