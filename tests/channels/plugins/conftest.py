"""Load what the bots read from files before any loop runs, as the server does at its start."""

import pytest

from services.text.normalise import normalise
from tests.support.bot_chat import the_pipeline
from tests.support.halls import the_calendar, the_gazetteer


@pytest.fixture(scope="session")
def loaded_city() -> None:
    """Read catalogue, places, calendar and understanding, once for all tests that talk to the real bots."""
    normalise("預熱")
    the_gazetteer()
    the_calendar()
    the_pipeline()
