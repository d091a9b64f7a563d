"""Say what the system itself does next about a petition, and when. Pure; watch.py acts on it."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from services.petitions.cards import next_card_at
from services.petitions.deadline_model import Card
from services.petitions.model import Petition
from services.petitions.rules import CityRules
from services.petitions.transitions import OPEN, Status


class Duty(StrEnum):
    """What the system does by itself."""

    CARD = "card"  # 黄牌、红牌
    RESUME = "resume"  # 市民逾期未补充，恢复计时
    END_RATING = "end-rating"  # 评价期满，转人工回访
    CLOSE = "close"  # 满意件自动办结
    SUPERVISE = "supervise"  # 逾期、重办后仍不满意，转督办
    RELAY_ANSWER = "relay-answer"  # 主件答复转达并案的各件


class Planned(Struct, frozen=True, kw_only=True):
    """One duty and its moment."""

    at: datetime
    duty: Duty


def planned(petition: Petition, rules: CityRules) -> tuple[Planned, ...]:
    """Return everything the system has to do about a petition as it stands, soonest first."""
    return tuple(sorted(_duties(petition, rules), key=lambda one: one.at))


def next_duty_at(petition: Petition, rules: CityRules) -> datetime | None:
    """Return when the system has something to do next."""
    return next((one.at for one in planned(petition, rules)), None)


def duty_due(petition: Petition, rules: CityRules, *, at: datetime) -> Duty | None:
    """Return what is to be done now, the longest overdue first."""
    return next((one.duty for one in planned(petition, rules) if one.at <= at), None)


def _duties(petition: Petition, rules: CityRules) -> Iterator[Planned]:
    card_at = next_card_at(petition, rules.calendar)
    if card_at is not None:
        yield Planned(at=card_at, duty=Duty.CARD)
    if (supervise_at := _supervised_at(petition)) is not None:
        yield Planned(at=supervise_at, duty=Duty.SUPERVISE)
    if petition.followers and petition.followed_at is None and petition.status not in OPEN:
        yield Planned(at=petition.filed_at, duty=Duty.RELAY_ANSWER)
    patience, hearing = rules.patience, petition.hearing
    if petition.status is Status.WAITING and petition.clocks.citizen.pauses:
        yield Planned(at=petition.clocks.citizen.pauses[-1].began_at + patience.wait, duty=Duty.RESUME)
    if petition.status is Status.ANSWERED and petition.reply and not petition.rating_ended:
        yield Planned(at=petition.reply.at + patience.rating, duty=Duty.END_RATING)
    if petition.status is Status.HEARD and hearing and hearing.reached and not hearing.is_dissatisfied:
        yield Planned(at=hearing.at + patience.close_after, duty=Duty.CLOSE)


def _supervised_at(petition: Petition) -> datetime | None:
    """Return since when a petition calls for supervision that it has not had in this round.

    Source: the provincial rule of 2017: supervised is what is overdue, and what is still not satisfactory after a redo
    (reference: 12345 rules, section 3).
    """
    if petition.supervised_round >= petition.round:
        return None
    if petition.status is Status.HEARD and petition.round > 1 and petition.hearing and petition.hearing.is_dissatisfied:
        return petition.hearing.at
    red = [one.at for one in petition.cards if one.card is Card.RED and one.round == petition.round and one.holder]
    return min(red, default=None) if petition.status in OPEN else None
