"""Set what every test stands on: servers to find, blocking calls to detect, hypothesis without a stopwatch."""

import importlib.util
import os
from collections.abc import Iterator

import pytest
from blockbuster import BlockBuster
from hypothesis import HealthCheck, settings

from tests.support.servers import find_chromium, mongodb_servers, nx_27017_server, redis_server

OUR_PACKAGES = ("channels", "bots", "push", "services")

# A slow example says nothing on a shared machine. CI tries the same examples every time, so that a change fails for what
# it did; laptops try new ones.
settings.register_profile("laptop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("laptop"), database=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "laptop")


@pytest.fixture(scope="session", autouse=True)
def _blocking_calls_fail() -> Iterator[None]:
    """Let a blocking call on the event loop fail when one of our packages made it.

    SQLite stays allowed: primary-key reads on the loop are decided in docs/adr/0002, and the engine's own tests hold
    that writes happen in its writer thread. So does printing a traceback, which reads our source: it happens when something
    is already wrong.
    """
    watched = [name for name in OUR_PACKAGES if importlib.util.find_spec(name)]
    guard = BlockBuster(scanned_modules=watched)
    guard.activate()
    for name, function in guard.functions.items():
        function.can_block_in("linecache.py", {"checkcache", "updatecache"})
        function.can_block_in("structlog/dev.py", {"__call__"})
        function.can_block_in(
            "coverage/collector.py", {"lock_data"}
        )  # make coverage: its own lock, between our threads
        function.can_block_in("inspect.py", {"getsourcefile"})  # Sanic reads a handler's source when it makes its route
        function.can_block_in("server.py", {"build"})  # nothing is served yet
        function.can_block_in("redis/utils.py", {"get_lib_version"})  # reads its own version at each connection
        function.can_block_in("pymongo/pool_options.py", {"get_container_env_info"})  # one stat per new server
        if name.startswith("sqlite3."):
            function.deactivate()
    yield
    guard.deactivate()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of an empty Redis that belongs to this session."""
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session", params=mongodb_servers())
def mongodb_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL, without a database's name, of each server that speaks MongoDB's protocol; choose a fresh name."""
    if request.param == "QD_TEST_MONGODB":
        yield os.environ["QD_TEST_MONGODB"].rstrip("/")
        return
    with nx_27017_server(tmp_path_factory.mktemp("nx_27017")) as url:
        yield url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Give the path of the machine's Chromium."""
    return find_chromium()
