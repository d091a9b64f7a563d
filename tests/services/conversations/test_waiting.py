"""A message that waits is kept once, however often it is kept."""

from services.conversations.waiting import waiting, waiting_id
from tests.support.conversations import a_contact, an_inbound
from tests.support.set_clock import SetClock


def test_one_message_has_one_place_and_another_has_another() -> None:
    now, inbound = SetClock().now(), an_inbound(key="k1")
    kept = waiting(inbound, since=now)
    assert (kept.id, kept.inbound, kept.since) == (waiting_id(inbound), inbound, now)
    others = (an_inbound(key="k2"), an_inbound(key="k1", contact=a_contact("oCitizen2")))
    assert len({kept.id, *map(waiting_id, others)}) == 3
