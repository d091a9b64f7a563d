"""Hold the build: light, tested without a browser, and typed by what the running server says of its API."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.live import Api, Live
from tests.support.servers import missing

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"


@pytest.fixture(scope="module")
def path_to_node() -> dict[str, str]:
    """Give an environment in which node is found: the machine's, else the one that set-up put beside Python."""
    path = os.pathsep.join((os.environ.get("PATH", ""), str(ROOT / ".venv/bin")))
    if shutil.which("node", path=path) is None:
        missing("Node", "make setup takes it from PyPI")
    return {**os.environ, "PATH": path}


def run(words: list[str], environment: dict[str, str]) -> str:
    """Run a tool of the pages and return what it wrote; fail with it when the tool fails."""
    done = subprocess.run(words, cwd=WEB, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_no_part_of_the_build_is_over_its_budget(path_to_node: dict[str, str]) -> None:
    figures = json.loads(run(["node", "tools/check_dist.mjs", "--json"], path_to_node))
    assert {"entry_js", "any_route_js", "all_js", "all_css", "icon_font"} == set(figures)
    assert 20 < figures["entry_js"] < figures["all_js"]


@pytest.mark.timeout(120)
def test_the_logic_of_the_pages_holds_without_a_browser(path_to_node: dict[str, str]) -> None:
    assert "passed" in run(["node", "node_modules/vitest/vitest.mjs", "run", "--no-color"], path_to_node)


def test_the_description_the_pages_are_typed_by_is_the_servers_own(live_server: Live) -> None:
    _, description = Api(live_server.url).call("GET", "/api/v1/openapi.json")
    committed = json.loads((WEB / "openapi.json").read_text(encoding="utf-8"))
    assert committed == description, "the API has changed: npm run openapi && npm run types (web/README.md)"


def test_the_types_are_made_from_that_description(path_to_node: dict[str, str], tmp_path: Path) -> None:
    made = tmp_path / "schema.d.ts"
    run(["node", "node_modules/openapi-typescript/bin/cli.js", "openapi.json", "--output", str(made)], path_to_node)
    assert made.read_text(encoding="utf-8") == (WEB / "shared/schema.d.ts").read_text(encoding="utf-8")
