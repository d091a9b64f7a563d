"""Measure the WeChat question beside its peers and print a table: ``make bench``.

Closed loop by wrk (64 kept-alive connections, the server on processor 0, wrk on processor 1), rounds interleaved, the
median taken; a figure per CPU-second is what a shared machine can be trusted with. Then the open loop at fixed rates.
Ours answers from the catalogue and has stored question and answer durably before it answers; all peers only echo. Last the
bot without a network (`benchmarks.bot`): turns, publications under load, memory; about two minutes, bounded.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec import json as msgspec_json

from benchmarks import bot, open_loop, push, traffic
from benchmarks.processes import Running, python, running

RESULTS = Path(__file__).with_name("results.json")
WRK = Path(__file__).with_name("wrk.lua")
MESSAGES = 40_000


class Target(Struct, frozen=True, kw_only=True):
    """One server to measure."""

    name: str
    command: tuple[str, ...]
    is_ours: bool = False
    is_safe: bool = False


class Measured(Struct, frozen=True, kw_only=True):
    """One round of one target."""

    per_second: float
    per_cpu_second: float
    p50_ms: float
    p99_ms: float
    bad: int
    resident_mb: float


def targets() -> tuple[Target, ...]:
    """Return ours and the peers."""
    gunicorn = (
        python(),
        "-m",
        "gunicorn",
        "-b",
        "127.0.0.1:{port}",
        "-w",
        "1",
        "benchmarks.targets.flask_wechatpy:app",
    )
    return (
        Target(name="bare Sanic constant", command=(python(), "benchmarks/targets/bare.py", "{port}")),
        Target(name="ours, plain mode", command=(python(), "server.py"), is_ours=True),
        Target(name="ours, safe mode", command=(python(), "server.py"), is_ours=True, is_safe=True),
        Target(name="WeRoBot, waitress (echo)", command=(python(), "benchmarks/targets/werobot_echo.py", "{port}")),
        Target(
            name="wechatpy + Flask, gunicorn gthread x8 (echo)", command=(*gunicorn, "-k", "gthread", "--threads", "8")
        ),
        Target(name="wechatpy + Flask, gunicorn sync (echo)", command=(*gunicorn, "-k", "sync")),
    )


def environment(target: Target) -> dict[str, str]:
    """Return the settings of our server; the peers read none."""
    if not target.is_ours:
        return {}
    credentials = traffic.Credentials()
    return {
        "QD_SERVER__PORT": "{port}",
        "QD_SERVER__DEMO": "false",
        "QD_STORE__URL": "sqlite:///{folder}/bench.db",
        "QD_STORE__FILES": "{folder}",
        "QD_LIMITS__MESSAGES_PER_MINUTE": "0",
        "QD_LOG__ACCESS": "false",
        "QD_LOG__LEVEL": "warning",
        "QD_PRIVACY__SEALING_KEY": "00" * 32,
        "QD_WECHAT__APP_ID": credentials.app_id,
        "QD_WECHAT__TOKEN": credentials.token,
        "QD_WECHAT__AES_KEY": credentials.aes_key,
        "QD_WECHAT__SECRET": "benchmark-secret",
        "QD_WECHAT__MODE": "safe" if target.is_safe else "plain",
        "QD_WECHAT__API_BASE": "http://127.0.0.1:9",
    }


@contextmanager
def serving(target: Target) -> Iterator[Running]:
    """Run a target."""
    with running(list(target.command), environment=environment(target)) as server:
        yield server


def check(target: Target, server: Running) -> None:
    """Let a target answer one good callback and refuse one forged, before any figure of it counts."""
    address, body = traffic.request(
        10**8, traffic.Credentials(), is_safe=target.is_safe, path="/wechat/main", at=_now()
    )
    status, answer = _post(server.port, address, body=body)
    if status != 200 or (b"xml" not in answer):  # noqa: PLR2004 - HTTP
        raise RuntimeError(f"{target.name} answered {status} {answer[:200]!r}")
    forged, _ = _post(server.port, address.replace("signature=", "signature=0"), body=body)
    if forged == 200 and "bare" not in target.name:  # noqa: PLR2004 - HTTP
        raise RuntimeError(f"{target.name} accepts a forged signature")


def closed_round(target: Target, server: Running, *, seconds: int, first: int) -> Measured:
    """Run wrk once and return what it saw and what the server spent."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "messages"
        traffic.write(file, MESSAGES, is_safe=target.is_safe, path="/wechat/main", first=first)
        before = server.cpu_seconds()
        command = ["taskset", "-c", "1", "wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", "-s", str(WRK)]
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{server.port}", "--", str(file)], check=True, capture_output=True, text=True
        )
        spent = server.cpu_seconds() - before
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))
    seen = json.loads(line.removeprefix("RESULT "))
    if target.is_ours and seen["requests"] > MESSAGES:
        raise RuntimeError("more requests than messages: repeats were measured; raise MESSAGES")
    return Measured(
        per_second=seen["requests"] / seen["seconds"],
        per_cpu_second=seen["requests"] / spent,
        p50_ms=seen["p50_ms"],
        p99_ms=seen["p99_ms"],
        bad=seen["bad"] + seen["errors"],
        resident_mb=server.resident_mb(),
    )


def median(rounds: list[Measured]) -> Measured:
    """Return the median of each figure; bad answers are added up."""
    return Measured(
        per_second=round(statistics.median(one.per_second for one in rounds), 1),
        per_cpu_second=round(statistics.median(one.per_cpu_second for one in rounds), 1),
        p50_ms=round(statistics.median(one.p50_ms for one in rounds), 2),
        p99_ms=round(statistics.median(one.p99_ms for one in rounds), 2),
        bad=sum(one.bad for one in rounds),
        resident_mb=round(max(one.resident_mb for one in rounds), 1),
    )


def closed_loop(*, rounds: int, seconds: int) -> dict[str, Measured]:
    """Measure every target, rounds interleaved so that a disturbance meets all."""
    found: dict[str, list[Measured]] = {}
    with ExitStack() as stack:
        servers = [(target, stack.enter_context(serving(target))) for target in targets()]
        for target, server in servers:
            check(target, server)
        for number in range(rounds):
            for target, server in servers:
                measured = closed_round(target, server, seconds=seconds, first=(number + 1) * MESSAGES)
                found.setdefault(target.name, []).append(measured)
    return {name: median(several) for name, several in found.items()}


def open_loops(*, seconds: float) -> list[open_loop.Latencies]:
    """Measure our safe mode at the two fixed rates of the goals."""
    target = next(one for one in targets() if one.is_safe)
    found = []
    for number, rate in enumerate((500, 2_000)):
        with serving(target) as server, tempfile.TemporaryDirectory(prefix="bench-") as folder:
            file = Path(folder) / "messages"
            traffic.write(file, int(rate * seconds), is_safe=True, path="/wechat/main", first=(number + 1) * 10**6)
            os.sched_setaffinity(0, {1})
            found.append(asyncio.run(open_loop.run(server.port, file, rate=rate, seconds=seconds)))
            os.sched_setaffinity(0, set(range(os.cpu_count() or 1)))
    return found


def goals(measured: dict[str, Measured]) -> list[tuple[str, float, float]]:
    """Return each goal of design 7 as name, ratio and what it must be."""
    bare = measured["bare Sanic constant"].per_cpu_second
    plain, safe = measured["ours, plain mode"], measured["ours, safe mode"]
    peers = {name: one for name, one in measured.items() if "(echo)" in name}
    sync = next(one for name, one in peers.items() if "sync" in name)
    gthread = next(one for name, one in peers.items() if "gthread" in name)
    werobot = next(one for name, one in peers.items() if "WeRoBot" in name)
    return [
        ("safe mode of bare, per CPU-second", safe.per_cpu_second / bare, 0.24),
        ("plain mode of bare, per CPU-second", plain.per_cpu_second / bare, 0.28),
        ("plain of wechatpy + Flask sync, messages/s", plain.per_second / sync.per_second, 2.3),
        ("plain of wechatpy + Flask gthread, messages/s", plain.per_second / gthread.per_second, 1.6),
        ("plain of WeRoBot waitress, messages/s", plain.per_second / werobot.per_second, 1.0),
    ]


def main() -> int:
    """Measure, print, and write results.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    arguments = parser.parse_args()
    measured = closed_loop(rounds=arguments.rounds, seconds=arguments.seconds)
    loops = open_loops(seconds=6)
    understood = bot.measure()
    pushes = push.measure(people=8_000)
    print(f"{'target':46} {'msg/s':>9} {'per CPU-s':>10} {'p50 ms':>8} {'p99 ms':>8} {'bad':>4} {'MB':>7}")
    for name, one in measured.items():
        print(
            f"{name:46} {one.per_second:9.0f} {one.per_cpu_second:10.0f} {one.p50_ms:8.2f} {one.p99_ms:8.2f} {one.bad:4d} {one.resident_mb:7.1f}"
        )
    for name, ratio, must in goals(measured):
        print(f"{name:52} {ratio:6.2f}  must be >= {must:.2f}  {'ok' if ratio >= must else 'MISSED'}")
    for loop in loops:
        print(
            f"open loop, safe mode, {loop.rate}/s: p50 {loop.p50_ms} p99 {loop.p99_ms} max {loop.max_ms} ms, wrong {loop.wrong}"
        )
    print("\n".join(bot.table(understood)))
    print("\n".join(map(push.shown, pushes)))
    RESULTS.write_bytes(
        msgspec_json.format(
            msgspec_json.encode(
                {
                    "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
                    "closed_loop": measured,
                    "goals": [
                        {"goal": name, "ratio": round(ratio, 3), "must": must} for name, ratio, must in goals(measured)
                    ],
                    "open_loop": loops,
                    "bot": understood,
                    "bot_goals": bot.goals(understood),
                    "push": pushes,
                }
            ),
            indent=1,
        )
    )
    return 0


def _post(port: int, address: str, *, body: bytes) -> tuple[int, bytes]:
    url = f"http://127.0.0.1:{port}{address}"
    sending = urllib.request.Request(url, data=body, method="POST", headers={"Content-Type": "text/xml"})
    try:
        with urllib.request.urlopen(sending, timeout=10) as answer:  # noqa: S310 - loopback
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def _now() -> int:

    return int(time.time())


if __name__ == "__main__":
    raise SystemExit(main())
