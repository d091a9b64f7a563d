"""Lay out the sections of a guide's page; an item imported by name alone says so instead of showing empty tables."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from channels.app.guide_text import count_text, hours_text, limit_text, visits_text
from channels.app.page_html import Html, element, facts, join, link, listing, text
from channels.app.templates import guide as words
from services.items.model import Hall, Material, ServiceItem

Place = tuple[Hall, str]
"""A hall and the name of the window in it."""


def guide_body(item: ServiceItem, places: Sequence[Place]) -> Html:
    """Return what stands inside ``<body>``."""
    sections = [_overview(item)] if item.is_bare else list(_sections(item, places))
    main = element("main", _head(item), *sections, _foot(item), class_="in", id="main")
    return join([link(words.SKIP, "#main", class_="skip"), _banner(), main])


def _banner() -> Html:
    inside = element("div", link(words.SITE, "/h5/"), link(words.HOTLINE, "tel:12345"), class_="in")
    return element("header", inside)


def _head(item: ServiceItem) -> Html:
    notices = [words.BARE] if item.is_bare else []
    if item.status != words.IN_FORCE:
        notices.insert(0, words.STOPPED.format(status=item.status))
    return join(
        [
            element("h1", text(item.name)),
            element("p", text(item.department), class_="soft"),
            *(element("p", text(notice), class_="warn") for notice in notices),
            element(
                "p",
                link(words.ASK, f"/h5/#/chat?item={item.code}", class_="ask"),
                link(words.OPEN_GUIDE, f"/h5/#/items/{item.code}", class_="plain"),
            ),
        ]
    )


def _sections(item: ServiceItem, places: Sequence[Place]) -> Iterator[Html]:
    yield _section(words.MATERIALS, _materials(item))
    if item.conditions:
        yield _section(words.CONDITIONS, listing(map(text, item.conditions)))
    if item.steps:
        yield _section(words.STEPS, listing(map(text, _step_lines(item)), ordered=True))
    limits = [(words.PROMISED, item.promise_limit), (words.STATUTORY, item.legal_limit)]
    yield _section(words.LIMITS, facts((label, text(limit_text(limit))) for label, limit in limits if limit))
    if item.fee:
        yield _section(
            words.FEE, element("p", text(item.fee.standard)), _optional_line(words.PAY_ONLINE, item.fee.pay_online)
        )
    yield _section(words.PLACES, _places(places))
    yield _overview(item)
    if item.faqs:
        yield _section(
            words.FAQS,
            *(join([element("h3", text(faq.question)), element("p", text(faq.answer))]) for faq in item.faqs),
        )
    if item.legal_basis:
        yield _section(words.BASIS, listing(map(text, item.legal_basis)))


def _section(heading: str, *inside: Html) -> Html:
    return element("section", element("h2", text(heading)), *inside)


def _optional_line(line: str, wanted: bool) -> Html:  # noqa: FBT001 - a fact of the item, not a switch of ours
    return element("p", text(line), class_="soft") if wanted else Html("")


def _materials(item: ServiceItem) -> Html:
    if not item.materials:
        return element("p", text(words.NO_MATERIALS))
    return listing(
        (join([element("h3", text(one.name)), facts(_material_facts(one))]) for one in item.materials), ordered=True
    )


def _material_facts(material: Material) -> Iterable[tuple[str, Html]]:
    return (
        (words.REQUIRED, text(words.REQUIRED_YES if material.required else words.REQUIRED_NO)),
        (words.FORM, text(material.form)),
        (words.COUNT, text(count_text(material))),
        (words.NOTE, text(material.note or "")),
    )


def _step_lines(item: ServiceItem) -> Iterator[str]:
    for step in sorted(item.steps, key=lambda one: one.order):
        wording = words.STEP_DAYS if step.days else words.STEP_AT_ONCE
        yield wording.format(name=step.name, days=step.days, unit=step.unit)


def _places(places: Sequence[Place]) -> Html:
    if not places:
        return element("p", text(words.NO_PLACES))
    return listing(join([element("h3", text(hall.name)), facts(_place_facts(hall, window))]) for hall, window in places)


def _place_facts(hall: Hall, window: str) -> Iterable[tuple[str, Html]]:
    return (
        (words.ADDRESS, text(hall.address)),
        (words.WINDOW, text(window)),
        (words.HOURS, text(hours_text(hall.hours))),
        (words.PLACE_PHONE, _phone(hall.phone)),
    )


def _phone(number: str) -> Html:
    return link(number, f"tel:{number}") if number else Html("")


def _overview(item: ServiceItem) -> Html:
    result = words.RESULT_TYPE.format(name=item.result.name, type=item.result.type) if item.result else ""
    known = () if item.is_bare else _ways(item)
    return _section(
        words.OVERVIEW,
        facts(
            [
                (words.DEPARTMENT, text(item.department)),
                (words.ALIASES, text(words.JOIN.join(item.aliases))),
                (words.AUDIENCE, text(words.JOIN.join(item.audience))),
                (words.TOPICS, text(words.JOIN.join(item.topics))),
                (words.TYPE, text(item.type)),
                (words.CASE_TYPE, text(item.case_type)),
                (words.LEVEL, text(item.level)),
                *known,
                (words.RESULT, text(result)),
                (words.PHONE, _phone(item.phone)),
                (words.COMPLAINT_PHONE, _phone(item.complaint_phone)),
                (words.CODE, text(item.code)),
                (words.IMPL_CODE, text(item.impl_code)),
                (words.HANDLE_CODE, text(item.handle_code)),
            ]
        ),
    )


def _ways(item: ServiceItem) -> Iterator[tuple[str, Html]]:
    """Say how it can be handled: online, in person, where, by post."""
    if item.online:
        yield words.DEPTH, text(item.online.depth_name)
        yield words.VISITS, text(visits_text(item.online))
    yield words.CHANNELS, text(words.JOIN.join(words.CHANNEL_NAMES.get(name, name) for name in item.channels))
    yield words.APPOINTMENT, text(words.APPOINTMENT_YES if item.appointment else words.APPOINTMENT_NO)
    yield words.CITY_WIDE, text(words.CITY_WIDE_YES if item.city_wide else words.CITY_WIDE_NO)
    yield words.EXPRESS, text(words.EXPRESS_YES if item.express else words.EXPRESS_NO)


def _foot(item: ServiceItem) -> Html:
    lines = [words.VERSION.format(version=item.version)]
    if item.effective_from != date.min:
        day = item.effective_from
        lines.append(words.SINCE.format(year=day.year, month=day.month, day=day.day))
    return element("p", text(f"{words.JOIN.join(lines)} {words.DISCLAIMER}"), class_="soft")
