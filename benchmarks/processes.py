"""Start a server, wait until it answers, and read what it has cost so far."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
READY_WITHIN_S = 30.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Running(Struct, frozen=True, kw_only=True):
    """A server under measurement."""

    port: int
    process: "subprocess.Popen[bytes]"

    def cpu_seconds(self) -> float:
        """Return what the process and its present children have used."""
        return sum(_cpu(pid) for pid in _family(self.process.pid))

    def resident_mb(self) -> float:
        """Return the resident memory of the process and its children in MB."""
        return sum(_resident(pid) for pid in _family(self.process.pid)) / 1024


@contextmanager
def running(command: list[str], *, environment: Mapping[str, str] | None = None, cpu: int = 0) -> Iterator[Running]:
    """Run a command with ``{port}`` filled in, pinned to one processor, and give it once it answers HTTP."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        filled = [part.replace("{port}", str(port)) for part in command]
        values = {
            name: value.replace("{port}", str(port)).replace("{folder}", folder)
            for name, value in (environment or {}).items()
        }
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["taskset", "-c", str(cpu), *filled],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **values},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            _wait(port, process, log=log)
            yield Running(port=port, process=process)
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def python() -> str:
    """Return the interpreter that runs this."""
    return sys.executable


def _wait(port: int, process: "subprocess.Popen[bytes]", *, log: Path) -> None:
    give_up_at = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/health/ready", timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError(f"did not start:\n{log.read_text(errors='replace')[-2000:]}") from None
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        below = [int(child) for child in children.read_text().split()]
    except OSError:
        return []
    return [pid, *(one for child in below for one in _family(child))]


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
