"""Set what the tests of the document engines share."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def forgotten_sockets() -> Iterator[None]:
    """Let the sockets that PyMongo forgets be found while their warning may still pass."""
    yield
    gc.collect()
