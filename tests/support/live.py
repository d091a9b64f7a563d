"""Start the whole server as people start it, as a process of its own on a free port with a fresh store.

A test file (or a conftest.py) imports the fixture by name::

    from tests.support.live import live_server as live_server
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
from msgspec import Struct

from tests.support.dictionary import warmed
from tests.support.servers import HOST, free_port

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a-password-for-tests"
READY_WITHIN_S = 30.0
STOPPED_WITHIN_S = 15.0


class Live(Struct, frozen=True, kw_only=True):
    """A running server: where it listens, its process and what it wrote."""

    url: str
    process: "subprocess.Popen[bytes]"
    folder: Path

    def log(self) -> str:
        """Return everything the process wrote."""
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def resident_mb(self) -> int:
        """Return the memory the process holds; skip where the machine does not tell (no /proc)."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            pytest.skip("no /proc that tells a process's memory")
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024

    def kill(self) -> None:
        """End the process as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Api:
    """Call the JSON API as a plain client."""

    def __init__(self, url: str, token: str = "") -> None:
        self._url = url
        self._token = token

    def call(
        self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Return status and decoded body of one call, whatever the status."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self._url + path, method=method, data=data)  # noqa: S310 - our own server
        request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:  # noqa: S310 - as above
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def guest(self) -> Self:
        """Return a client with a new guest's token."""
        _, answer = self.call("POST", "/api/v1/guests", {})
        return type(self)(self._url, answer["token"])

    def staff(self, name: str) -> Self:
        """Return a client signed in at the desk."""
        _, answer = self.call("POST", "/desk/api/v1/sessions", {"name": name, "password": PASSWORD})
        return type(self)(self._url, answer["token"])


@contextmanager
def serving(folder: Path, *, port: int = 0, **settings: str) -> Iterator[Live]:
    """Run ``server.py`` with demonstration data on a store in a folder; settings are given as the environment has them.

    Raises:
        RuntimeError: it ended or was not ready in time; the message ends with what it wrote.
    """
    port = port or free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("QD_")},
        "QD_SERVER__DEMO": "true",
        "QD_SERVER__HOST": HOST,
        "QD_SERVER__PORT": str(port),
        "QD_DEMO__PASSWORD": PASSWORD,
        "QD_STORE__URL": f"sqlite:///{folder}/live.db",
        "QD_STORE__FILES": str(warmed(folder)),
        **settings,
    }
    with (folder / "server.log").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "server.py"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    live = Live(url=f"http://{HOST}:{port}", process=process, folder=folder)
    try:
        _wait_until_ready(live)
        yield live
    finally:
        process.terminate()
        try:
            process.wait(STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def _wait_until_ready(live: Live) -> None:
    give_up_at = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            with urllib.request.urlopen(f"{live.url}/health/ready", timeout=1):  # noqa: S310 - our own server
                return
        except OSError:
            if live.process.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError(f"the server was not ready:\n{live.log()[-3000:]}") from None
            time.sleep(0.05)  # noqa: TID251 - another process is waited for, no loop runs here


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Give one server for the whole session; tests bring their own guests and must not count on an empty store."""
    with serving(tmp_path_factory.mktemp("live"), QD_LIMITS__MESSAGES_PER_MINUTE="0") as live:
        yield live
