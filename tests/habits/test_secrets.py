"""Nothing secret stands in the repository, and nothing secret is compared or logged carelessly."""

import ast
import re
import subprocess
import tomllib
from typing import TypeGuard

import pytest

from tests.support.source_tree import BESIDE, PRODUCT, ROOT, files, place, tree

PRIVATE_KEY = re.compile(rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----\s*\n?[A-Za-z0-9+/=\\n\s]{64}")
SECRET_NAMES = re.compile(r"(secret|token|password|aes_key|private_key)$")
PERSONAL = {"phone", "name", "id_number", "address", "openid", "open_id", "token", "secret", "password", "text", "body"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "bind"}


def test_no_private_key_is_committed_but_the_public_ones_of_published_vectors() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    paths = [ROOT / name for name in listed.split("\0") if name and not name.startswith("tests/vectors/")]
    assert [place(path) for path in paths if path.is_file() and PRIVATE_KEY.search(path.read_bytes())] == []


def test_the_settings_file_leaves_every_secret_empty() -> None:
    for path in ROOT.glob("settings.toml"):
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
        filled = [
            f"{section}.{name}"
            for section, values in settings.items()
            if isinstance(values, dict)
            for name, value in values.items()
            if SECRET_NAMES.search(name) and value != ""
        ]
        assert filled == []


@pytest.mark.parametrize("package", PRODUCT)
def test_digests_are_compared_in_constant_time(package: str) -> None:
    compared = [
        place(path, node.lineno)
        for path in files(package)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Compare) and re.search(r"\.(hex)?digest\(\)|signature\(", ast.unparse(node))
    ]
    assert compared == []


def test_no_log_line_carries_what_people_wrote_or_who_they_are() -> None:
    telling = [
        f"{place(path, node.lineno)}: {word.arg}"
        for path in files(*PRODUCT, *BESIDE)
        for node in ast.walk(tree(path))
        if _is_log_call(node)
        for word in node.keywords
        if word.arg in PERSONAL
    ]
    assert telling == []


def _is_log_call(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LEVELS
        and ast.unparse(node.func.value).split(".")[-1].lstrip("_") in {"log", "logger"}
    )
