"""Tell what is not this city's to answer: another city, a private business, advice for life."""

from services.items.search.phrases import PhraseFinder, by_phrase
from services.items.search.ranking import OutOfScope
from services.items.search.wording import Scope


class ScopeGuard:
    """Find the signs that a question is out of scope; immutable."""

    def __init__(self, scope: Scope) -> None:
        """Prepare the searches."""
        self._phrases = PhraseFinder(by_phrase(scope.phrases))
        self._cities = PhraseFinder({city: None for city in scope.cities})
        self._here = PhraseFinder({name: None for name in scope.here})
        self._movement = PhraseFinder({word: None for word in scope.movement})

    def judge(self, text: str, *, is_far: bool) -> OutOfScope | None:
        """Return why a text is out of scope, or None.

        Args:
            text: normal form.
            is_far: the best item is about coming, leaving or treatment elsewhere, so another city may be named.
        """
        hits = self._phrases.find(text)
        if hits:
            return OutOfScope(hits[0].meaning[0])
        if is_far or not self._cities.find(text):
            return None
        if self._here.find(text) or self._movement.find(text):
            return None
        return OutOfScope.OTHER_CITY
