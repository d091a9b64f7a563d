"""Every step of a petition has words, and no fact is ever read as a place for another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from push.templates.petitions import PAGE, worded
from services.conversations.message import Text
from services.ids import CitizenId
from services.promises import Pending, Topic
from tests.support.set_clock import SetClock

TOPICS = [topic for topic in Topic if topic.startswith("petition.")]


def a_promise(topic: Topic, **facts: str) -> Pending:
    return Pending(id="pt_1:1", topic=topic, at=SetClock().now(), citizen_id=CitizenId("cz_1"), facts=facts)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_step_has_a_sentence_with_the_number_and_a_status(topic: Topic) -> None:
    words = worded(a_promise(topic, number="QD20261124-7K3M9P"))
    (part,) = words.parts
    assert isinstance(part, Text)
    assert "QD20261124-7K3M9P" in part.body
    assert "{" not in part.body
    assert words.fields["status"]
    assert words.path == PAGE


def test_times_are_the_citys() -> None:
    assert worded(a_promise(Topic.PETITION_ACCEPTED)).fields["at"] == "2026-11-24 10:00"


@given(text=st.text(), reason=st.sampled_from(["{number}", "{text}", "{", "}", "{{due}}"]))
def test_what_people_wrote_stands_there_as_they_wrote_it(text: str, reason: str) -> None:
    words = worded(a_promise(Topic.PETITION_QUESTION, number="N", text=text + reason))
    (part,) = words.parts
    assert isinstance(part, Text)
    assert text + reason in part.body


@pytest.mark.parametrize("topic", TOPICS)
def test_a_note_fits_a_template_and_does_not_spend_its_room_on_the_number(topic: Topic) -> None:
    facts = {
        "number": "QD20261124-7K3M9P",
        "due": "2026-12-01",
        "department": "城管局",
        "reason": "无权",
        "text": "哪盏",
    }
    note = worded(a_promise(topic, **facts)).fields["text"]
    assert 0 < len(note) <= 20
    assert "QD2026" not in note
