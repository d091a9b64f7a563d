"""The description of the client API is valid, whole, committed as it is served, and true under thousands of calls."""

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.support.source_tree import ROOT
from tests.support.system import Running
from tests.support.system import system as system  # noqa: PLC0414 - a fixture, imported by name

pytestmark = pytest.mark.asyncio(loop_scope="session")

DESCRIPTION = "/api/v1/openapi.json"
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance"
COMMITTED = json.loads((ROOT / "web" / "openapi.json").read_text(encoding="utf-8"))


async def described(system: Running) -> dict[str, Any]:
    description: dict[str, Any] = (await system.client.call("GET", DESCRIPTION)).body
    return description


def references(value: object) -> set[str]:
    """Return every ``$ref`` inside plain data."""
    match value:
        case {"$ref": str(reference)}:
            return {reference}
        case dict():
            return set().union(*map(references, value.values()))
        case list():
            return set().union(*map(references, value))
        case _:
            return set()


async def test_the_committed_description_is_the_servers_own(system: Running) -> None:
    assert await described(system) == COMMITTED, "the API has changed: npm run openapi && npm run types (web/README.md)"


async def test_every_reference_leads_to_a_schema_and_every_schema_is_used_and_valid(system: Running) -> None:
    description = await described(system)
    schemas = description["components"]["schemas"]
    assert references(description) == {f"#/components/schemas/{name}" for name in schemas} - unused(description)
    for schema in schemas.values():
        validator = jsonschema_rs.validator_for({**schema, "components": description["components"]})
        assert not validator.is_valid("no schema of ours is plain text") or "enum" in schema


def unused(description: dict[str, Any]) -> set[str]:
    """Name the schemas of empty bodies and of queries, whose fields stand as parameters."""
    names = {name for name in description["components"]["schemas"] if name.endswith("Query") or name.startswith("No")}
    return {f"#/components/schemas/{name}" for name in names}


async def test_every_route_of_the_client_api_is_described(system: Running) -> None:
    served = {
        (method.lower(), "/" + re.sub(r"<(\w+)(?::[^>]*)?>", r"{\1}", route.path))
        for route in system.system.app.router.routes
        for method in route.methods - {"HEAD"}
        if route.path.startswith("api/v1")
    }
    paths = (await described(system))["paths"]
    shown = {(method, path) for path, operations in paths.items() for method in operations}
    # A WebSocket and the description itself are nothing OpenAPI describes
    assert served - shown == {("get", "/api/v1/stream"), ("get", DESCRIPTION)}
    assert shown <= served


async def test_errors_parameters_bodies_and_tokens_are_described(system: Running) -> None:
    description = await described(system)
    for path, operations in description["paths"].items():
        for operation in operations.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)\}", path))
    file = description["paths"]["/api/v1/petitions"]["post"]
    assert file["security"] == [{"bearer": []}]
    assert file["requestBody"]["required"]
    body = description["components"]["schemas"]["PetitionBody"]
    assert {"kind", "text", "place"} <= set(body["required"])
    assert body["properties"]["media"]["maxItems"] == 9


async def test_the_page_for_people_lists_every_call_and_runs_no_script(system: Running) -> None:
    page = await system.client.call("GET", "/docs")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    text = page.data.decode()
    assert "<script" not in text
    for path in (await described(system))["paths"]:
        assert path in text


async def test_whatever_the_description_allows_is_answered_as_it_says(system: Running, tmp_path: Path) -> None:
    token = (await system.client.guest()).token
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", system.client.url + DESCRIPTION),
        *(
            "--checks",
            CHECKS,
            "--max-examples",
            "12",
            "--generation-deterministic",
            "--phases",
            "examples,coverage,fuzzing",
        ),
        *("--header", f"Authorization: Bearer {token}", "--suppress-health-check", "all", "--no-color"),
    ]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()[-4_000:]
