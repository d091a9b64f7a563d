"""Say which department a petition goes to, and why (派单建议).

Reviewed rules come first, in order; then the duty words of the departments that answer for the category; then the
category's default; an unclear petition stays with the district it comes from (首接负责、属地兜底).
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from services.petitions.conditions import Condition, Facts, Matcher, pairs_of
from services.petitions.departments import DepartmentId, Directory
from services.petitions.features import cleaned

BY_DUTY = "by-duty"
BY_CATEGORY = "by-category"
BY_DISTRICT = "by-district"
CENTRE = "centre"
"""The ids under which the steps behind the rules are recorded; no rule may take one of them."""


class Expectation(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One test of a rule, kept beside it: a petition that must fire it, or with ``fires`` false must not."""

    text: str
    title: str = ""
    category: str = ""
    kind: str = "complaint"
    district: str = ""
    street: str = ""
    at: str = "2026-11-24T10:00:00+08:00"
    fires: bool = True


class Rule(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One reviewed rule.

    Args:
        id: small letters and hyphens; stored with every petition it routes.
        note: why it is so, for the reviewer.
        when: its condition.
        to: a department's id or a district's code; ``district`` for the petition's own district.
        urgent: whoever gets it must be told at once.
        tests: at least one that fires it.
    """

    id: str
    note: str
    when: Condition
    to: str
    urgent: bool = False
    tests: tuple[Expectation, ...]


OWN_DISTRICT = "district"


class Routed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a petition should go, which rule said so, and the facts it said so on."""

    department: DepartmentId
    rule: str
    facts: dict[str, str]
    urgent: bool = False


class Router:
    """Apply the rules and what stands behind them."""

    def __init__(self, rules: Sequence[Rule], directory: Directory, *, centre: DepartmentId) -> None:
        """Prepare the rules.

        Args:
            rules: in order; checked by routing_file.py.
            directory: who exists.
            centre: who takes what nobody else can be named for.
        """
        self.rules = tuple(rules)
        matchers = [(rule, Matcher(rule.when)) for rule in rules]
        # Most rules ask for a category: those of another first level need not be tried.
        named = {node.partition("/")[0] for rule in rules for node in rule.when.categories}
        self._for_any = tuple(pair for pair in matchers if not pair[0].when.categories)
        self._for_level1 = {level1: tuple(pair for pair in matchers if _may_fit(pair[0], level1)) for level1 in named}
        self._directory = directory
        self._centre = centre
        self._duties: dict[str, list[tuple[DepartmentId, tuple[str, ...]]]] = {}
        for department_id, department in directory.departments.items():
            words = tuple(map(cleaned, department.duty_keywords))
            for level1 in department.petition_level1:
                self._duties.setdefault(level1, []).append((department_id, words))

    def route(self, facts: Facts, *, confident: bool = True) -> Routed:
        """Return where a petition should go.

        Args:
            facts: what is known about it.
            confident: whether its category is above the classifier's gate; if not, its district comes before the
                category's default.
        """
        level1 = facts.category.partition("/")[0]
        pairs = pairs_of(facts.words)
        for rule, matcher in self._for_level1.get(level1, self._for_any):
            if not matcher.may_match(pairs):
                continue
            fired = matcher.match(facts)
            if fired is not None and (department := self._target(rule, facts)):
                return Routed(department=department, rule=rule.id, facts=fired, urgent=rule.urgent)
        return self._by_duty(facts) or self._fallback(facts, confident=confident)

    def _target(self, rule: Rule, facts: Facts) -> DepartmentId | None:
        """Return whom a rule means; nobody when it means a district that is unknown."""
        if rule.to != OWN_DISTRICT:
            return DepartmentId(rule.to)
        return DepartmentId(facts.district) if facts.district in self._directory.districts else None

    def _by_duty(self, facts: Facts) -> Routed | None:
        """Return the one department of the category whose duty words stand in the petition most; None for a tie."""
        level1 = facts.category.partition("/")[0]
        scored = [(_points(words, facts.words), department) for department, words in self._duties.get(level1, ())]
        points, best = max(scored, default=((0, ""), DepartmentId("")))
        if not points[0] or sum(other[0] == points[0] for other, _ in scored) > 1:
            return None
        return Routed(department=best, rule=BY_DUTY, facts={"word": points[1], "category": facts.category})

    def _fallback(self, facts: Facts, *, confident: bool) -> Routed:
        by_category = self._directory.defaults.get(facts.category.partition("/")[0])
        by_district = DepartmentId(facts.district) if facts.district in self._directory.districts else None
        if by_category and (confident or not by_district):
            return Routed(department=by_category, rule=BY_CATEGORY, facts={"category": facts.category})
        if by_district:
            return Routed(department=by_district, rule=BY_DISTRICT, facts={"district": facts.district})
        return Routed(department=self._centre, rule=CENTRE, facts={})


def _may_fit(rule: Rule, level1: str) -> bool:
    nodes = rule.when.categories
    return not nodes or any(node.partition("/")[0] == level1 for node in nodes)


def _points(duties: Iterable[str], words: str) -> tuple[int, str]:
    """Return how much of a petition is about these duties (characters matched), and the longest duty word in it."""
    found = sorted({word for word in duties if word in words}, key=lambda word: (len(word), word))
    # A word inside a longer one that was found too says nothing more.
    own = [word for place, word in enumerate(found) if not any(word in longer for longer in found[place + 1 :])]
    return sum(len(word) * min(3, words.count(word)) for word in own), found[-1] if found else ""
