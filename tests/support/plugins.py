"""Plug-ins for tests: they answer, raise or hang as they are told, and remember what they were asked."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import cast

from services.items.model import ItemCode
from services.items.search.preference import Preference
from services.items.search.ranking import Candidate

Ordering = Callable[[tuple[Candidate, ...]], object]


class ScriptedRanker:
    """Answer what a function makes of the candidates; an exception it returns is raised."""

    def __init__(self, answer: Ordering) -> None:
        self._answer = answer
        self.asked: list[str] = []

    async def rank(self, text: str, candidates: tuple[Candidate, ...], *, deadline: timedelta) -> Preference:
        """Answer, whatever it is: a stranger's code keeps no types."""
        self.asked.append(text)
        await asyncio.sleep(0)
        return cast(Preference, _raised(self._answer(candidates)))


class ScriptedRewriter:
    """Answer a fixed wording; an exception is raised."""

    def __init__(self, answer: object) -> None:
        self._answer = answer
        self.asked: list[str] = []

    async def rewrite(self, text: str, *, deadline: timedelta) -> str:
        """Answer."""
        self.asked.append(text)
        await asyncio.sleep(0)
        return cast(str, _raised(self._answer))


class Hanging:
    """Never answer anything."""

    async def rank(self, text: str, candidates: tuple[Candidate, ...], *, deadline: timedelta) -> Preference:
        """Hang."""
        await asyncio.Event().wait()
        raise AssertionError("nobody wakes it")

    async def rewrite(self, text: str, *, deadline: timedelta) -> str:
        """Hang."""
        await asyncio.Event().wait()
        raise AssertionError("nobody wakes it")


def backwards(candidates: tuple[Candidate, ...]) -> Preference:
    """Prefer the candidates from behind."""
    return Preference(order=tuple(one.code for one in reversed(candidates)))


def sure_of_the_last(candidates: tuple[Candidate, ...]) -> Preference:
    """Be certain of the last candidate."""
    return Preference(order=backwards(candidates).order, is_sure=True)


def ordered(*codes: str, is_sure: bool = False) -> Preference:
    """Return a preference for these codes, whatever they are."""
    return Preference(order=tuple(map(ItemCode, codes)), is_sure=is_sure)


def _raised(answer: object) -> object:
    if isinstance(answer, BaseException):
        raise answer
    return answer
