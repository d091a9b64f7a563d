"""The question behind an answer is what was asked, not the number that picked from a menu."""

import pytest

from services.conversations.message import (
    Choice,
    Choices,
    Event,
    EventKind,
    Image,
    MediaId,
    Message,
    Option,
    Part,
    Speaker,
    Text,
    Voice,
)
from services.improvement.questions import question_behind, words_of
from tests.support.improvement import AT

MENU = Choices(prompt="哪一项", options=(Option("item:1", "换领"), Option("item:2", "补领")))


def talk(*said: tuple[Speaker, Part]) -> tuple[Message, ...]:
    return tuple(Message(seq=seq, speaker=speaker, parts=(part,), at=AT) for seq, (speaker, part) in enumerate(said, 1))


def test_it_is_what_the_citizen_said_last() -> None:
    said = talk((Speaker.CITIZEN, Text("你好")), (Speaker.BOT, Text("您好")), (Speaker.CITIZEN, Text("年审在哪")))
    assert question_behind(said) == "年审在哪"


@pytest.mark.parametrize("pick", [Text("2"), Text("第二个"), Choice("item:2", "补领")], ids=repr)
def test_a_pick_from_a_menu_leads_back_to_what_the_menu_was_asked_about(pick: Part) -> None:
    said = talk((Speaker.CITIZEN, Text("身份证")), (Speaker.BOT, MENU), (Speaker.CITIZEN, pick))
    assert question_behind((*said, *talk((Speaker.BOT, Text("答案"))))) == "身份证"


def test_a_number_without_a_menu_is_what_was_said() -> None:
    said = talk((Speaker.BOT, Text("您好")), (Speaker.CITIZEN, Text("2")))
    assert question_behind(said) == "2"


def test_a_spoken_question_counts_and_what_is_gone_is_empty() -> None:
    assert question_behind(talk((Speaker.CITIZEN, Voice(MediaId("m"), "年审在哪")))) == "年审在哪"
    assert question_behind(talk((Speaker.BOT, Text("答案")))) == ""
    assert question_behind(()) == ""


def test_pictures_and_events_say_nothing() -> None:
    assert words_of(Image(MediaId("m"))) == words_of(Event(kind=EventKind.ENTERED)) == ""
