"""What the server is started with: every fixed name works, every mistake stops the start by name in one line."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from operator import attrgetter
from pathlib import Path

import pytest
from msgspec import Struct

from assembly.settings import read_settings
from services.secret import Secret
from services.settings import BadSettings
from tests.support.live import serving
from tests.support.servers import HOST, free_port
from tests.support.source_tree import ROOT

HEX_KEY = "ab" * 32


@pytest.mark.parametrize(
    ("name", "value", "place", "expected"),
    [
        ("QD_SERVER__HOST", "0.0.0.0", "server.host", "0.0.0.0"),  # noqa: S104 - read, not bound
        ("QD_SERVER__PORT", "8123", "server.port", 8123),
        ("QD_SERVER__PUBLIC_URL", "https://city.example.test/", "server.outside", "https://city.example.test"),
        ("QD_SERVER__PUBLIC_URL", "", "server.outside", "http://127.0.0.1:8000"),
        ("QD_SERVER__HOST", "::1", "server.outside", "http://[::1]:8000"),
        ("QD_STORE__URL", "mongodb://db:27017/city", "store.url", "mongodb://db:27017/city"),
        ("QD_REDIS__URL", "redis://cache:6379/1", "redis.url", "redis://cache:6379/1"),
        ("QD_WECHAT__APP_ID", "wx1", "wechat.app_id", "wx1"),
        ("QD_WECHAT__TOKEN", "t", "wechat.token", Secret("t")),
        ("QD_WECHAT__AES_KEY", "a" * 43, "wechat.aes_key", Secret("a" * 43)),
        ("QD_WECHAT__SECRET", "s", "wechat.secret", Secret("s")),
        ("QD_WECHAT__API_BASE", "http://127.0.0.1:9", "wechat.api_base", "http://127.0.0.1:9"),
        ("QD_WECHAT__MODE", "plain", "wechat.mode", "plain"),
        ("QD_LIMITS__MESSAGES_PER_MINUTE", "0", "limits.messages_per_minute", 0),
        ("QD_LOG__LEVEL", "debug", "log.level", "debug"),
        ("QD_LOG__ACCESS", "false", "log.access", False),
        ("QD_DEMO__PASSWORD", "p", "demo.password", "p"),
        ("QD_PRIVACY__SEALING_KEY", HEX_KEY, "privacy.sealing_key", Secret(HEX_KEY)),
        ("QD_ALIPAY__GATEWAY", "https://pay.example.test", "alipay", {"gateway": "https://pay.example.test"}),
    ],
)
def test_a_fixed_name_sets_what_it_names(name: str, value: str, place: str, expected: object) -> None:
    assert attrgetter(place)(read_settings({name: value})) == expected


def test_further_accounts_are_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    more = tmp_path / "more.toml"
    more.write_text('[wechat.accounts.port-office]\napp_id = "wx2"\n')
    settings = read_settings({"QD_SETTINGS": str(more), "QD_WECHAT__ACCOUNTS__PORT-OFFICE__TOKEN": "t"})
    account = settings.wechat.accounts["port-office"]
    assert (account.app_id, account.token) == ("wx2", Secret("t"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QD_SERVER__PORT", "65536"),
        ("QD_SERVER__PORT", "-1"),
        ("QD_SERVER__PORT", "http"),
        ("QD_SERVER__PROT", "8000"),
        ("QD_SERVER_PORT", "8000"),
        ("QD_SERVER__PUBLIC_URL", "city.example.test"),
        ("QD_SERVER__PUBLIC_URL", "https://city.example.test/path"),
        ("QD_SERVER__DEMO", "perhaps"),
        ("QD_LOG__LEVEL", "loud"),
        ("QD_LIMITS__MESSAGES_PER_MINUTE", "-1"),
        ("QD_LIMITS__ANSWER_WITHIN_S", "0"),
        ("QD_PUSH__IN_FLIGHT", "0"),
        ("QD_PUSH__ATTEMPTS_MOST", "21"),
        ("QD_WECHAT__MODE", "odd"),
        ("QD_WECHAT__TOKNE", "t"),
    ],
)
def test_a_wrong_value_or_name_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        read_settings({name: value})


def test_a_demonstration_makes_its_secrets_once_and_keeps_them_for_itself(tmp_path: Path) -> None:
    environment = {"QD_SERVER__DEMO": "true", "QD_STORE__FILES": str(tmp_path)}
    first, again = read_settings(environment), read_settings(environment)
    assert first.privacy.sealing_key.reveal() == again.privacy.sealing_key.reveal() != ""
    assert (tmp_path / "demo-secrets.json").stat().st_mode & 0o077 == 0
    given = read_settings({**environment, "QD_WECHAT__TOKEN": "given"})
    assert (given.wechat.token, given.wechat.secret) == (Secret("given"), first.wechat.secret)


class Ended(Struct, frozen=True, kw_only=True):
    """How a start ended."""

    code: int | None
    said: str


async def start(folder: Path, **environment: str) -> Ended:
    """Start the server as people do and wait for its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "server.py",
        cwd=ROOT,
        env={**_surroundings(), **_demonstration(folder), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(60):
        said, _ = await process.communicate()
    return Ended(code=process.returncode, said=said.decode())


def _surroundings() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("QD_")}


def _demonstration(folder: Path) -> Mapping[str, str]:
    return {
        "QD_SERVER__DEMO": "true",
        "QD_SERVER__PORT": str(free_port()),
        "QD_STORE__URL": f"sqlite:///{folder}/start.db",
        "QD_STORE__FILES": str(folder),
    }


@pytest.fixture
async def taken_port() -> AsyncIterator[int]:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def assert_stopped(ended: Ended, *names: str) -> None:
    """Check that a start ended with one clear line."""
    assert ended.code == 2, ended.said
    said = [line for line in ended.said.splitlines() if not line.startswith("{")]
    assert len(said) == 1, ended.said
    assert said[0].startswith("cannot start: ")
    assert all(name in said[0] for name in names), said[0]
    assert "Traceback" not in ended.said


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"QD_SERVER__HOST": "0.0.0.0"}, "server.demo is refused on 0.0.0.0"),  # noqa: S104 - refused
        ({"QD_SERVER__PORT": "70000"}, "QD_SERVER__PORT"),
        ({"QD_STORE__URL": "mysql://db/city"}, "store.url"),
        ({"QD_STORE__URL": "sqlite:////proc/nowhere/city.db"}, "/proc/nowhere"),
        ({"QD_REDIS__URL": "nonsense"}, "redis.url"),
        ({"QD_PETITIONS__PRESET": "nowhere"}, "petitions.preset"),
        ({"QD_PRIVACY__SEALING_KEY": "short"}, "QD_PRIVACY__SEALING_KEY"),
        ({"QD_WECHAT__AES_KEY": "short"}, "wechat.aes_key"),
    ],
)
async def test_a_value_that_cannot_work_stops_the_start_in_one_line(
    tmp_path: Path, environment: dict[str, str], name: str
) -> None:
    assert_stopped(await start(tmp_path, **environment), name)


async def test_outside_a_demonstration_every_missing_secret_is_named_at_once(tmp_path: Path) -> None:
    ended = await start(tmp_path, QD_SERVER__DEMO="false")
    assert_stopped(ended, "wechat.app_id", "wechat.token", "wechat.secret", "wechat.aes_key")


async def test_a_broken_catalogue_or_settings_file_stops_the_start_by_its_name(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"items": [')
    more = tmp_path / "more.toml"
    more.write_text(f'[catalogue]\nfiles = ["{broken}"]\n')
    assert_stopped(await start(tmp_path, QD_SETTINGS=str(more)), "broken.json")
    more.write_text("[catalogue\n")
    assert_stopped(await start(tmp_path, QD_SETTINGS=str(more)), "more.toml")


async def test_a_port_that_is_taken_is_named(tmp_path: Path, taken_port: int) -> None:
    assert_stopped(await start(tmp_path, QD_SERVER__PORT=str(taken_port)), f"{HOST}:{taken_port}")


async def test_a_second_process_on_the_same_store_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        store = first.folder / "live.db"
        second = await start(tmp_path, QD_STORE__URL=f"sqlite:///{store}")
        assert_stopped(second, "live.db")
        assert first.process.poll() is None
