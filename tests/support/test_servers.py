"""The servers that tests ask for are really there, and empty."""

import socket
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_socket
from blockbuster import BlockingError
from pymongo import AsyncMongoClient
from redis.asyncio import Redis

import services
from tests.support.servers import free_port, missing, running


async def test_the_redis_of_the_session_answers(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as client:
        assert await client.set("greeting", "hello", px=1000)
        assert await client.get("greeting") == b"hello"


async def test_each_mongodb_server_keeps_a_document_and_refuses_its_repeat(mongodb_url: str) -> None:
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(mongodb_url, serverSelectionTimeoutMS=5000)
    async with client:
        collection = client[f"test_{uuid.uuid4().hex}"]["greetings"]
        await collection.insert_one({"_id": "a", "version": 1})
        replaced = await collection.replace_one({"_id": "a", "version": 2}, {"_id": "a", "version": 3})
        assert replaced.matched_count == 0
        assert await collection.find_one({"_id": "a"}) == {"_id": "a", "version": 1}


def test_the_chromium_of_the_session_says_its_version(chromium_path: str) -> None:
    answer = subprocess.run([chromium_path, "--version"], capture_output=True, text=True, timeout=30, check=True)
    assert "Chrom" in answer.stdout


def test_a_server_that_does_not_start_is_named_with_what_it_printed(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo port taken; exit 3"]
    with pytest.raises(RuntimeError, match="port taken"), running(command, free_port(), tmp_path):
        pass


def test_a_missing_server_is_a_skip_on_a_laptop_and_a_failure_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="no MongoDB"):
        missing("MongoDB", "start one")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="start one"):
        missing("MongoDB", "start one")


def test_sockets_to_other_machines_are_blocked() -> None:
    with (
        socket.socket() as outside,
        pytest.warns(UserWarning, match="192.0.2.1"),
        pytest.raises(pytest_socket.SocketConnectBlockedError),
    ):
        outside.connect(("192.0.2.1", 80))


async def test_a_blocking_call_of_ours_on_the_event_loop_is_caught(tmp_path: Path) -> None:
    # Given a function that counts as one of ours, for it is compiled under the name of one of our files
    source = "import time\ndef block():\n    time.sleep(0.01)\n"
    namespace: dict[str, Callable[[], None]] = {}
    exec(compile(source, str(Path(services.__file__).with_name("blocking.py")), "exec"), namespace)  # noqa: S102 -- a module of ours that does wrong must not exist
    # When it blocks the loop, then the call fails
    with pytest.raises(BlockingError, match=r"time\.sleep"):
        namespace["block"]()
    # While other code may block, as a test's own look at a file does
    assert tmp_path.stat().st_mode
