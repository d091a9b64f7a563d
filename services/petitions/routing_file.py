"""Read routing rules and refuse a broken file, naming every rule that is wrong and why.

A rule is never switched off silently: the file is taken whole or not at all.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations
from pathlib import Path

import msgspec
from msgspec import Struct

from services.errors import Invalid
from services.petitions.categories import CategoryTree
from services.petitions.conditions import Condition, Facts, covers, words_of
from services.petitions.departments import DepartmentId, Directory
from services.petitions.kind import Kind
from services.petitions.routing import (
    BY_CATEGORY,
    BY_DISTRICT,
    BY_DUTY,
    CENTRE,
    OWN_DISTRICT,
    Expectation,
    Router,
    Rule,
)

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_STREET = re.compile(r"\d{9}")


class BrokenRules(Invalid):
    """Refuse rules; ``faults`` says what is wrong, each fault beginning with the rule's id."""

    code = "petition.broken_rules"

    def __init__(self, faults: list[str]) -> None:
        """Keep all faults; the message has one a line."""
        super().__init__("\n".join(faults))
        self.faults = faults


class RulesFile(Struct, frozen=True, kw_only=True):
    """The file: who takes what nobody can be named for, and the rules in order."""

    centre: str
    rules: tuple[Rule, ...]


def load_router(path: Path, *, directory: Directory, tree: CategoryTree) -> Router:
    """Return a router of the rules in a file; raise `BrokenRules` with everything that is wrong."""
    try:
        content = msgspec.json.decode(path.read_bytes(), type=RulesFile)
    except (OSError, msgspec.MsgspecError) as error:
        raise BrokenRules([f"{path.name}: {error}"]) from error
    return checked_router(content, directory=directory, tree=tree)


def checked_router(content: RulesFile, *, directory: Directory, tree: CategoryTree) -> Router:
    """Return a router of these rules; raise `BrokenRules` with everything that is wrong."""
    faults = [] if content.centre in directory else [f"centre: no department {content.centre!r}"]
    ids = [rule.id for rule in content.rules]
    faults += [f"{rule_id}: stands twice" for rule_id in sorted({one for one in ids if ids.count(one) > 1})]
    for rule in content.rules:
        faults += [f"{rule.id}: {fault}" for fault in _faults(rule, directory, tree=tree)]
    faults += [
        f"{later.id}: never fires, {earlier.id} comes first"
        for earlier, later in combinations(content.rules, 2)
        if earlier.to != OWN_DISTRICT and covers(earlier.when, later.when)
    ]
    if faults:
        raise BrokenRules(faults)
    router = Router(content.rules, directory, centre=DepartmentId(content.centre))
    if faults := list(_failed_tests(router)):
        raise BrokenRules(faults)
    return router


def expected_facts(expectation: Expectation) -> Facts:
    """Return the facts of a rule's own test; raise ValueError when its time or kind cannot be read."""
    return Facts(
        kind=Kind(expectation.kind),
        words=words_of(expectation.title, expectation.text),
        category=expectation.category,
        district=expectation.district,
        street=expectation.street,
        at=datetime.fromisoformat(expectation.at),
    )


def condition_faults(condition: Condition, directory: Directory, *, tree: CategoryTree) -> Iterator[str]:
    """Yield what is wrong with a condition by itself."""
    if condition == Condition():
        yield "its condition holds for everything"
    yield from (f"no category {node!r}" for node in condition.categories if node not in tree)
    yield from (f"no district {code!r}" for code in condition.districts if code not in directory.districts)
    yield from (f"no street {code!r}" for code in condition.streets if not _is_street(code, directory))
    words = (*condition.any, *condition.and_any, *condition.none)
    yield from ("an empty word" for word in words if not word.strip())
    if condition.season:
        try:
            condition.season.days()
        except ValueError as error:
            yield f"no such season: {error}"


def _is_street(code: str, directory: Directory) -> bool:
    return bool(_STREET.fullmatch(code)) and code[:6] in directory.districts


def _faults(rule: Rule, directory: Directory, *, tree: CategoryTree) -> Iterator[str]:
    if not _ID.fullmatch(rule.id) or rule.id in {BY_DUTY, BY_CATEGORY, BY_DISTRICT, CENTRE}:
        yield "not an id for a rule"
    if not rule.note.strip():
        yield "no note"
    if rule.to != OWN_DISTRICT and rule.to not in directory:
        yield f"no department {rule.to!r}"
    yield from condition_faults(rule.when, directory, tree=tree)
    if not any(expectation.fires for expectation in rule.tests):
        yield "no test that fires it"
    for number, expectation in enumerate(rule.tests, 1):
        if expectation.category and expectation.category not in tree:
            yield f"test {number}: no category {expectation.category!r}"
        try:
            expected_facts(expectation)
        except ValueError as error:
            yield f"test {number}: {error}"


def _failed_tests(router: Router) -> Iterator[str]:
    for rule in router.rules:
        for number, expectation in enumerate(rule.tests, 1):
            fired = router.route(expected_facts(expectation)).rule
            if (fired == rule.id) != expectation.fires:
                yield f"{rule.id}: test {number} fires {fired}"
