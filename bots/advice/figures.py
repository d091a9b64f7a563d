"""Count what came of asking plug-ins, for operators."""

from enum import StrEnum


class Outcome(StrEnum):
    """What came of offering one message to one plug-in."""

    USED = "used"
    """The answer changed what the citizen reads."""
    KEPT = "kept"
    """A good answer that changed nothing."""
    REFUSED = "refused"
    """An answer that names foreign items, one twice or not all, or that is no answer at all."""
    LATE = "late"
    """No answer by the deadline."""
    FAILED = "failed"
    """An error instead of an answer."""
    RESTING = "resting"
    """Not asked: it failed too often just now."""
    BUSY = "busy"
    """Not asked: it has as many questions as it may have at once."""


class Figures:
    """Outcomes by plug-in and kind, and the seconds that citizens waited for each plug-in."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.outcomes: dict[tuple[str, ...], float] = {}
        self.seconds: dict[tuple[str, ...], float] = {}

    def count(self, plugin: str, outcome: Outcome) -> None:
        """Count one outcome."""
        self.outcomes[plugin, outcome] = self.outcomes.get((plugin, outcome), 0) + 1

    def spend(self, plugin: str, seconds: float) -> None:
        """Add the time one answer was waited for."""
        self.seconds[plugin,] = self.seconds.get((plugin,), 0.0) + seconds
