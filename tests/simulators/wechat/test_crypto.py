"""Hold the simulator's encryption against public vectors and against a stranger's code (wechatpy)."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import to_text

from simulators.wechat.crypto import Envelope, Undecipherable, signature
from simulators.wechat.xml import MalformedXml, read
from tests.simulators.stage import AES_KEY, APP_ID, TOKEN

VECTORS = Path(__file__).parents[2] / "vectors"
SIGNATURES: dict[str, Any] = json.loads((VECTORS / "wechat_url_signature.json").read_text(encoding="utf-8"))
SEALED: dict[str, Any] = json.loads((VECTORS / "wechat_safe_mode_decrypt.json").read_text(encoding="utf-8"))
SEALING: dict[str, Any] = json.loads((VECTORS / "wechat_safe_mode_encrypt.json").read_text(encoding="utf-8"))
UNDECIPHERABLE = [case for case in SEALED["reject"] if case["name"] not in {"signature_wrong", "entity_bomb_inside"}]


@pytest.mark.parametrize("case", SIGNATURES["accept"], ids=lambda case: case["token"])
def test_a_public_url_signature_is_reproduced(case: dict[str, str]) -> None:
    assert signature(case["token"], case["timestamp"], case["nonce"]) == case["signature"]


@pytest.mark.parametrize("case", SIGNATURES["reject"][:4], ids=lambda case: case["why"])
def test_a_forged_url_signature_differs(case: dict[str, str]) -> None:
    assert signature(case["token"], case["timestamp"], case["nonce"]) != case["signature"]


@pytest.mark.parametrize("case", SEALED["accept"], ids=lambda case: case["name"])
def test_a_public_ciphertext_is_signed_and_opened_as_its_source_says(case: dict[str, str]) -> None:
    assert signature(case["token"], case["timestamp"], case["nonce"], case["encrypt"]) == case["msg_signature"]
    assert Envelope(case["encoding_aes_key"], case["appid"]).open(case["encrypt"]) == case["expected_plaintext"]


@pytest.mark.parametrize("case", UNDECIPHERABLE, ids=lambda case: case["name"])
def test_a_broken_ciphertext_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(Undecipherable):
        Envelope(case["encoding_aes_key"], case["appid"]).open(case["encrypt"])


def test_an_entity_bomb_inside_a_good_ciphertext_is_refused_by_the_reader() -> None:
    # Given a ciphertext that opens well and holds a document type
    case = next(case for case in SEALED["reject"] if case["name"] == "entity_bomb_inside")
    inside = Envelope(case["encoding_aes_key"], case["appid"]).open(case["encrypt"])
    # When it is read, then it is refused
    with pytest.raises(MalformedXml):
        read(inside.encode())


@pytest.mark.parametrize("case", SEALING["vectors"], ids=lambda case: case["random16"])
def test_a_public_plaintext_is_sealed_to_the_byte(case: dict[str, str]) -> None:
    envelope = Envelope(case["encoding_aes_key"], case["appid"])
    assert envelope.seal(case["plaintext"], head=case["random16"].encode()) == case["expected_encrypt"]


@given(message=st.text(max_size=3_000))
def test_what_is_sealed_opens_again(message: str) -> None:
    envelope = Envelope(AES_KEY, APP_ID)
    text = message.encode("utf-8", "ignore").decode()
    assert envelope.open(envelope.seal(text)) == text


@given(message=st.text(min_size=1, max_size=200, alphabet=st.characters(codec="utf-8", categories=("L", "N", "P"))))
def test_wechatpy_opens_what_the_simulator_seals(message: str) -> None:
    # Given a body sealed and signed by the simulator
    sealed = Envelope(AES_KEY, APP_ID).seal(message)
    signed = signature(TOKEN, "1732413600", "1320562132", sealed)
    body = f"<xml><ToUserName>gh</ToUserName><Encrypt>{sealed}</Encrypt></xml>"
    # When a stranger's code opens it, then it reads the same
    stranger = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    assert to_text(stranger.decrypt_message(body, signed, "1732413600", "1320562132")) == message


@given(message=st.text(min_size=1, max_size=200, alphabet=st.characters(codec="utf-8", categories=("L", "N", "P"))))
def test_the_simulator_opens_what_wechatpy_seals(message: str) -> None:
    # Given an answer sealed by a stranger's code
    answer = read(WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(message, "1320562132", "1732413600").encode())
    parts = [answer.value(name) for name in ("TimeStamp", "Nonce", "Encrypt")]
    # When the simulator checks and opens it, then both signatures agree and it reads the same
    assert signature(TOKEN, *parts) == answer.value("MsgSignature")
    assert Envelope(AES_KEY, APP_ID).open(parts[2]) == message
