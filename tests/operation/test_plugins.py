"""A server with a plug-in asks it, shows operators what came of it, and answers as before once it is gone."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from assembly.settings import read_settings
from services.settings import BadSettings
from simulators.plugins.__main__ import create_app, settings_for_server
from simulators.plugins.behaviour import Behaviour, Manner
from simulators.plugins.routes import PluginRoutes
from tests.support.running import running
from tests.support.system import Client, serving_system

TOKEN = "a-made-up-token"
MENU = "身份证"
# Ample, for a machine under load must not make a good plug-in late.
PATIENT = {"QD_PLUGINS__LIMITS__DEADLINE_MS": "2000", "QD_PLUGINS__LIMITS__FAILURES": "2"}


async def asked(client: Client) -> list[str]:
    """Return what a guest is offered who asks for something that several items fit."""
    body = {"client_id": uuid4().hex, "parts": [{"type": "text", "body": MENU}]}
    answer = await (await client.guest()).call("POST", "/api/v1/messages", body)
    assert answer.status == 200
    parts: list[dict[str, Any]] = [part for reply in answer.body["replies"] for part in reply["parts"]]
    return [option["label"] for part in parts if part["type"] == "choices" for option in part["options"]]


async def figures(client: Client) -> str:
    """Return what operators see."""
    return (await client.call("GET", "/metrics")).data.decode()


async def test_a_server_asks_its_plugin_and_does_without_it_when_it_is_gone(tmp_path: Path) -> None:
    routes = PluginRoutes(secret=TOKEN)
    routes.behaviour = Behaviour(manner=Manner.REVERSED)
    secrets = {"QD_PLUGINS__RANKER__SECRET": TOKEN, "QD_PLUGINS__REWRITER__SECRET": TOKEN}
    async with running(create_app(routes, name=f"plugins_{uuid4().hex}")) as base:
        urls = dict(line.split("=", 1) for line in settings_for_server(base).splitlines())
        async with serving_system(tmp_path, **urls, **secrets, **PATIENT) as served:
            # Given a plug-in that turns every order round, then the menu comes from behind
            turned = await asked(served.client)
            assert 'qd_plugin_questions_total{outcome="used",plugin="ranker"} 1.0' in await figures(served.client)
            # When it breaks, then the bot's own order is shown again, and after two failures it is left alone
            routes.behaviour = Behaviour(manner=Manner.ERROR)
            own = [await asked(served.client) for _ in range(4)]
            assert own == [[*turned[-2::-1], turned[-1]]] * 4
            seen = await figures(served.client)
            assert 'qd_plugin_questions_total{outcome="failed",plugin="ranker"} 2.0' in seen
            assert 'qd_plugin_questions_total{outcome="resting",plugin="ranker"} 2.0' in seen
            assert 'qd_plugin_resting{plugin="ranker"} 1.0' in seen


async def test_without_a_plugin_there_is_none_to_be_seen(tmp_path: Path) -> None:
    async with serving_system(tmp_path) as served:
        assert served.system.advisers is None
        assert await asked(served.client)
        assert "qd_plugin" not in await figures(served.client)


async def test_a_strange_address_stops_the_start_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"plugins\.ranker\.url"):
        async with serving_system(tmp_path, QD_PLUGINS__RANKER__URL="rank.example.test"):
            pass


@pytest.mark.parametrize("limit", ["DEADLINE_MS", "AT_ONCE", "FAILURES", "REST_S"])
def test_a_limit_of_nothing_stops_the_start_by_name(limit: str) -> None:
    with pytest.raises(BadSettings, match=f"QD_PLUGINS__LIMITS__{limit}"):
        read_settings({f"QD_PLUGINS__LIMITS__{limit}": "0"})
