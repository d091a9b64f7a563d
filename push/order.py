"""Keep what one receiver is told about one matter in order: nothing overtakes what was promised earlier and still waits.

Bounded: whoever waits is held up by a step that failed, and after a while the later word matters more than the order.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.outbox.delivery import Delivery

LOOK_AGAIN = timedelta(seconds=1)
"""While another worker is sending the earlier one, which ends any moment."""


def held_until(
    delivery: Delivery, earlier: Iterable[Delivery], *, now: datetime, at_most: timedelta
) -> datetime | None:
    """Return when to look again because an earlier one goes first; None: it may go now.

    Args:
        delivery: what is due.
        earlier: those of its line that are not settled and were made before it.
        now: this moment.
        at_most: how long after it could have gone first it is held up by others. What will not be tried within that
            time, such as a notice that waits for working hours, holds up nobody.
    """
    given_up_at = max(delivery.created_at, delivery.promise.not_before or delivery.created_at) + at_most
    dues = [now + LOOK_AGAIN if one.lease else one.due for one in earlier if one.due is not None]
    waits = [max(due, now) for due in dues if due < given_up_at]
    if now >= given_up_at or not waits:
        return None
    return min(*waits, given_up_at)
