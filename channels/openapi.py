"""Write the OpenAPI description of endpoints from their Structs, so that code and description cannot drift apart.

sanic-ext's generator drops ``required``, enums and limits (reference: perf.md D), so the schemas come from
`msgspec.json.schema_components`.
"""

import re
from typing import Any

import msgspec

from channels.endpoints import JSON, Caller, Description, NoAnswer, NoBody, NoQuery
from channels.problem import MEDIA_TYPE, Problem

_PARAMETER = re.compile(r"<(\w+)(?::\w+)?>")
_REFERENCE = "#/components/schemas/{name}"


def document(*, title: str, version: str, prefix: str, endpoints: tuple[Description, ...]) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document as plain data."""
    kinds = [kind for endpoint in endpoints for kind in (endpoint.body, endpoint.answer, endpoint.query)]
    structs = [*(kind for kind in kinds if kind is not bytes), Problem]
    schemas, components = msgspec.json.schema_components(structs, ref_template=_REFERENCE)
    by_kind: dict[type, dict[str, Any]] = dict(zip(structs, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        path = prefix + _PARAMETER.sub(r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint, by_kind, components=components)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(
    endpoint: Description, by_kind: dict[type, dict[str, Any]], *, components: dict[str, Any]
) -> dict[str, Any]:
    answer = (
        {}
        if endpoint.answer is NoAnswer
        else {"content": _content(endpoint.answer, by_kind, media_type=endpoint.answers_with)}
    )
    operation: dict[str, Any] = {
        "summary": endpoint.summary,
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint, components)],
        "responses": {
            str(endpoint.status): {"description": "OK", **answer},
            "default": {"description": "RFC 9457 problem", "content": {MEDIA_TYPE: {"schema": by_kind[Problem]}}},
        },
    }
    if endpoint.body is not NoBody:
        media_type = "image/*" if endpoint.body is bytes else JSON
        operation["requestBody"] = {
            "required": True,
            "content": _content(endpoint.body, by_kind, media_type=media_type),
        }
    if endpoint.caller is not Caller.ANYBODY:
        operation["security"] = [{"bearer": []}]
    return operation


def _content(kind: Any, by_kind: dict[type, dict[str, Any]], *, media_type: str) -> dict[str, Any]:  # noqa: ANN401 - a type
    """Return a body's content; of a file OpenAPI 3.1 says the media type and nothing more."""
    return {media_type: {} if kind is bytes else {"schema": by_kind[kind]}}


def _path_parameters(endpoint: Description) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(endpoint.path)
    ]


def _query_parameters(endpoint: Description, components: dict[str, Any]) -> list[dict[str, Any]]:
    if endpoint.query is NoQuery:
        return []
    schema = components[endpoint.query.__name__]
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": kind}
        for name, kind in schema["properties"].items()
    ]
