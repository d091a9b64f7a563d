"""What the staff of the centre are told, until somebody sees to it."""

from datetime import UTC, datetime

import pytest

from channels.desk.sender import DeskSender
from services.conversations.message import Channel, ContactPoint, Image, MediaId, Text
from services.outbox.notice import Notice
from services.promises import CENTRE, Topic
from tests.support.set_clock import SetClock
from tests.support.system import Running
from tests.support.system import system as system  # noqa: PLC0414 - a fixture, imported by name

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATH = "/desk/api/v1/notices"


def a_notice(delivery_id: str) -> Notice:
    return Notice(
        delivery_id=delivery_id,
        topic=Topic.CENTRE_DISSATISFIED,
        contact=ContactPoint(channel=Channel.DESK, account="staff", address=CENTRE),
        parts=(Text("工单QD1市民不满意"), Image(MediaId("media_1"))),
        fields={"number": "QD1"},
    )


async def test_a_notice_is_put_up_once_and_taken_down_by_whoever_comes_first(system: Running) -> None:
    # Given a notice that the relay sends twice
    sender = DeskSender(system.system.services.notices, SetClock(datetime(2026, 11, 24, tzinfo=UTC)))
    for _ in range(2):
        assert (await sender.send(a_notice("pt_1:9:centre@centre"))).way == "board"
    clerk, agent = await system.client.staff("clerk1"), await system.client.staff("agent1")
    shown = [one for one in (await clerk.call("GET", PATH)).body["notices"] if one["number"] == "QD1"]
    assert [(one["topic"], one["text"], one["seen_by"]) for one in shown] == [
        ("centre.dissatisfied", "工单QD1市民不满意", "")
    ]
    # When two see to it, then it is the first one's
    for staff in (clerk, agent):
        seen = await staff.call("POST", f"{PATH}/{shown[0]['id']}/seen", {})
        assert (seen.status, seen.body["seen_by"]) == (200, "clerk1")
    assert "QD1" not in [one["number"] for one in (await clerk.call("GET", PATH)).body["notices"]]


async def test_others_have_no_notices(system: Running) -> None:
    operator = await system.client.staff("operator1")
    assert (await operator.call("GET", PATH)).status == 403
    assert (await system.client.call("GET", PATH)).status == 401
    clerk = await system.client.staff("clerk1")
    assert (await clerk.call("POST", f"{PATH}/none/seen", {})).status == 404
