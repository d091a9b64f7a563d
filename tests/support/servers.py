"""Find or start the servers that some tests need: Redis, a server that speaks MongoDB's protocol, Chromium.

A server we start listens on a free loopback port, keeps nothing on disk and ends with the session. One that cannot be
had is a skip in one visible line on a laptop and a failure where `CI=true` says that everything must be there.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

HOST = "127.0.0.1"
READY_WITHIN_S = 15.0


def missing(what: str, how_to_get_it: str) -> NoReturn:
    """Skip the test that needs a missing server, or fail it where `CI=true`."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI=true and no {what}: {how_to_get_it}", pytrace=False)
    pytest.skip(f"no {what}: {how_to_get_it}")


def free_port() -> int:
    """Return a loopback TCP port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_listening(port: int) -> bool:
    """Tell whether somebody accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    """Run a server while the block lasts; its output is in `server.log` of the folder.

    Raises:
        RuntimeError: it ended, or did not listen within 15 s; the message ends with what it printed.
    """
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder)
    try:
        give_up_at = time.monotonic() + READY_WITHIN_S
        while not is_listening(port):
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Yield the URL of the Redis that `QD_TEST_REDIS` names, else of one started here."""
    if named := os.environ.get("QD_TEST_REDIS"):
        yield named
        return
    program = shutil.which("redis-server")
    if program is None:
        missing("redis-server", "Debian: apt-get install redis-server; or QD_TEST_REDIS=redis://…")
    port = free_port()
    command = [program, "--bind", HOST, "--port", str(port), "--save", "", "--appendonly", "no"]
    with running(command, port, folder):
        yield f"redis://{HOST}:{port}/0"


@contextmanager
def nx_27017_server(folder: Path) -> Iterator[str]:
    """Yield the URL of an nx_27017 (MongoDB's wire protocol on SQLite, from PyPI), its databases in memory.

    It passes every race inside the subset the document engine uses and gives wrong answers outside of it, so it proves
    our code paths and not MongoDB; `QD_TEST_MONGODB` names a real one.
    """
    program = Path(sys.executable).with_name("nx-27017")
    if not program.exists():
        missing("nx_27017", "make test installs it into .venv")
    port = free_port()
    command = [str(program), "--host", HOST, "--port", str(port), "--data-dir", "memory"]
    command += ["--log-file", str(folder / "nx_27017.log"), "--pid-file", str(folder / "nx_27017.pid")]
    with running(command, port, folder):
        yield f"mongodb://{HOST}:{port}"


def mongodb_servers() -> list[str]:
    """Name the servers the MongoDB tests run on: always nx_27017, and the one in `QD_TEST_MONGODB` when it is set."""
    return ["nx_27017", *(["QD_TEST_MONGODB"] if os.environ.get("QD_TEST_MONGODB") else [])]


def find_chromium() -> str:
    """Return the path of the Chromium that the browser tests drive; `QD_TEST_CHROMIUM` names another one."""
    names = [os.environ.get("QD_TEST_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    for name in filter(None, names):
        if found := shutil.which(name):
            return found
    missing("Chromium", "Debian: apt-get install chromium fonts-noto-cjk; or QD_TEST_CHROMIUM=/path")
