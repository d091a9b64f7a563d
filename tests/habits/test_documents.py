"""What is written down is true of this checkout: its commands, its links, its decisions, and no machine of ours."""

import re
import subprocess
from pathlib import Path

from tests.support.source_tree import ROOT, place

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")])
TARGETS = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
TEXT = {".py", ".md", ".toml", ".json", ".yml", ".yaml", ".ts", ".vue", ".txt", ".in", ".sh", ".conf", ".service", ""}
# The brackets keep the pattern from finding itself.
ONE_MACHINE = re.compile(r"(?<![\w.$}])/(?:[w]ork|[r]oot)/[a-z.]|[p]ypi-mirror|/opt/[p]ypi")


def test_every_make_command_in_a_document_is_a_target() -> None:
    unknown = [
        f"{place(path)}: make {word}"
        for path in DOCUMENTS
        for command in re.findall(r"`make ([a-z ]+)", path.read_text(encoding="utf-8"))
        for word in command.split()
        if word not in TARGETS
    ]
    assert unknown == []


def test_every_link_to_a_file_leads_somewhere() -> None:
    broken = [
        f"{place(path)}: {target}"
        for path in DOCUMENTS
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_decisions_are_numbered_without_a_gap_and_say_what_we_give_up() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        headings = re.findall(r"(?m)^## (.*)$", path.read_text(encoding="utf-8"))
        assert headings[:4] == ["Context", "Decision", "What we give up", "When to look again"], place(path)


def test_no_file_names_a_place_on_one_machine() -> None:
    named = [
        place(path, number)
        for path in _tracked()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ONE_MACHINE.search(line)
    ]
    assert named == []


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.suffix in TEXT and path.is_file()]
