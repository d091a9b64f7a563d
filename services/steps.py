"""Do long work in small steps, so that an event loop serves everybody else between them."""

import asyncio
import time
from collections.abc import Generator
from typing import TypeAlias, TypeVar

Result = TypeVar("Result")
Steps: TypeAlias = Generator[None, None, Result]
"""Work that offers to be interrupted as often as it yields, best within a millisecond, and returns its result."""

_WORKED_S = 0.001
"""How long steps are taken before the others are let go first."""


def at_once(steps: Steps[Result]) -> Result:
    """Take all steps without a rest and return the result."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: Result = done.value
            return result


async def in_turns(steps: Steps[Result]) -> Result:
    """Take the steps on the event loop, a millisecond at a time, and return the result.

    A thread would be noticed more: whenever the loop lets go of the interpreter, if only for a statement to the store, the
    thread takes it for a switch interval or for one long call, and a turn lets go several times.
    """
    while True:
        begun = time.perf_counter()
        try:
            while time.perf_counter() - begun < _WORKED_S:
                next(steps)
        except StopIteration as done:
            result: Result = done.value
            return result
        await asyncio.sleep(0)
