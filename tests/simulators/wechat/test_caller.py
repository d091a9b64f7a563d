"""Watch the platform call a developer's server that is written with a stranger's code (wechatpy)."""

import asyncio
from collections.abc import Callable
from typing import Any

from sanic import Request
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import create_reply

from simulators.wechat.content import Origin, Text
from simulators.wechat.delivery import Result
from simulators.wechat.exchange import Exchange
from tests.simulators.stage import AES_KEY, APP_ID, TOKEN, Developer, Responder


def opened(request: Request) -> str:
    """Return the body of a safe-mode callback as wechatpy opens it; wechatpy checks msg_signature."""
    query = {key: request.args.get(key) for key in ("msg_signature", "timestamp", "nonce")}
    stranger = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    plain = stranger.decrypt_message(request.body, query["msg_signature"], query["timestamp"], query["nonce"])
    return plain if isinstance(plain, str) else plain.decode()


def replying(reply_to: Callable[[Any], str]) -> Responder:
    """Return a responder that answers as wechatpy renders and seals what ``reply_to`` says."""

    async def respond(request: Request) -> bytes:
        await asyncio.sleep(0)
        message = parse_message(opened(request))
        rendered = create_reply(reply_to(message), message).render()
        sealed = WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(rendered, "nonce", "1732413600")
        return str(sealed).encode()

    return respond


async def test_a_passive_answer_of_a_strangers_server_appears_on_the_phone(
    exchange: Exchange, developer: Developer
) -> None:
    # Given a follower and a server that repeats what it hears
    phone = exchange.phone("main")
    await phone.follow().settled()
    developer.answer = replying(lambda message: f"你说的是：{message.content}")
    # When the follower writes
    outcome = await phone.say("社保卡丢了怎么办").settled()
    # Then the answer is the next thing on the phone
    assert outcome.result is Result.ANSWERED
    assert [(entry.origin, entry.content) for entry in phone.shown(1)] == [
        (Origin.FOLLOWER, Text("社保卡丢了怎么办")),
        (Origin.PASSIVE, Text("你说的是：社保卡丢了怎么办")),
    ]
