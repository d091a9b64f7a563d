"""Take a sentence apart: what is denied is dropped, what asks twice is split."""

import re

from services.items.search.phrases import PhraseFinder
from services.items.search.wording import Negation

_PUNCTUATION = re.compile(r"[,.;:!?。、…~\n]+")
_SHORTEST = 2


class ClauseCutter:
    """Split sentences by punctuation and by words such as 还有; drop denied spans; immutable."""

    def __init__(self, joints: tuple[str, ...], negation: Negation) -> None:
        """Prepare the searches."""
        self._joints = PhraseFinder(dict.fromkeys(joints, None))
        self._negation = PhraseFinder(
            {
                **dict.fromkeys(negation.resume, "resume"),
                **dict.fromkeys(negation.deny, "deny"),
                **dict.fromkeys(negation.keep, "keep"),
            }
        )
        self._complete = PhraseFinder(dict.fromkeys((*negation.drop, *negation.keep), None))
        self._kept_whole = frozenset(negation.keep)

    def split(self, text: str) -> tuple[str, ...]:
        """Return the clauses of a text, at least two characters each."""
        marked = self._joints.cut(text, mark=",")
        return tuple(part.strip() for part in _PUNCTUATION.split(marked) if len(part.strip()) >= _SHORTEST)

    def affirm(self, text: str) -> str:
        """Return the text without what it denies: ``不是换证,是丢了`` becomes ``,丢了``.

        A denial runs to the next punctuation mark or word that takes up again; when nothing is left, the text
        comes back whole. A denial complete in itself (没丢) is dropped alone.
        """
        rest = self._without_complete(text)
        return self._without_open(rest) if _is_said(rest) else self._without_open(text)

    def _without_complete(self, text: str) -> str:
        kept, position = [], 0
        for hit in self._complete.find(text):
            if hit.phrase not in self._kept_whole:
                kept.append(text[position : hit.start])
                position = hit.end
        return "".join((*kept, text[position:]))

    def _without_open(self, text: str) -> str:
        kept, position, denying = [], 0, False
        for start, end, kind in self._turns(text):
            if kind == "keep":
                continue
            if not denying:
                kept.append(text[position:start])
            position, denying = (end, True) if kind == "deny" else ((end, False) if denying else (start, False))
        if not denying:
            kept.append(text[position:])
        affirmed = "".join(kept)
        return affirmed if _is_said(affirmed) else text

    def _turns(self, text: str) -> list[tuple[int, int, str]]:
        """Return where a denial begins (deny) and where it ends (resume: a word or punctuation), in order."""
        turns = [(hit.start, hit.end, hit.meaning) for hit in self._negation.find(text)]
        turns += [(match.start(), match.start(), "resume") for match in _PUNCTUATION.finditer(text)]
        return sorted(turns)


def _is_said(text: str) -> bool:
    """Tell whether anything is left of a text besides punctuation."""
    return len(text.strip(" ,.;!?。、")) >= _SHORTEST
