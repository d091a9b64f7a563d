"""An operator teaches the bot from a terminal, against the real server."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.support.improvement import a_small_pack
from tests.support.live import PASSWORD, ROOT, Api, Live, serving
from tests.support.waiting import eventually

UNKNOWN = "腿脚不便的人那个证"
DISABLED = "370783901000"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Give a server of this file's own: what is taught to it must not reach other tests."""
    folder = tmp_path_factory.mktemp("taught")
    with serving(folder, QD_IMPROVEMENT__PACK=a_small_pack(folder / "pack")) as live:
        yield live


def teach(live: Live, *command: str, password: str = PASSWORD, name: str = "operator1") -> tuple[int, list[Any]]:
    """Return the exit code and the lines that a command printed."""
    done = subprocess.run(
        [sys.executable, "-m", "channels.desk.teaching", live.url, name, *command],
        cwd=ROOT,
        input=f"{password}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def ask(live: Live) -> str:
    body = {"client_id": uuid4().hex, "parts": [{"type": "text", "body": UNKNOWN}]}
    return json.dumps(Api(live.url).guest().call("POST", "/api/v1/messages", body)[1], ensure_ascii=False)


@pytest.mark.timeout(240)
def test_a_group_is_listed_taught_and_taken_back(live: Live) -> None:
    assert "残疾人证新办" not in ask(live)

    def shown() -> str | None:
        return next((one["id"] for one in teach(live, "questions")[1] if one["question"] == UNKNOWN), None)

    group = eventually(shown, within_s=60)
    code, (tried,) = teach(live, "alias", DISABLED, UNKNOWN, "--for", group, "--try")
    assert (code, tried["is_answered"], tried["worse"]) == (0, True, [])
    assert teach(live, "alias", DISABLED, UNKNOWN, "--for", group)[1][0]["version"] == 1
    assert "残疾人证新办" in ask(live)
    assert [one["number"] for one in teach(live, "versions")[1]] == [1]
    assert teach(live, "rollback", "0") == (0, [{"version": 2}])
    assert "残疾人证新办" not in ask(live)
    assert teach(live, "dismiss", group) == (0, [{}])
    assert shown() is None


def test_a_refusal_is_printed_and_told_by_the_exit_code(live: Live) -> None:
    code, (refused,) = teach(live, "rollback", "999")
    assert (code, refused["code"]) == (1, "wording.no_such_version")
    code, (refused,) = teach(live, "questions", password="wrong")
    assert (code, refused["status"]) == (1, 401)
    code, (refused,) = teach(live, "questions", name="clerk1")
    assert (code, refused["status"]) == (1, 403)


def test_a_server_that_is_not_there_and_a_wrong_address_are_told(live: Live, tmp_path: Path) -> None:
    nowhere = Live(url="http://127.0.0.1:9", process=live.process, folder=tmp_path)
    assert teach(nowhere, "questions") == (1, [])
    assert teach(Live(url="ftp://x", process=live.process, folder=tmp_path), "questions") == (2, [])
