"""An answer is a mail that any mail program files under the letter."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from msgspec.structs import replace

from channels.mailbox import wording
from channels.mailbox.render import answer_mail
from services.petitions.transitions import Action
from services.sources.replies import TOLD
from services.sources.store import Origin, Source, SourceReply

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ORIGIN = Origin(
    id="or_1",
    source=Source.MAILBOX,
    external_number="<letter-1@example.org>",
    digest="",
    received_at=AT,
    thread="<letter-1@example.org>",
    title="投诉路灯",
)


def a_reply(action: Action, **facts: str) -> SourceReply:
    return SourceReply(
        id="pt_1:5",
        source=Source.MAILBOX,
        external_number="<letter-1@example.org>",
        number="QD20261124-7K3M9P",
        action=action,
        facts=facts,
        at=AT,
        open_for="mailbox",
    )


def test_an_answer_stands_under_its_letter_and_says_what_was_answered() -> None:
    reply = a_reply(Action.ANSWER, department="青岛市城市管理局", text="已修好\n谢谢")
    data = answer_mail(reply, ORIGIN, to="someone@example.org", sender="mayor@example.org")
    mail = message_from_bytes(data, policy=policy.default)
    assert (mail["To"], mail["Subject"], mail["In-Reply-To"]) == (
        "someone@example.org",
        "Re: 投诉路灯",
        "<letter-1@example.org>",
    )
    assert mail["Auto-Submitted"] == "auto-replied"
    body = mail.get_content().replace("\r\n", "\n")
    assert "青岛市城市管理局答复：" in body
    assert "已修好\n谢谢" in body
    assert "QD20261124-7K3M9P" in body


def test_a_repeat_is_the_same_mail() -> None:
    reply = a_reply(Action.ACCEPT, due="2026-12-01")
    first, second = (answer_mail(reply, ORIGIN, to="a@example.org", sender="b@example.org") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("action", sorted(TOLD))
def test_whatever_is_told_has_words(action: Action) -> None:
    assert wording.WORDS[action].format(due="D", department="U", reason="R", text="T")


def test_a_title_cannot_add_a_header() -> None:
    origin = replace(ORIGIN, title="路灯\r\nBcc: other@example.org", thread="<x>\r\nBcc: other@example.org")
    data = answer_mail(a_reply(Action.ACCEPT), origin, to="a@example.org", sender="b@example.org")
    mail = message_from_bytes(data, policy=policy.default)
    assert mail["Bcc"] is None
    assert mail["In-Reply-To"] is None
