"""Load what the bots read from files before any loop runs, as the server does at its start."""

import pytest

from services.text.normalise import normalise
from tests.support.bot_chat import the_pipeline
from tests.support.halls import the_calendar, the_gazetteer


@pytest.fixture(scope="session", autouse=True)
def _character_tables() -> None:
    normalise("預熱")


@pytest.fixture(scope="session")
def loaded_city(_character_tables: None) -> None:
    """Read catalogue, places, calendar and understanding, once for all tests that talk to the real bots."""
    the_gazetteer()
    the_calendar()
    the_pipeline()
