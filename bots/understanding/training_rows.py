"""Gather what the petition recogniser learns from: real petitions, made-up complaints, questions about items, chat."""

import csv
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from bots.understanding.model import Kind
from services.items.catalogue import Catalogue
from services.items.search.wording import Wording
from services.text.normalise import normalise

SENTENCES = 4
"""Sentences taken from one petition's body."""
MADE = 1_500
"""Complaints made by combining what is spoken of with what happened."""
ASKED = 3
"""Patterns tried with each name of an item."""

_PETITION_OR_NOT = frozenset({Kind.PETITION, Kind.ITEM, Kind.OUT_OF_SCOPE})

_SENTENCE_END = re.compile(r"[。!?;！？；\n\u3000]")
_URL = re.compile(r"https?://[\w./%?=&:#~+@-]*", re.ASCII)
_GREETING = re.compile("尊敬|您好|你好|谢谢|感谢|此致|敬礼|领导")
_SENTENCE_LENGTH = range(8, 41)


class Weights(Struct, frozen=True, kw_only=True):
    """How much a row of each source counts against a real title or a real question; chosen by cross-validation."""

    sentence: float = 0.25
    made: float = 0.15
    worded: float = 0.1
    asked: float = 0.15
    refused: float = 0.3


class Said(Struct, frozen=True, kw_only=True):
    """One sentence and what it is; ``weight`` below one where it was not written for its kind."""

    text: str
    kind: Kind
    weight: float = 1.0


class Row(Struct, frozen=True, kw_only=True):
    """One text in normal form. Rows of one ``group`` are never both learned from and tested on."""

    text: str
    is_petition: bool
    weight: float = 1.0
    group: str = ""
    is_real: bool = False
    """Said by a person or written like one, and so fit to test on; the others are made from patterns."""


class Happenings(Struct, frozen=True):
    """What is complained about, and what happens to it."""

    about: tuple[str, ...]
    happened: tuple[str, ...]


class Wishes(Struct, frozen=True):
    """How wishes begin and end."""

    begin: tuple[str, ...]
    end: tuple[str, ...]


class PetitionTalk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How people complain and wish (data/wording/petition_talk.json)."""

    complaints: tuple[Happenings, ...]
    wishes: Wishes
    anything: tuple[str, ...]
    """What may be said of any matter: 没人管, 不合理 ..."""
    openers: tuple[str, ...]
    closers: tuple[str, ...]
    places: tuple[str, ...]
    said: tuple[str, ...]
    """Whole sentences."""


class ChatTalk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What people ask that is no matter of the city, and how they ask for an item (data/wording/chat_talk.json)."""

    questions: tuple[str, ...]
    patterns: tuple[str, ...]
    """With ``{}`` for the item."""


class Question(Struct, frozen=True):
    """A question somebody wrote for the evaluation; ``items`` are the names it means, none when it is out of scope."""

    text: str
    items: tuple[str, ...] = ()


def said_in(folder: Path) -> Iterator[Said]:
    """Yield the sentences of a folder of JSON lines (data/wording/said), written for this project and their kind."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            yield msgspec.json.decode(line, type=Said)


def petition_rows(path: Path, weights: Weights) -> Iterator[Row]:
    """Yield titles and the first telling sentences of published petitions: a CSV with ``id,title,text``."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for petition in csv.DictReader(lines):
            group = f"petition {petition['id']}"
            yield _row(petition["title"], is_petition=True, group=group, is_real=True)
            for sentence in _sentences(petition["text"]):
                yield _row(sentence, is_petition=True, weight=weights.sentence, group=group)


def complaint_rows(talk: PetitionTalk, words: Sequence[str], *, weights: Weights) -> Iterator[Row]:
    """Yield complaints and wishes of our own, and combinations with the words that name matters."""
    chance = random.Random(7)  # noqa: S311 - the same rows every time, no secret
    for number, text in enumerate(talk.said):
        yield _row(text, is_petition=True, group=f"complaint {number}", is_real=True)
    for _ in range(MADE):
        one = chance.choice(talk.complaints)
        middle = chance.choice(one.about) + chance.choice(one.happened)
        yield _row(_framed(talk, middle, chance=chance), is_petition=True, weight=weights.made)
    for _ in range(MADE // 4):
        text = "".join(chance.choice(part) for part in (talk.wishes.begin, talk.places, talk.wishes.end))
        yield _row(text, is_petition=True, weight=weights.made)
    for word in words:
        middle = word + chance.choice(talk.anything)
        yield _row(_framed(talk, middle, chance=chance), is_petition=True, weight=weights.worded)


def question_rows(catalogue: Catalogue, wording: Wording, *, talk: ChatTalk, weights: Weights) -> Iterator[Row]:
    """Yield questions about every name of every item."""
    chance = random.Random(9)  # noqa: S311 - the same rows every time, no secret
    for code, item in catalogue.items.items():
        more = wording.items[code].aliases if code in wording.items else ()
        for name in dict.fromkeys((item.name, *item.aliases, *more)):
            for pattern in chance.sample(talk.patterns, ASKED):
                yield _row(pattern.format(name), is_petition=False, weight=weights.asked, group=f"item {item.name}")


def chat_rows(talk: ChatTalk, wording: Wording, *, weights: Weights) -> Iterator[Row]:
    """Yield what is no matter of the city."""
    chance = random.Random(3)  # noqa: S311 - the same rows every time, no secret
    for number, text in enumerate(talk.questions):
        yield _row(text, is_petition=False, group=f"chat {number}", is_real=True)
    for phrases in wording.scope.phrases.values():
        for phrase in phrases:
            text = chance.choice(talk.patterns).format(phrase)
            yield _row(text, is_petition=False, weight=weights.refused)


def written_rows(path: Path) -> Iterator[Row]:
    """Yield the questions of an evaluation file (JSONL with ``text`` and ``items``)."""
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        question = msgspec.json.decode(line, type=Question)
        group = f"item {question.items[0]}" if question.items else f"chat {path.stem} {number}"
        yield _row(question.text, is_petition=False, group=group, is_real=True)


def said_rows(folder: Path) -> Iterator[Row]:
    """Yield the sentences that were written to tell petitions from questions and from what is no matter of the city."""
    for one in said_in(folder):
        if one.kind in _PETITION_OR_NOT:
            is_petition = one.kind is Kind.PETITION
            group = f"{'complaint' if is_petition else 'item'} {one.text}"
            yield _row(one.text, is_petition=is_petition, group=group, is_real=True)


def name_rows(path: Path, talk: ChatTalk, *, weights: Weights) -> Iterator[Row]:
    """Yield questions about items of other cities (a CSV with ``name``), so that official words are no complaint."""
    chance = random.Random(5)  # noqa: S311 - the same rows every time, no secret
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for item in csv.DictReader(lines):
            text = chance.choice(talk.patterns).format(item["name"])
            yield _row(text, is_petition=False, weight=weights.refused)


def _row(text: str, *, is_petition: bool, weight: float = 1.0, group: str = "", is_real: bool = False) -> Row:
    return Row(text=normalise(text).text, is_petition=is_petition, weight=weight, group=group, is_real=is_real)


def _framed(talk: PetitionTalk, middle: str, *, chance: random.Random) -> str:
    return chance.choice(talk.openers) + chance.choice(talk.places) + middle + chance.choice(talk.closers)


def _sentences(body: str) -> list[str]:
    pieces = (_URL.sub("", piece).strip() for piece in _SENTENCE_END.split(body))
    telling = [piece for piece in pieces if len(piece) in _SENTENCE_LENGTH and not _GREETING.search(piece)]
    return telling[:SENTENCES]
