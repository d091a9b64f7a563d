"""What a delivery becomes after an attempt: pure, one function for each way it can end."""

from datetime import datetime

from msgspec.structs import replace

from push.backoff import MISCONFIGURED_WAIT, wait_after
from push.settings import ATTEMPTS_KEPT
from services.outbox.delivery import Attempt, Delivery, DeliveryStatus
from services.outbox.notice import Receipt
from services.outbox.send_errors import SendDelayed, SendFailed, SendMisconfigured, SendRefused, SendUnknown


def sent(delivery: Delivery, receipt: Receipt, *, at: datetime) -> Delivery:
    """Return the delivery after the platform took it."""
    return replace(
        _tried(delivery, DeliveryStatus.SENT, at=at, way=receipt.way),
        due=None,
        way=receipt.way,
        platform_id=receipt.platform_id or None,
        shortened=receipt.shortened,
        settled_at=at,
    )


def failed(delivery: Delivery, error: SendFailed, *, at: datetime, attempts_most: int) -> Delivery:
    """Return the delivery after it did not go out: final, or with the time of the next try."""
    match error:
        case SendRefused():
            return replace(
                _tried(delivery, DeliveryStatus.REFUSED, at=at, reason=error.reason), due=None, settled_at=at
            )
        case SendUnknown():
            return replace(
                _tried(delivery, DeliveryStatus.UNKNOWN, at=at, reason=error.reason), due=None, settled_at=at
            )
        case SendMisconfigured():
            again = at + MISCONFIGURED_WAIT
            return _again(
                _tried(delivery, DeliveryStatus.MISCONFIGURED, at=at, reason=error.reason),
                due=again,
                attempts_most=attempts_most,
            )
        case SendDelayed():
            again = at + wait_after(len(delivery.attempts), asked=error.retry_after)
            return _again(
                _tried(delivery, DeliveryStatus.DELAYED, at=at, reason=error.reason),
                due=again,
                attempts_most=attempts_most,
            )
        case _:
            raise TypeError(f"not a way to fail: {error!r}")


def started(delivery: Delivery, *, at: datetime, until: datetime, holder: str) -> Delivery:
    """Return the delivery leased to a holder, with the attempt that begins now."""
    attempts = (*delivery.attempts, Attempt(at=at, outcome="started"))[-ATTEMPTS_KEPT:]
    return replace(delivery, due=until, lease=holder, attempts=attempts)


def replayed(delivery: Delivery, *, at: datetime) -> Delivery:
    """Return a settled delivery made due again by an operator."""
    attempts = (*delivery.attempts, Attempt(at=at, outcome="replayed"))[-ATTEMPTS_KEPT:]
    return replace(delivery, status=DeliveryStatus.DELAYED, due=at, attempts=attempts, settled_at=None, lease="")


def reported(delivery: Delivery, *, delivered: bool, reason: str, at: datetime) -> Delivery:
    """Return the delivery with the platform's later word on it."""
    status = DeliveryStatus.SENT if delivered else DeliveryStatus.REFUSED
    return replace(delivery, status=status, reported=reason, due=None, settled_at=at)


def _tried(delivery: Delivery, status: DeliveryStatus, *, at: datetime, reason: str = "", way: str = "") -> Delivery:
    ended = Attempt(at=at, outcome=status, reason=reason, way=way)
    return replace(delivery, status=status, lease="", attempts=(*delivery.attempts[:-1], ended))


def _again(delivery: Delivery, *, due: datetime, attempts_most: int) -> Delivery:
    if len(delivery.attempts) >= attempts_most:
        return replace(delivery, status=DeliveryStatus.DEAD, due=None, settled_at=delivery.attempts[-1].at)
    return replace(delivery, due=due)
