"""Messages of safe mode open and close as the published vectors and wechatpy say, and only those."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from channels.wechat.crypto import MessageCipher
from channels.wechat.signature import Forged, Stamp, check_message
from channels.wechat.wire import Malformed, read
from services.secret import Secret
from tests.channels.wechat import platform

KEY = base64.b64decode(platform.AES_KEY + "=")
DECRYPTIONS = platform.vectors("wechat_safe_mode_decrypt")
ENCRYPTIONS = platform.vectors("wechat_safe_mode_encrypt")["vectors"]


def a_cipher(vector: dict[str, Any]) -> MessageCipher:
    return MessageCipher(base64.b64decode(vector["encoding_aes_key"] + "="), vector["appid"])


@pytest.mark.parametrize("vector", DECRYPTIONS["accept"], ids=lambda vector: vector["name"])
def test_published_ciphertexts_are_proven_and_opened(vector: dict[str, Any]) -> None:
    stamp = Stamp(
        timestamp=vector["timestamp"], nonce=vector["nonce"], signature="", message_signature=vector["msg_signature"]
    )
    check_message(stamp, Secret(vector["token"]), encrypted=vector["encrypt"])
    assert a_cipher(vector).decrypt(vector["encrypt"]).decode() == vector["expected_plaintext"]


@pytest.mark.parametrize("vector", DECRYPTIONS["reject"], ids=lambda vector: vector["name"])
def test_published_forgeries_are_refused(vector: dict[str, Any]) -> None:
    stamp = Stamp(
        timestamp=vector["timestamp"], nonce=vector["nonce"], signature="", message_signature=vector["msg_signature"]
    )

    def opened() -> None:
        check_message(stamp, Secret(vector["token"]), encrypted=vector["encrypt"])
        read(a_cipher(vector).decrypt(vector["encrypt"]))

    with pytest.raises((Forged, Malformed)):
        opened()


@pytest.mark.parametrize("vector", ENCRYPTIONS)
def test_published_encryptions_are_reproduced(vector: dict[str, Any]) -> None:
    cipher = MessageCipher(
        base64.b64decode(vector["encoding_aes_key"] + "="),
        vector["appid"],
        random=lambda _: vector["random16"].encode(),
    )
    assert cipher.encrypt(vector["plaintext"].encode()) == vector["expected_encrypt"]


@given(message=st.binary(max_size=5_000))
def test_what_was_encrypted_decrypts(message: bytes) -> None:
    cipher = MessageCipher(KEY, platform.APP_ID)
    assert cipher.decrypt(cipher.encrypt(message)) == message


@given(messages=st.lists(st.binary(max_size=200), min_size=2, max_size=6))
def test_one_message_leaves_no_trace_in_the_next(messages: list[bytes]) -> None:
    # Given one cipher that works for many, and the published way to open each ciphertext alone
    cipher = MessageCipher(KEY, platform.APP_ID)
    for message in messages:
        # When it encrypts and decrypts in turn, also what it must refuse
        encrypted = cipher.encrypt(message)
        with pytest.raises(Forged):
            cipher.decrypt(base64.b64encode(bytes(64)).decode())
        # Then each stands for itself
        assert platform.decrypt(encrypted) == message
        assert cipher.decrypt(platform.encrypt(message)) == message


def test_two_encryptions_of_one_message_differ() -> None:
    cipher = MessageCipher(KEY, platform.APP_ID)
    assert cipher.encrypt(b"the same") != cipher.encrypt(b"the same")


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_wechatpy_reads_what_we_write_and_we_read_what_it_writes(text: str) -> None:
    cipher = MessageCipher(KEY, platform.APP_ID)
    oracle = WeChatCrypto(platform.TOKEN, platform.AES_KEY, platform.APP_ID)
    ours = cipher.encrypt(text.encode())
    covering = platform.signature("1", "2", ours)
    body = f"<xml><Encrypt>{ours}</Encrypt></xml>"
    assert oracle.decrypt_message(body, covering, "1", "2") == text
    theirs = read(oracle.encrypt_message(text, "2", "1").encode())
    assert cipher.decrypt(theirs.required("Encrypt")).decode() == text


@given(data=st.binary(max_size=200))
def test_random_bytes_are_refused_with_the_one_error(data: bytes) -> None:
    with pytest.raises(Forged, match=r"^message does not decrypt$"):
        MessageCipher(KEY, platform.APP_ID).decrypt(base64.b64encode(data).decode())


@given(place=st.integers(min_value=0), flip=st.integers(0, 7))
def test_a_flipped_bit_never_gives_another_receiver_or_padding(place: int, flip: int) -> None:
    # Given a ciphertext of which the last two blocks hold app id and padding
    cipher = MessageCipher(KEY, platform.APP_ID)
    data = bytearray(base64.b64decode(cipher.encrypt(b"m" * 64)))
    tail = len(data) - 48
    data[tail + place % 48] ^= 1 << flip
    # When one of their bits is turned, then the message does not open
    with pytest.raises(Forged):
        cipher.decrypt(base64.b64encode(bytes(data)).decode())


@pytest.mark.parametrize("encrypted", ["", "====", "a", "签名", "AAAA\n", " " * 44, "A" * 43, "\udc80"])
def test_what_is_no_base64_is_refused(encrypted: str) -> None:
    with pytest.raises(Forged):
        MessageCipher(KEY, platform.APP_ID).decrypt(encrypted)


def test_the_error_keeps_no_cause() -> None:
    with pytest.raises(Forged) as caught:
        MessageCipher(KEY, platform.APP_ID).decrypt(platform.encrypt(b"x", app_id="wxother"))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
