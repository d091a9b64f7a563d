"""Serve a simulated plug-in alone on a loopback port, and print the settings the server wants for it."""

import argparse
from typing import Any

from sanic import Sanic

from simulators.plugins.behaviour import Behaviour, Manner
from simulators.plugins.routes import PREFIX, PluginRoutes


def create_app(routes: PluginRoutes, *, name: str = "simulated_plugins") -> "Sanic[Any, Any]":
    """Return the application."""
    app: Sanic[Any, Any] = Sanic(name, configure_logging=False)
    app.blueprint(routes.blueprint())
    return app


def settings_for_server(base: str) -> str:
    """Return the environment the server wants for this plug-in, one setting a line."""
    ways = {"RANKER": "rank", "REWRITER": "rewrite"}
    return "\n".join(f"QD_PLUGINS__{kind}__URL={base}{PREFIX}/{way}" for kind, way in ways.items())


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m simulators.plugins", description=__doc__)
    parser.add_argument("--port", type=int, default=8200, help="loopback port to listen on (default 8200)")
    parser.add_argument("--manner", type=Manner, default=Manner.GOOD, choices=list(Manner), help="how it answers")
    chosen = parser.parse_args(arguments)
    routes = PluginRoutes()
    routes.behaviour = Behaviour(manner=chosen.manner)
    print(settings_for_server(f"http://127.0.0.1:{chosen.port}"), flush=True)  # noqa: T201 - its interface
    create_app(routes).run(host="127.0.0.1", port=chosen.port, single_process=True, motd=False, access_log=False)


if __name__ == "__main__":
    main()
