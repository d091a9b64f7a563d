"""Put single facts of a guide into words: limits, visits, opening hours, how many copies."""

from collections.abc import Iterable, Sequence

from channels.app.templates import guide as words
from services.items.model import Material, Online, OpeningHours, TimeLimit


def limit_text(limit: TimeLimit) -> str:
    """Say how long it takes; a note stands instead of a number that means nothing."""
    if limit.note:
        return limit.note
    return words.DAYS.format(days=limit.days, unit=limit.unit) if limit.days else words.AT_ONCE


def visits_text(online: Online) -> str:
    """Say how often one must come in person, and why."""
    if online.visits == 0:
        return words.NO_VISIT
    wording = words.VISIT_REASON if online.visit_reason else words.VISIT_TIMES
    return wording.format(visits=online.visits, reason=online.visit_reason)


def count_text(material: Material) -> str:
    """Say how many originals and copies are wanted."""
    wanted = ((words.ORIGINALS, material.original), (words.COPIES, material.copies))
    return words.JOIN.join(wording.format(count=count) for wording, count in wanted if count) or words.NO_PAPER


def hours_text(hours: Iterable[OpeningHours]) -> str:
    """Say when a hall is open; spans of the same days stand together."""
    by_days: dict[str, list[str]] = {}
    for span in hours:
        by_days.setdefault(days_text(span.days), []).append(f"{span.opens}-{span.closes}")
    return words.JOIN_HOURS.join(f"{days} {words.JOIN.join(spans)}" for days, spans in by_days.items())


def days_text(days: Sequence[int]) -> str:
    """Name ISO weekdays; three or more in a row as a range."""
    names = [words.WEEKDAYS[day - 1] for day in days]
    is_run = len(days) > 2 and list(days) == list(range(days[0], days[0] + len(days)))  # noqa: PLR2004 - as the first line says
    return words.RANGE.format(first=names[0], last=names[-1]) if is_run else words.JOIN.join(names)
