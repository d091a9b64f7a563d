"""Give the tests of learning from use everything over a fresh store."""

from collections.abc import AsyncIterator

import pytest

from services.text.normalise import normalise
from tests.support.improvement import Workroom, a_workroom


@pytest.fixture(scope="session", autouse=True)
def _character_tables() -> None:
    normalise("預熱")


@pytest.fixture
async def room(_character_tables: None) -> AsyncIterator[Workroom]:
    """Give the workroom."""
    async with a_workroom() as room:
        yield room
