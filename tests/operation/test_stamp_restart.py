"""In plain mode a stamp that somebody caught is worth nothing, also to a process that was started after it was used."""

import msgspec

from tests.support.database import fast_folder
from tests.support.outside_wechat import Account, post, text_call
from tests.support.system import Running, serving_system


def account_of(running: Running) -> Account:
    settings = running.system.ground.settings.wechat
    return Account(url=f"{running.client.url}/wechat/main", app_id=settings.app_id, token=settings.token.reveal())


async def test_after_a_restart_a_retry_gets_its_first_answer_and_a_caught_stamp_gets_none() -> None:
    with fast_folder() as folder:
        # Given a message that was answered before the restart
        async with serving_system(folder, QD_WECHAT__MODE="plain") as before:
            account = account_of(before)
            call = text_call(account, "oCitizen1", "社保卡怎么补办", message_id="1001")
            first = await post(before.client.session, account, call)
            said = first.reply.replace(before.client.url, "")
            assert said
        async with serving_system(folder, QD_WECHAT__MODE="plain") as after:
            account = account_of(after)
            # When the platform tries again, then it hears the same
            again = await post(after.client.session, account, call)
            assert again.reply.replace(after.client.url, "") == said
            # And when somebody uses its stamp for other words, or for another person, then nothing happens
            for openid, message_id in (("oCitizen1", "1002"), ("oVictim", "1001")):
                other = text_call(account, openid, "我要投诉", message_id=message_id)
                caught = msgspec.structs.replace(other, query=call.query | {"openid": openid})
                assert (await post(after.client.session, account, caught)).status == 403
            # And a message of its own stamp is answered as ever
            fresh = text_call(account, "oCitizen1", "你好", message_id="1003")
            assert (await post(after.client.session, account, fresh)).is_accepted
