"""Give every simulator test the same stage."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.tasks import Tasks
from simulators.wechat.caller import Caller
from simulators.wechat.exchange import Exchange
from tests.simulators.stage import Developer, a_developer, an_account
from tests.support.set_clock import SetClock


@pytest.fixture
def clock() -> SetClock:
    """Give a clock that moves only when it is told to."""
    return SetClock()


@pytest.fixture
async def developer() -> AsyncIterator[Developer]:
    """Give a developer's server that answers success until it is told otherwise."""
    async with a_developer() as running:
        yield running


@pytest.fixture
async def exchange(developer: Developer, clock: SetClock) -> AsyncIterator[Exchange]:
    """Give the platform with one account in safe mode, whose callbacks go to ``developer``."""
    tasks = Tasks()
    caller = Caller(tasks, patience=timedelta(seconds=0.25))
    accounts = [an_account(callback_url=developer.url)]
    exchange = Exchange(accounts, clock=clock, caller=caller, media_base="http://127.0.0.1/media")
    yield exchange
    await tasks.stop()
    await exchange.close()
