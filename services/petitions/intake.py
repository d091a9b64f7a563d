"""Propose category, department and, where we may not help, the right door for a new petition."""

from datetime import datetime

from msgspec import Struct

from services.petitions.classifier import Classifier, Proposed
from services.petitions.conditions import Facts, words_of
from services.petitions.doors import Doors
from services.petitions.kind import Kind
from services.petitions.routing import Routed, Router


class Proposal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the machine proposes; a clerk decides.

    Args:
        categories: best three, each of another first level, with probability and reasons.
        confident: the first category needs no second look.
        routed: the department, the rule that named it and the facts it looked at.
        door: id of the door a petition seems to belong to instead, or empty; ``door_facts`` say why.
        model: when and from how many petitions the classifier was trained.
    """

    categories: tuple[Proposed, ...]
    confident: bool
    routed: Routed
    door: str = ""
    door_facts: dict[str, str] = {}
    model: str = ""


class Report(Struct, frozen=True, kw_only=True):
    """What a citizen reports, as far as it decides where it goes; district and street are codes or empty."""

    kind: Kind
    title: str = ""
    text: str
    district: str = ""
    street: str = ""
    at: datetime


class Intake:
    """Put classifier, routing and doors together."""

    def __init__(self, classifier: Classifier, *, router: Router, doors: Doors) -> None:
        """Keep the three; all are pure and safe to share."""
        self._classifier = classifier
        self._router = router
        self._doors = doors
        provenance = classifier.model.provenance
        self._model = f"{provenance.trained_on.isoformat()}/{provenance.rows}+{provenance.corrections}"

    def propose(self, report: Report) -> Proposal:
        """Return the proposal for a report."""
        result = self._classifier.classify(report.title, report.text)
        facts = facts_of(report, category=result.best.path)
        sign = self._doors.find(facts)
        return Proposal(
            categories=result.proposals,
            confident=result.confident,
            routed=self._router.route(facts, confident=result.confident),
            door=sign.door.id if sign else "",
            door_facts=sign.facts if sign else {},
            model=self._model,
        )

    def reroute(self, report: Report, *, category: str) -> Routed:
        """Return where a report goes when a person has set its category."""
        return self._router.route(facts_of(report, category=category))


def facts_of(report: Report, *, category: str) -> Facts:
    """Return what rules look at of a report."""
    return Facts(
        kind=report.kind,
        words=words_of(report.title, report.text),
        category=category,
        district=report.district,
        street=report.street,
        at=report.at,
    )
