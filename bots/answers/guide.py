"""Quote one field of a guide as message parts. Pure: the same guide and field always read the same."""

from collections.abc import Callable

from bots.answers import wording
from services.conversations.message import Card, ReplyPart, Row, Text
from services.items.catalogue import Catalogue
from services.items.model import Fee, GuideField, Material, Question, ServiceItem, TimeLimit

HALLS_SHOWN = 5
"""Halls in one answer; the page behind the card has all of them."""
MATERIALS_IN_CARD = 4
"""Materials named in the overview before "等n项"."""


def answer(item: ServiceItem, field: GuideField | None, *, catalogue: Catalogue) -> tuple[ReplyPart, ...]:
    """Return the parts that answer a question about a guide; no field asked for means the overview."""
    if item.is_bare:
        return (_headed(item, GuideField.OVERVIEW, body=wording.BARE_ITEM.format(department=item.department)),)
    if field is None or field is GuideField.OVERVIEW:
        return (overview(item, catalogue), Text(wording.ASK_MORE))
    lines = _FIELDS[field](item, catalogue)
    return (_headed(item, field, body="\n".join(lines) or _missing(item, field)),)


def reviewed(item: ServiceItem, question: Question) -> tuple[ReplyPart, ...]:
    """Return the parts that quote a reviewed answer of the guide."""
    body = wording.REVIEWED.format(question=question.question, answer=question.answer)
    return (Text(f"{wording.HEADING.format(name=item.name, field=wording.FAQ_NAME)}\n{body}"), Text(wording.ASK_MORE))


def overview(item: ServiceItem, catalogue: Catalogue) -> Card:
    """Return the card that sums a guide up and leads to the whole of it."""
    rows = (
        Row(wording.ROW_DEPARTMENT, item.department),
        Row(wording.ROW_CONDITIONS, "；".join(item.conditions)),
        Row(wording.ROW_MATERIALS, _materials_in_short(item.materials)),
        Row(wording.ROW_STEPS, " → ".join(step.name for step in item.steps)),
        Row(wording.ROW_TIME, "，".join(_time_limit(item, catalogue))),
        Row(wording.ROW_FEE, "，".join(_fee(item, catalogue))),
        Row(wording.ROW_PLACE, _place_in_short(item, catalogue)),
    )
    return Card(
        title=wording.GUIDE_TITLE.format(name=item.name),
        rows=tuple(row for row in rows if row.text),
        url=f"/g/{item.code}",
    )


def _headed(item: ServiceItem, field: GuideField, *, body: str) -> Text:
    return Text(f"{wording.HEADING.format(name=item.name, field=wording.FIELD_NAMES[field])}\n{body}")


def _missing(item: ServiceItem, field: GuideField) -> str:
    name = wording.FIELD_NAMES[field]
    if item.phone:
        return wording.NOT_IN_GUIDE.format(field=name, phone=item.phone)
    return wording.NOT_IN_GUIDE_NO_PHONE.format(field=name)


def _materials(item: ServiceItem, _: Catalogue) -> list[str]:
    if not item.materials:
        return [wording.NO_MATERIALS]
    return [_material(order, material) for order, material in enumerate(item.materials, 1)]


def _material(order: int, material: Material) -> str:
    line = wording.MATERIAL.format(order=order, name=material.name)
    if material.form:
        line += wording.MATERIAL_FORM.format(form=material.form)
    if not material.required:
        line += wording.MATERIAL_OPTIONAL
    return line if not material.note else f"{line}\n   {material.note}"


def _materials_in_short(materials: tuple[Material, ...]) -> str:
    if not materials:
        return wording.NO_MATERIALS
    named = "、".join(material.name for material in materials[:MATERIALS_IN_CARD])
    return named if len(materials) <= MATERIALS_IN_CARD else named + wording.AND_MORE.format(count=len(materials))


def _place(item: ServiceItem, catalogue: Catalogue) -> list[str]:
    halls = [catalogue.hall(window.hall_id) for window in item.windows]
    if not halls:
        return []
    lines = [wording.CITY_WIDE if item.city_wide else wording.AT_HALLS]
    lines += [
        wording.HALL_LINE.format(name=hall.name, address=hall.address, phone=hall.phone) for hall in halls[:HALLS_SHOWN]
    ]
    if len(halls) > HALLS_SHOWN:
        lines.append(wording.MORE_HALLS.format(count=len(halls)))
    if item.online is not None and item.online.visits == 0:
        lines.append(wording.ONLINE_NO_VISIT)
    return lines


def _place_in_short(item: ServiceItem, catalogue: Catalogue) -> str:
    names = [catalogue.hall(window.hall_id).name for window in item.windows]
    if not names:
        return ""
    return names[0] if len(names) == 1 else f"{names[0]}{wording.PLACES_AND_MORE.format(count=len(names))}"


def _conditions(item: ServiceItem, _: Catalogue) -> list[str]:
    return [f"{order}. {condition}" for order, condition in enumerate(item.conditions, 1)]


def _steps(item: ServiceItem, _: Catalogue) -> list[str]:
    return [
        (wording.STEP_WITH_DAYS if step.days else wording.STEP).format(
            order=step.order, name=step.name, days=step.days, unit=step.unit
        )
        for step in item.steps
    ]


def _time_limit(item: ServiceItem, _: Catalogue) -> list[str]:
    promised, statutory = item.promise_limit, item.legal_limit
    lines = [] if promised is None else [_limit(promised, wording.PROMISED)]
    # A statutory limit of no days says that there is none, or what the promise says already.
    if statutory is not None and (statutory.days or promised is None):
        lines.append(_limit(statutory, wording.STATUTORY))
    return lines


def _limit(limit: TimeLimit, template: str) -> str:
    if limit.days == 0:
        return limit.note or wording.ON_THE_SPOT
    return template.format(days=limit.days, unit=limit.unit)


def _fee(item: ServiceItem, _: Catalogue) -> list[str]:
    return [] if item.fee is None else _fee_lines(item.fee)


def _fee_lines(fee: Fee) -> list[str]:
    if not fee.charged:
        return [wording.FREE]
    lines = [wording.CHARGED.format(standard=fee.standard)]
    return [*lines, wording.PAY_ONLINE] if fee.pay_online else lines


def _amount(item: ServiceItem, _: Catalogue) -> list[str]:
    """Return what the reviewed FAQ says about amounts: a benefit's size is nowhere else in a guide."""
    return [faq.answer for faq in item.faqs if any(word in faq.question for word in wording.AMOUNT_WORDS)]


def _online(item: ServiceItem, _: Catalogue) -> list[str]:
    online = item.online
    if online is None or online.depth <= 1:
        return [wording.ONLINE_NONE]
    lines = [wording.ONLINE_DEPTH.format(name=online.depth_name)]
    if online.visits == 0:
        lines.append(wording.ONLINE_NO_VISIT)
    elif online.visit_reason:
        lines.append(wording.ONLINE_VISITS.format(visits=online.visits, reason=online.visit_reason))
    else:
        lines.append(wording.ONLINE_VISITS_PLAIN.format(visits=online.visits))
    return [*lines, wording.EXPRESS] if item.express else lines


def _phone(item: ServiceItem, _: Catalogue) -> list[str]:
    lines = []
    if item.phone:
        lines.append(wording.PHONE.format(phone=item.phone))
    if item.complaint_phone:
        lines.append(wording.COMPLAINT_PHONE.format(phone=item.complaint_phone))
    return lines


def _result(item: ServiceItem, _: Catalogue) -> list[str]:
    if item.result is None or not item.result.name:
        return []
    lines = [wording.RESULT.format(name=item.result.name)]
    return [*lines, wording.EXPRESS] if item.express else lines


_FIELDS: dict[GuideField, Callable[[ServiceItem, Catalogue], list[str]]] = {
    GuideField.MATERIALS: _materials,
    GuideField.PLACE: _place,
    GuideField.CONDITIONS: _conditions,
    GuideField.STEPS: _steps,
    GuideField.TIME_LIMIT: _time_limit,
    GuideField.FEE: _fee,
    GuideField.AMOUNT: _amount,
    GuideField.PHONE: _phone,
    GuideField.ONLINE: _online,
    GuideField.RESULT: _result,
}
