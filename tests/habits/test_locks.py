"""A lock names exact versions and their hashes, and no address that only one machine knows."""

import json
import re
from pathlib import Path

import pytest

from tests.support.source_tree import ROOT, place

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
WISHES = sorted((ROOT / "requirements").glob("*.in"))
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def test_every_wish_has_its_lock() -> None:
    assert [path.stem for path in WISHES] == [path.stem for path in LOCKS] != []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_no_address(lock: Path) -> None:
    addresses = re.findall(r"(?im)^.*(?:https?://|--(?:extra-)?index-url|--find-links|\s@ ).*$", lock.read_text())
    assert addresses == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_an_exact_version_and_a_hash(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", lock.read_text()).strip())
    assert [
        entry.splitlines()[0] for entry in entries if not re.search(r"==[^\s;]+.*--hash=sha256:", entry, re.DOTALL)
    ] == []


@pytest.mark.parametrize("wish", WISHES, ids=lambda path: path.name)
def test_the_lock_answers_every_wish(wish: Path) -> None:
    wanted = {_canonical(line) for line in wish.read_text().splitlines() if NAME.match(line)}
    locked = {_canonical(line) for line in wish.with_suffix(".txt").read_text().splitlines() if NAME.match(line)}
    assert wanted - locked == set()


def test_the_pages_lock_names_no_registry() -> None:
    for path in (ROOT / "web").glob("package-lock.json"):
        packages = json.loads(path.read_text())["packages"]
        assert [name for name, package in packages.items() if "resolved" in package and name] == [], place(path)


def _canonical(line: str) -> str:
    found = NAME.match(line)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""
