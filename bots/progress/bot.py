"""Answer "查进度": the citizen's own petitions, or one by number and query key."""

import re

from msgspec.structs import replace

from bots.progress import wording
from bots.progress.ports import Progress, View
from bots.turn import Said, Turn, choices, with_menu
from services.conversations.message import Card, Provenance, ReplyPart, Row, Text
from services.ids import find_petition_number, normal_query_key

_KEY = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]{4}(?![0-9A-Za-z])"
)


class ProgressBot:
    """Show timelines to those who may see them."""

    def __init__(self, *, petitions: Progress) -> None:
        """Take the look-up."""
        self._petitions = petitions

    async def overview(self, turn: Turn) -> Said:
        """Show the only petition, or let the citizen choose one of the latest."""
        views = await self._petitions.latest(turn.conversation.citizen_id)
        if not views:
            return _said(turn, (Text(wording.NONE),), rule="progress.none")
        if len(views) == 1:
            return _said(turn, (timeline_card(views[0]),), rule="progress.only")
        asked = choices(
            wording.LIST,
            *((f"progress:{v.number}", wording.LIST_OPTION.format(number=v.number, status=v.status)) for v in views),
        )
        said = _said(turn, (asked,), rule="progress.list")
        return replace(said, dialogue=with_menu(said.dialogue, asked, now=turn.now))

    async def by_number(self, turn: Turn, text: str) -> Said | None:
        """Show the petition whose number a text names; None when it names none. The number alone opens nothing."""
        number = find_petition_number(text)
        if number is None:
            return None
        view = await self._petitions.mine(number, turn.conversation.citizen_id)
        if view is not None:
            return _said(turn, (timeline_card(view),), rule="progress.mine")
        key = _query_key(text.upper().replace(number, ""))
        if key is None:
            return _said(turn, (Text(wording.KEY_WANTED.format(number=number)),), rule="progress.key_wanted")
        view = await self._petitions.by_key(number, key)
        if view is None:
            return _said(turn, (Text(wording.NOT_FOUND),), rule="progress.not_found")
        return _said(turn, (timeline_card(view),), rule="progress.by_key")


def timeline_card(view: View) -> Card:
    """Return a petition's timeline, newest step last."""
    rows = [Row(wording.ROW_STATUS, view.status)]
    if view.due is not None:
        rows.append(Row(wording.ROW_DUE, wording.DUE.format(due=view.due.isoformat())))
    rows.extend(Row(step.at, f"{step.name} {step.text}".strip()) for step in view.steps)
    return Card(title=wording.TITLE.format(number=view.number), rows=tuple(rows))


def _query_key(text: str) -> str | None:
    match = _KEY.search(text)
    return normal_query_key(match[0]) if match else None


def _said(turn: Turn, replies: tuple[ReplyPart, ...], *, rule: str) -> Said:
    why = Provenance(kind="progress", action="card", rule=rule)
    return Said(replies=replies, dialogue=replace(turn.dialogue, misses=0, menu=None), provenance=why)
