"""Ask one plug-in within its limits: deadline, questions at once, a rest after failures."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from msgspec import Struct

from bots.advice.breaker import Breaker, Limits
from bots.advice.figures import Figures, Outcome
from services.clock import Clock
from services.errors import Unavailable

log = structlog.get_logger()


class Answer(Struct, frozen=True):
    """Whatever a plug-in answered; nobody has looked at it yet."""

    value: object


class Guard:
    """Stand between one plug-in and the message that waits for it."""

    def __init__(self, plugin: str, *, limits: Limits, clock: Clock, figures: Figures) -> None:
        """Take the plug-in's name in figures, log and provenance."""
        self.plugin = plugin
        self.breaker = Breaker(limits, clock)
        self._at_once = limits.at_once
        self._figures = figures
        self._asked = 0

    async def ask(self, question: Callable[[timedelta], Awaitable[object]], *, until: float) -> Answer | None:
        """Return the answer, or None when there was none in time. Whoever gets one says by `settle` what it was worth.

        Args:
            question: asks the plug-in; takes the time that is left.
            until: the moment of the event loop's clock by which the citizen's message goes on.
        """
        left = until - asyncio.get_running_loop().time()
        if left <= 0 or not self._may_ask():
            return None
        began, self._asked = time.monotonic(), self._asked + 1
        try:
            async with asyncio.timeout_at(until):
                return Answer(await question(timedelta(seconds=left)))
        except TimeoutError:
            self._fail(Outcome.LATE, "no answer by the deadline")
        except Unavailable as error:
            self._fail(Outcome.FAILED, str(error))
        except Exception as error:  # noqa: BLE001 - a stranger's code; its message may hold the citizen's words
            self._fail(Outcome.FAILED, type(error).__name__)
        finally:
            self._asked -= 1
            self._figures.spend(self.plugin, time.monotonic() - began)
        return None

    def settle(self, outcome: Outcome) -> None:
        """Say what an answer was worth, once it has been checked."""
        if outcome is Outcome.REFUSED:
            self._fail(outcome, "no order of the candidates, or no wording")
            return
        self.breaker.succeeded()
        self._figures.count(self.plugin, outcome)

    def _may_ask(self) -> bool:
        if self._asked >= self._at_once:
            self._figures.count(self.plugin, Outcome.BUSY)
            return False
        if not self.breaker.lets_through():
            self._figures.count(self.plugin, Outcome.RESTING)
            return False
        return True

    def _fail(self, outcome: Outcome, reason: str) -> None:
        was_open = self.breaker.is_open
        self.breaker.failed()
        self._figures.count(self.plugin, outcome)
        log.warning("plug-in not used", plugin=self.plugin, outcome=outcome, reason=reason)
        if self.breaker.is_open and not was_open:
            log.error("plug-in left alone", plugin=self.plugin)
