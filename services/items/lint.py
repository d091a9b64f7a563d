"""Point out what makes a guide poor: contradictions, gaps and vague words. Warnings, never refusals.

Source of most rules: the checks a city ran on its own guides (Wenzhou's list, and a second project's list of core
fields and vague words), see the reference on services, section 2.1; the others follow from the fields themselves.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from services.items.catalogue import Catalogue
from services.items.model import CaseType, DayUnit, Depth, ResultKind, ServiceItem

_LICENSING = "01"
"""Item type 行政许可."""
_FREE = re.compile(r"^免费")
_APPROVAL = re.compile(r"批复$")
_LICENCE = re.compile(r"证$")
_AREA_CODE = re.compile(r"^0\d{2,3}-")
_VAGUE = re.compile(r"按相关规定|按有关规定|另行通知|视情|其他材料|相关材料|有关材料|等材料|必要时|原则上按")
_FEWEST_LICENSING_STEPS = 5
_WORKDAYS_PER_WEEK = 5
_DAYS_PER_WEEK = 7
_SHORTEST_ALIAS = 2


class Flaw(Struct, frozen=True, kw_only=True):
    """Say which rule an item breaks."""

    rule: str
    code: str
    """The item."""
    detail: str = ""


Rule = Callable[[ServiceItem], str | None]
"""Return what is wrong as a detail (may be empty), or None."""


def lint(catalogue: Catalogue) -> tuple[Flaw, ...]:
    """Return every warning about the guides in force; items known by name alone are passed over."""
    return tuple(
        Flaw(rule=name, code=item.code, detail=detail)
        for item in catalogue.items.values()
        if not item.is_bare
        for name, detail in _broken(item)
    )


def _broken(item: ServiceItem) -> Iterator[tuple[str, str]]:
    for name, rule in RULES.items():
        detail = rule(item)
        if detail is not None:
            yield name, detail


def _if(condition: bool, detail: str = "") -> str | None:  # noqa: FBT001 - reads as "if"
    return detail if condition else None


def _on_the_spot_with_days(item: ServiceItem) -> str | None:
    days = item.promise_limit.days if item.promise_limit else 0
    return _if(item.case_type == CaseType.ON_THE_SPOT and days > 0, str(days))


def _promised_without_days(item: ServiceItem) -> str | None:
    days = item.promise_limit.days if item.promise_limit else 0
    return _if(item.case_type == CaseType.PROMISED and days == 0)


def _promise_over_law(item: ServiceItem) -> str | None:
    """Compare in calendar days; a statutory limit of 0 means that the law sets none."""
    if not item.promise_limit or not item.legal_limit or item.legal_limit.days == 0:
        return None
    promised, legal = (_calendar_days(limit.days, limit.unit) for limit in (item.promise_limit, item.legal_limit))
    return _if(promised > legal, f"{promised:.0f}>{legal:.0f}")


def _calendar_days(days: int, unit: str) -> float:
    return days * _DAYS_PER_WEEK / _WORKDAYS_PER_WEEK if unit == DayUnit.WORKDAY else float(days)


def _steps_over_promise(item: ServiceItem) -> str | None:
    total = sum(step.days for step in item.steps)
    limit = item.promise_limit.days if item.promise_limit else 0
    return _if(total > limit, f"{total}>{limit}")


def _result_ending(item: ServiceItem) -> str | None:
    """Compare name and kind: a result named 证 is issued as a licence, 批复 as an approval."""
    if not item.result or not item.result.name:
        return None
    name, kind = item.result.name, item.result.type
    is_misfit = (_APPROVAL.search(name) and kind != ResultKind.APPROVAL) or (
        _LICENCE.search(name) and kind not in {ResultKind.LICENCE, ResultKind.OTHER}
    )
    return _if(bool(is_misfit), f"{name}:{kind}")


def _unlike(first: str, second: str) -> str | None:
    return _if(bool(first) and first == second, first)


def _licensing_steps(item: ServiceItem) -> str | None:
    if item.task_type != _LICENSING:
        return None
    return _if(len(item.steps) < _FEWEST_LICENSING_STEPS, f"{len(item.steps)}<{_FEWEST_LICENSING_STEPS}")


def _vague(item: ServiceItem) -> str | None:
    texts = (*item.conditions, *(material.name for material in item.materials), *(one.answer for one in item.faqs))
    found = [match[0] for text in texts if (match := _VAGUE.search(text))]
    return _if(bool(found), ",".join(found))


def _repeated(values: list[str]) -> str | None:
    repeated = sorted({value for value in values if values.count(value) > 1})
    return _if(bool(repeated), ",".join(repeated))


def _visits(item: ServiceItem) -> int:
    return item.online.visits if item.online else 0


def _depth(item: ServiceItem) -> int:
    return int(item.online.depth) if item.online else 0


def _charged(item: ServiceItem) -> bool:
    return item.fee is not None and item.fee.charged


def _licence_name_differs(item: ServiceItem) -> str | None:
    lacking = [one.name for one in item.materials if one.licence_code and not one.licence_name]
    return _if(bool(lacking), ",".join(lacking))


RULES: Mapping[str, Rule] = {
    "on_the_spot_with_days": _on_the_spot_with_days,
    "promised_without_days": _promised_without_days,
    "promise_over_law": _promise_over_law,
    "steps_over_promise": _steps_over_promise,
    "result_ending": _result_ending,
    "result_unnamed": lambda item: _if(not item.result or not item.result.name),
    "visit_without_reason": lambda item: _if(_visits(item) > 0 and not (item.online and item.online.visit_reason)),
    "reason_without_visit": lambda item: _if(_visits(item) == 0 and bool(item.online and item.online.visit_reason)),
    "no_visit_no_post": lambda item: _if(_visits(item) == 0 and _depth(item) < Depth.HANDLED and not item.express),
    "fully_online_with_visit": lambda item: _if(_depth(item) == Depth.FULLY_ONLINE and _visits(item) > 0),
    "handled_online_many_visits": lambda item: _if(_depth(item) == Depth.HANDLED and _visits(item) > 1),
    "online_without_path": lambda item: _if(_depth(item) > Depth.PUBLISHED and not (item.online and item.online.path)),
    "charged_without_standard": lambda item: _if(_charged(item) and not (item.fee and item.fee.standard)),
    "charged_but_free": lambda item: _if(_charged(item) and bool(item.fee and _FREE.match(item.fee.standard))),
    "free_but_paid_online": lambda item: _if(not _charged(item) and bool(item.fee and item.fee.pay_online)),
    "phone_missing": lambda item: _if(not item.phone),
    "phone_without_area_code": lambda item: _if(bool(item.phone) and not _AREA_CODE.match(item.phone), item.phone),
    "complaint_phone_missing": lambda item: _if(not item.complaint_phone),
    "complaint_phone_without_area_code": lambda item: _if(
        bool(item.complaint_phone) and not _AREA_CODE.match(item.complaint_phone), item.complaint_phone
    ),
    "same_phone_twice": lambda item: _unlike(item.phone, item.complaint_phone),
    "audience_missing": lambda item: _if(not item.audience),
    "topics_missing": lambda item: _if(not item.topics),
    "legal_basis_missing": lambda item: _if(not item.legal_basis),
    "conditions_missing": lambda item: _if(not item.conditions),
    "materials_missing": lambda item: _if(not item.materials),
    "steps_missing": lambda item: _if(not item.steps),
    "steps_out_of_order": lambda item: _if([step.order for step in item.steps] != list(range(1, len(item.steps) + 1))),
    "windows_missing": lambda item: _if(not item.windows and _depth(item) < Depth.FULLY_ONLINE),
    "licensing_without_question": lambda item: _if(item.task_type == _LICENSING and not item.faqs),
    "licensing_too_few_steps": _licensing_steps,
    "vague_words": _vague,
    "materials_repeated": lambda item: _repeated([one.name for one in item.materials]),
    "questions_repeated": lambda item: _repeated([one.question for one in item.faqs]),
    "aliases_repeated": lambda item: _repeated(list(item.aliases)),
    "alias_too_short": lambda item: _if(any(len(alias) < _SHORTEST_ALIAS for alias in item.aliases)),
    "licence_unnamed": _licence_name_differs,
}
"""Name to rule, in the order of the report."""
