"""Hand out planned faults as often as they were planned."""

from simulators.wechat.faults import ApiFault, ApiFaultKind, CallbackFault, CallbackFaultKind, Faults

BUSY = ApiFault(kind=ApiFaultKind.REFUSE, errcode=-1, times=2)
SLOW_SEND = ApiFault(kind=ApiFaultKind.SLOW, path="/cgi-bin/message/custom/send")


def test_a_fault_happens_as_often_as_planned_and_on_its_path_only() -> None:
    # Given a fault for one path and, behind it, one for every path
    faults = Faults()
    faults.plan_api(SLOW_SEND)
    faults.plan_api(BUSY)
    # When calls come, then each takes the first fault that fits
    taken = [faults.next_api(path) for path in ("/cgi-bin/menu/get", SLOW_SEND.path, SLOW_SEND.path, SLOW_SEND.path)]
    assert taken == [BUSY, SLOW_SEND, BUSY, None]


def test_what_is_pending_is_told_and_can_be_cleared() -> None:
    faults = Faults()
    faults.plan_api(BUSY)
    faults.plan_callback(CallbackFault(kind=CallbackFaultKind.TWICE, times=3))
    assert faults.next_callback(CallbackFaultKind.TWICE)
    assert not faults.next_callback(CallbackFaultKind.ANSWER_LOST)
    assert faults.pending() == {"refuse *": 2, "callback twice": 2}
    faults.clear()
    assert faults.pending() == {}
    assert faults.next_api("/cgi-bin/menu/get") is None
