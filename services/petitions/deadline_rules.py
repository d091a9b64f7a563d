"""Read the dated rules that say how long everyone has, check them, and find those in force.

A change of the rules is a new line with its first day, beside the old line with its last one: old lines are never
rewritten. A petition keeps the `RuleSet` it was given, so no later change moves its dates.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

import msgspec
from msgspec import Struct, field

from services.errors import NotFound
from services.petitions.deadline_model import Limit, LimitUnit

_MOST = {LimitUnit.WORKDAYS: 90, LimitUnit.NATURAL_DAYS: 180, LimitUnit.HOURS: 240}
"""More than this is taken for a typing error."""


class PetitionClass(StrEnum):
    """Name the kinds of petition that have limits of their own."""

    STANDARD = "standard"
    ENTERPRISE = "enterprise"  # 企业诉求
    EMERGENCY = "emergency"  # 突发、危险
    URGENT = "urgent"  # 水电气热、极端天气
    COMPLEX = "complex"  # 疑难


class Step(StrEnum):
    """Name what must be done within a limit."""

    DISPATCH = "dispatch"
    FIRST_CONTACT = "first_contact"
    FIRST_FEEDBACK = "first_feedback"
    ANSWER = "answer"
    EXTENSION = "extension"  # how much may be added
    RETURN = "return"


class Party(StrEnum):
    """Name who is held to a limit."""

    HOTLINE = "hotline"
    UNIT = "unit"


class CountedFrom(StrEnum):
    """Name the moment a limit is counted from."""

    FILED = "filed"
    RECEIVED_BY_UNIT = "received_by_unit"
    ORIGINAL_DUE_DATE = "original_due_date"


class DeadlineRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold one line of ``data/deadline_rules.json``."""

    id: str
    preset: str
    """Which city's or province's rules; one is chosen in the settings."""
    petition_class: PetitionClass = field(name="class")
    step: Step
    unit: LimitUnit
    limit: int
    who: Party
    counted_from: CountedFrom = field(name="from")
    effective_from: date
    effective_to: date | None = None
    """The last day in force, or None."""
    source: str

    def is_in_force(self, day: date) -> bool:
        """Tell whether the rule holds on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class RuleSet(Struct, frozen=True, kw_only=True):
    """Hold all limits of one petition, small enough to be kept inside it."""

    version: str
    """Preset, class and the day on which its rules last changed: ``shandong/standard/2020-01-01``."""
    answer: Limit
    most_extension_workdays: int = 0
    """How many working days may be added in all; 0 where the rules know no extension."""
    return_within: Limit | None = None
    dispatch: Limit | None = None
    first_contact: Limit | None = None
    first_feedback: Limit | None = None


class RulesFaulty(ValueError):
    """Refuse a rule file; `faults` has one sentence for each thing an operator must put right."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Put the faults into the message, one a line."""
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class NoRules(NotFound):
    """Say that no rule for answering is in force for this class of petition on this day."""

    code = "petition.no_deadline_rules"
    title = "没有适用的办理时限规则"


class _RuleFile(Struct, frozen=True, kw_only=True):
    rules: tuple[DeadlineRule, ...]


class RuleBook:
    """Find the rules in force for a class of petitions on a day."""

    def __init__(self, rules: Iterable[DeadlineRule]) -> None:
        """Keep checked rules, see `load_rules`."""
        self._rules: defaultdict[tuple[str, PetitionClass], list[DeadlineRule]] = defaultdict(list)
        for rule in rules:
            self._rules[rule.preset, rule.petition_class].append(rule)

    @property
    def presets(self) -> frozenset[str]:
        """Return the names of all presets."""
        return frozenset(preset for preset, _ in self._rules)

    def in_force(self, preset: str, petition_class: PetitionClass, *, on: date) -> RuleSet:
        """Return what a petition of this class is given on a day (of Shanghai).

        Raises:
            NoRules: the preset does not know the class, or not yet.
        """
        rules = self._rules.get((preset, petition_class), ())
        found = {rule.step: rule for rule in rules if rule.is_in_force(on)}
        if Step.ANSWER not in found:
            raise NoRules(f"{preset}/{petition_class} on {on}")
        limits = {step: Limit(rule.unit, rule.limit) for step, rule in found.items()}
        extension = limits.get(Step.EXTENSION)
        last_change = max(day for rule in rules for day in _changes(rule) if day <= on)
        return RuleSet(
            version=f"{preset}/{petition_class}/{last_change}",
            answer=limits[Step.ANSWER],
            most_extension_workdays=extension.amount if extension else 0,
            return_within=limits.get(Step.RETURN),
            dispatch=limits.get(Step.DISPATCH),
            first_contact=limits.get(Step.FIRST_CONTACT),
            first_feedback=limits.get(Step.FIRST_FEEDBACK),
        )


def load_rules(path: Path) -> RuleBook:
    """Return the rules of a file. Reads it: call at start, or off the event loop.

    Raises:
        RulesFaulty: with everything that is wrong with the file.
    """
    try:
        rules = msgspec.json.decode(path.read_bytes(), type=_RuleFile).rules
    except msgspec.DecodeError as error:
        raise RulesFaulty([str(error)]) from error
    if faults := faults_of(rules):
        raise RulesFaulty(faults)
    return RuleBook(rules)


def faults_of(rules: Sequence[DeadlineRule]) -> list[str]:
    """Return what is wrong with rules, a sentence each; empty when all is well."""
    repeated = [f"{name}: the id stands {times} times" for name, times in _repeats(rule.id for rule in rules)]
    return [*repeated, *(fault for rule in rules for fault in _faults_of_one(rule)), *_faults_between(rules)]


def _changes(rule: DeadlineRule) -> Iterator[date]:
    """Yield the days from which the rules are not what they were the day before."""
    yield rule.effective_from
    if rule.effective_to is not None:
        yield rule.effective_to + timedelta(1)


def _repeats(names: Iterable[str]) -> Iterator[tuple[str, int]]:
    return ((name, times) for name, times in Counter(names).items() if times > 1)


def _faults_of_one(rule: DeadlineRule) -> Iterator[str]:
    if not 1 <= rule.limit <= _MOST[rule.unit]:
        yield f"{rule.id}: a limit of {rule.limit} {rule.unit} is not between 1 and {_MOST[rule.unit]}"
    if rule.effective_to is not None and rule.effective_to < rule.effective_from:
        yield f"{rule.id}: ends on {rule.effective_to}, before it begins"
    if not rule.source.strip():
        yield f"{rule.id}: has no source"
    if (rule.step is Step.EXTENSION) != (rule.counted_from is CountedFrom.ORIGINAL_DUE_DATE):
        yield f"{rule.id}: an extension, and nothing else, is counted from the original due date"
    if rule.step is Step.EXTENSION and rule.unit is not LimitUnit.WORKDAYS:
        yield f"{rule.id}: an extension is counted in working days"


def _faults_between(rules: Sequence[DeadlineRule]) -> Iterator[str]:
    """Yield overlaps of rules for the same step, and days without a limit for the answer."""
    by_step: defaultdict[tuple[str, PetitionClass, Step], list[DeadlineRule]] = defaultdict(list)
    for rule in sorted(rules, key=lambda rule: rule.effective_from):
        by_step[rule.preset, rule.petition_class, rule.step].append(rule)
    for (_, _, step), versions in by_step.items():
        for old, new in pairwise(versions):
            if old.effective_to is None or old.effective_to >= new.effective_from:
                yield f"{old.id} and {new.id} are both in force on {new.effective_from}"
            elif step is Step.ANSWER and old.effective_to + timedelta(1) < new.effective_from:
                yield f"{old.id} ends on {old.effective_to} and {new.id} begins on {new.effective_from}: nothing between"
    for preset, petition_class in sorted({(rule.preset, rule.petition_class) for rule in rules}):
        if (preset, petition_class, Step.ANSWER) not in by_step:
            yield f"{preset}/{petition_class}: has no limit for the answer"
