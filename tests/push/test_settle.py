"""What a delivery becomes is decided for every way to fail, and for no other."""

import pytest

from push.settle import failed
from services.outbox.send_errors import SendFailed
from tests.support.pushing import a_delivery
from tests.support.set_clock import SetClock


def test_a_way_to_fail_that_nobody_knows_is_a_mistake_of_ours() -> None:
    class Odd(SendFailed):
        pass

    with pytest.raises(TypeError, match="not a way to fail"):
        failed(a_delivery(), Odd("x"), at=SetClock().now(), attempts_most=3)
