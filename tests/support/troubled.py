"""A collection whose calls fail as a test says, and otherwise do what they do."""

from collections.abc import Callable, Coroutine
from typing import Any


class Troubled:
    """Stand before a collection (or anything with awaited methods): each named method first raises what was listed for it."""

    def __init__(self, inner: object, **errors: list[Exception]) -> None:
        self._inner = inner
        self.errors = errors

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def call(*given: object, **named: object) -> object:
            if waiting := self.errors.get(name):
                raise waiting.pop(0)
            return await getattr(self._inner, name)(*given, **named)

        return call
