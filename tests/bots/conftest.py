"""Load the character tables before any loop runs, as the server does at its start."""

import pytest

from services.text.normalise import normalise


@pytest.fixture(scope="session", autouse=True)
def _character_tables() -> None:
    normalise("預熱")
