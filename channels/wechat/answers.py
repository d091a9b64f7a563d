"""Read the platform's JSON answers: their error code first, whatever the HTTP status said."""

import structlog

from channels.wechat.errcodes import UNKNOWN, Remedy, meaning_of, reason_of
from channels.wechat.transport import Answer
from services.outbox.send_errors import SendDelayed, SendFailed, SendMisconfigured, SendRefused, SendUnknown

log = structlog.get_logger()


class WayClosed(SendRefused):
    """This way does not reach this person now; another way of the same account may."""


def errcode_of(answer: Answer) -> int:
    """Return the error code of an answer; one without any is a success.

    Raises:
        SendUnknown: it is no number.
    """
    code = answer.get("errcode", 0)
    if not isinstance(code, int):
        raise SendUnknown("unreadable_answer")
    return code


def failure_of(code: int) -> SendFailed:
    """Return what an error code means for a message; a code we do not know is waited out and raises the alarm."""
    meaning, reason = meaning_of(code), reason_of(code)
    if meaning is UNKNOWN:
        log.error("platform answered with an unknown code", errcode=code)
    match meaning.remedy:
        case Remedy.OTHER_WAY:
            return WayClosed(reason)
        case Remedy.GIVE_UP:
            return SendRefused(reason)
        case Remedy.WAIT:
            return SendDelayed(reason, retry_after=meaning.retry_after)
        case Remedy.RENEW_TOKEN | Remedy.ALARM:
            # A token that is refused again after it was renewed is no passing trouble.
            return SendMisconfigured(reason)


def text_of(answer: Answer, name: str) -> str:
    """Return a field that must be a text or a number, as text.

    Raises:
        SendUnknown: it is missing.
    """
    value = answer.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise SendUnknown("unreadable_answer")
    return str(value)
