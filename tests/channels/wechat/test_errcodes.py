"""Every documented code has its meaning, and one nobody knows raises the alarm."""

import pytest
from structlog.testing import capture_logs

from channels.wechat.answers import errcode_of, failure_of, text_of
from channels.wechat.errcodes import MEANINGS, UNKNOWN, Remedy, meaning_of, reason_of
from services.outbox.send_errors import SendDelayed, SendUnknown


@pytest.mark.parametrize(
    ("remedy", "codes"),
    [
        (Remedy.RENEW_TOKEN, {40001, 40014, 42001}),
        (Remedy.GIVE_UP, {40003, 46004, 50005, 43019}),
        (Remedy.OTHER_WAY, {43004, 43101, 45015, 45047, 40007, 40009}),
        (Remedy.WAIT, {-1, 45009, 45011, 61450}),
    ],
)
def test_each_remedy_has_its_documented_codes(remedy: Remedy, codes: set[int]) -> None:
    assert {code for code, meaning in MEANINGS.items() if meaning.remedy is remedy} == codes


def test_an_unknown_code_is_waited_out_and_alarms() -> None:
    with capture_logs() as logs:
        failure = failure_of(987_654)
    assert isinstance(failure, SendDelayed)
    assert failure.reason == reason_of(987_654) == "errcode_987654"
    assert meaning_of(987_654) is UNKNOWN
    assert [(entry["log_level"], entry["errcode"]) for entry in logs] == [("error", 987_654)]


def test_a_known_code_is_no_alarm() -> None:
    with capture_logs() as logs:
        failure_of(43101)
    assert logs == []


def test_an_answer_without_a_code_is_a_success_and_one_with_a_strange_code_unknown() -> None:
    assert errcode_of({"media_id": "M"}) == 0
    stranges: tuple[object, ...] = ("0", None, 1.5, [])
    for strange in stranges:
        with pytest.raises(SendUnknown):
            errcode_of({"errcode": strange})


@pytest.mark.parametrize("value", [None, "", True, 1.5, [], {}])
def test_a_missing_field_makes_the_outcome_unknown(value: object) -> None:
    with pytest.raises(SendUnknown):
        text_of({"msgid": value}, "msgid")
    assert text_of({"msgid": 0}, "msgid") == "0"
