"""Compare what citizens were told with what a stopped server's store holds, as a stranger would: SQL and JSON only."""

import contextlib
import json
import sqlite3
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from msgspec import Struct


class Verdict(Struct, frozen=True, kw_only=True):
    """What was compared, and everything that is wrong; ``lost`` and ``doubled`` must be empty."""

    acknowledged: int
    numbers: int
    unknown: int
    lost: list[str]
    doubled: list[str]
    broken: list[str]


class Store:
    """Everything one SQLite file holds about messages and petitions."""

    def __init__(self, path: Path) -> None:
        with contextlib.closing(sqlite3.connect(path)) as file:
            self.is_sound = file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            self.conversations = _documents(file, "conversations")
            self.petitions = _documents(file, "petitions")
            self.claims = {claim["id"]: claim["petition_id"] for claim in _documents(file, "petition_numbers")}
            self.waiting = len(_documents(file, "waiting_messages"))
            chunks = _documents(file, "conversation_archives")
        self._archived: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for chunk in chunks:
            self._archived[chunk["id"].rpartition(":")[0]] += chunk["kept"]

    def transcript(self, conversation: dict[str, Any]) -> list[dict[str, Any]]:
        """Return all messages of a conversation, archived ones first."""
        return sorted(self._archived[conversation["id"]], key=lambda m: m["seq"]) + list(conversation.get("kept", ()))


def judge(store: Store, history: list[dict[str, Any]]) -> Verdict:
    """Return what the store lost, did twice or left in disorder."""
    lost: list[str] = []
    doubled: list[str] = []
    broken: list[str] = [] if store.is_sound else ["the file is not sound"]
    said, answers = _what_was_said(store, broken)
    says = [line for line in history if line["op"] == "say"]
    for line in says:
        times = len(said[_place(line)])
        if line["text"] in _COMMON:
            continue
        if line["outcome"] == "ok" and not times:
            lost.append(f"message {line['id']}")
        if times > 1:
            doubled.append(f"message {line['id']} stands {times} times")
        if line["outcome"] == "ok" and times and line["reply"]:
            stored = answers.get(said[_place(line)][0], "")
            if not stored or stored[:20] not in line["reply"]:
                broken.append(f"message {line['id']} was answered {line['reply'][:40]!r}, stored {stored[:40]!r}")
    lost += _common_lost(says, said)
    doubled += _common_doubled(says, said)
    broken += [
        f"{line['id']} got another answer: {line['first'][:60]!r}, then {line['reply'][:60]!r}"
        for line in history
        if line["op"] == "again" and line["reply"] != line["first"]
    ]
    if store.waiting:
        broken.append(f"{store.waiting} messages still wait")
    numbers = _check_petitions(store, history, lost, doubled)
    return Verdict(
        acknowledged=sum(line["outcome"] == "ok" for line in says),
        numbers=numbers,
        unknown=sum(line["outcome"] != "ok" for line in says),
        lost=lost,
        doubled=doubled,
        broken=broken,
    )


_COMMON = frozenset({"匿名", "确认"})
"""What a dialogue wants to hear word for word: counted for each person, for one cannot tell which it was."""


def _place(line: dict[str, Any]) -> str:
    return f"{line['who']} {line['text']}" if line["text"] in _COMMON else str(line["text"])


def _what_was_said(store: Store, broken: list[str]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return where each text of a citizen stands, and what was answered at each place."""
    said: dict[str, list[str]] = defaultdict(list)
    answers: dict[str, str] = {}
    for conversation in store.conversations:
        messages = store.transcript(conversation)
        if [message["seq"] for message in messages] != list(range(1, conversation.get("seq", 0) + 1)):
            broken.append(f"{conversation['id']} has gaps: {[message['seq'] for message in messages]}")
        if conversation.get("pending"):
            broken.append(f"{conversation['id']} still promises something")
        for number, message in enumerate(messages):
            if message["from"] != "citizen":
                continue
            text, place = message["parts"][0].get("body", ""), f"{conversation['id']}:{message['seq']}"
            who = conversation["contact"]["address"]
            said[f"{who} {text}" if text in _COMMON else text].append(place)
            if number + 1 < len(messages) and messages[number + 1]["from"] == "bot":
                part = messages[number + 1]["parts"][0]
                answers[place] = str(part.get("body") or part.get("prompt") or part.get("title"))
    return said, answers


def _common_lost(says: list[dict[str, Any]], said: dict[str, list[str]]) -> list[str]:
    counted = Counter(_place(line) for line in says if line["text"] in _COMMON and line["outcome"] == "ok")
    return [f"{count - len(said[key])} of {key}" for key, count in counted.items() if len(said[key]) < count]


def _common_doubled(says: list[dict[str, Any]], said: dict[str, list[str]]) -> list[str]:
    counted = Counter(_place(line) for line in says if line["text"] in _COMMON)
    return [f"{len(said[key]) - count} of {key}" for key, count in counted.items() if len(said[key]) > count]


def _check_petitions(store: Store, history: list[dict[str, Any]], lost: list[str], doubled: list[str]) -> int:
    by_number = {petition["number"]: petition for petition in store.petitions}
    given: dict[str, set[str]] = defaultdict(set)
    for line in history:
        if line["op"] == "file":
            # Without a mark the confirmation was not seen: then only the number is known.
            given[line["mark"] or line["number"]].add(line["number"])
    for mark, numbers in given.items():
        if len(numbers) > 1:
            doubled.append(f"petition {mark} got {numbers}")
        for number in numbers:
            petition = by_number.get(number)
            is_other = mark != number and petition is not None and not petition["text"].startswith(f"{mark}号")
            if petition is None or is_other or store.claims.get(number) != petition["id"]:
                lost.append(f"petition {number} of {mark}")
    marks = Counter(petition["text"].split("号")[0] for petition in store.petitions)
    doubled += [f"{count} petitions begin with {mark}" for mark, count in marks.items() if count > 1]
    return len(given)


def _documents(file: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    rows = file.execute(f"SELECT body FROM {table}").fetchall()  # noqa: S608 - names from above
    return [json.loads(body) for (body,) in rows]
