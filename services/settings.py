"""Read the settings: ``settings.toml``, then the file of ``QD_SETTINGS``, then the environment (design 6).

The only module that reads the environment. Every section is a Struct of the package that uses it, with unknown names
forbidden, so that a typing error stops the start by name.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from services.secret import Secret

PREFIX = "QD_"
SEPARATOR = "__"
FILE = "QD_SETTINGS"
NOT_OURS = "QD_TEST_"
"""The beginning of names that tests read, see tests/support/servers.py."""
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
S = TypeVar("S")


class BadSettings(Exception):
    """The settings cannot be used; the message names the setting."""


def load_settings(
    kind: type[S],
    *,
    root: Path,
    environment: Mapping[str, str] | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> S:
    """Return the settings as one checked Struct.

    Args:
        kind: the Struct of all sections.
        root: the folder of ``settings.toml``.
        environment: the process's own when not given.
        defaults: values below everything else, by section: what a demonstration makes at its start.

    Raises:
        BadSettings: naming the setting, as TOML path and as the environment writes it.
    """
    environment = os.environ if environment is None else environment
    merged: dict[str, Any] = {}
    _merge(merged, defaults or {})
    _merge(merged, _read(root / "settings.toml"))
    extra = environment.get(FILE)
    if extra:
        _merge(merged, _read(Path(extra)))
    _merge(merged, _from_environment(environment))
    try:
        return msgspec.convert(merged, kind, strict=False, dec_hook=_decoded)
    except msgspec.ValidationError as error:
        raise BadSettings(_named(str(error))) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(f"settings file {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"settings file {path}: {error}") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return ``QD_WECHAT__TOKEN`` as ``{"wechat": {"token": ...}}``; empty values count as given."""
    found: dict[str, Any] = {}
    for name, value in sorted(environment.items()):
        if not name.startswith(PREFIX) or name == FILE or name.startswith(NOT_OURS):
            continue
        *sections, key = name.removeprefix(PREFIX).lower().split(SEPARATOR)
        if not sections:
            raise BadSettings(f"{name} names no setting: between section and name stand two underscores")
        place = found
        for section in sections:
            place = place.setdefault(section, {})
            if not isinstance(place, dict):
                raise BadSettings(f"{name} lies inside another setting's value")
        place[key] = value
    return found


def _merge(into: dict[str, Any], over: Mapping[str, Any]) -> None:
    for key, value in over.items():
        present = into.get(key)
        if isinstance(present, dict) and isinstance(value, Mapping):
            _merge(present, value)
        else:
            into[key] = _copied(value)


def _copied(value: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    return {key: _copied(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value


def _decoded(kind: type, value: Any) -> Any:  # noqa: ANN401 - msgspec's hook
    if kind is Secret:
        if not isinstance(value, str):
            raise ValueError("a secret is text")
        return Secret(value)
    raise NotImplementedError(kind)


def _named(message: str) -> str:
    """Add the environment's name of the place msgspec complains about: ``$.wechat.mode`` is QD_WECHAT__MODE."""
    _, _, place = message.rpartition("$.")
    path = place.rstrip("`").split(".") if place != message else []
    if unknown := _UNKNOWN.search(message):
        path.append(unknown[1])
    return f"{message} (environment: {PREFIX}{SEPARATOR.join(path).upper()})"
