"""Count how kinds of messages are recognised: by kind, who is taken for whom, and what must never happen."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from msgspec import Struct

from bots.understanding.model import Action, Kind

_THREE = 3


class Expected(Struct, frozen=True, kw_only=True):
    """What a row says is right; empty where it says nothing."""

    kind: str = ""
    also: tuple[str, ...] = ()
    """Kinds that are right as well."""
    items: tuple[str, ...] = ()
    """Names, any of which may come first."""
    field: str = ""
    tags: tuple[str, ...] = ()
    """What sort of wording it is, as its author says."""

    def accepts(self, found: "Found") -> bool:
        """Tell whether kind, first item and field are right, as far as the row says what they should be."""
        is_kind = not self.kind or found.kind in {self.kind, *self.also}
        is_item = not self.items or bool({*self.items} & {*found.items[:1]})
        return is_kind and is_item and self.field in {"", found.field}


class Found(Struct, frozen=True, kw_only=True):
    """What was understood."""

    kind: Kind
    action: Action
    items: tuple[str, ...]
    answered: int = 0
    """How many of the items are answered directly."""
    field: str = ""


class Share(Struct):
    """How many of some rows were right."""

    right: int = 0
    rows: int = 0

    def add(self, *, is_right: bool) -> None:
        """Count one row."""
        self.right += is_right
        self.rows += 1


class Tally:
    """Count rows as they are judged."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._measures: dict[str, Share] = defaultdict(Share)
        self._confusion: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, expected: Expected, found: Found) -> None:
        """Count one row."""
        for tag in expected.tags:
            self._measures[f"tag.{tag}"].add(is_right=expected.accepts(found))
        if expected.field:
            self._measures["field"].add(is_right=found.field == expected.field)
        if expected.items:
            self._add_item(expected, found)
        if expected.kind:
            self._add_kind(expected, found)
        # A row that wants an item and does not say which tells nothing about the answer.
        if found.answered and (expected.items or expected.kind not in {"", Kind.ITEM}):
            is_right = bool({*expected.items} & {*found.items[: found.answered]})
            self._measures["direct.precision"].add(is_right=is_right)

    def _add_kind(self, expected: Expected, found: Found) -> None:
        self._confusion[expected.kind][found.kind] += 1
        is_right = found.kind in {expected.kind, *expected.also}
        self._measures[f"kind.{expected.kind}"].add(is_right=is_right)
        if expected.kind != Kind.EMERGENCY:
            self._measures["emergency.no_false_alarm"].add(is_right=found.kind is not Kind.EMERGENCY)
        if expected.kind == Kind.ITEM:
            is_sent = found.kind is Kind.PETITION and found.action is Action.FORM
            self._measures["item.not_sent_to_form"].add(is_right=not is_sent)
        if expected.kind == Kind.OUT_OF_SCOPE:
            is_answered = found.kind is Kind.ITEM and found.action is Action.ANSWER
            self._measures["out_of_scope.not_answered"].add(is_right=not is_answered)

    def _add_item(self, expected: Expected, found: Found) -> None:
        self._measures["item.top1"].add(is_right=bool({*expected.items} & {*found.items[:1]}))
        self._measures["item.top3"].add(is_right=bool({*expected.items} & {*found.items[:_THREE]}))
        self._measures["direct.share"].add(is_right=found.answered > 0)

    def totals(self) -> Mapping[str, object]:
        """Return every measure as right and rows, and the confusion: expected kind to found kinds."""
        if not self._measures:
            return {}
        return {
            "measures": {name: [share.right, share.rows] for name, share in sorted(self._measures.items())},
            "confusion": {kind: dict(found.most_common()) for kind, found in sorted(self._confusion.items())},
        }
