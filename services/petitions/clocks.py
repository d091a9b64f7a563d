"""Keep the two clocks of a petition: the citizen's, which never starts over, and the handling unit's, which does."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from services.errors import Conflict, Invalid
from services.petitions.deadline_model import Limit, Pause, PauseReason, Run


class ClockRefused(Conflict):
    """Refuse to stop a clock that stands still, or to resume one that runs."""

    code = "petition.clock_refused"
    title = "当前计时状态不能进行此操作"


class ExtensionTooLong(Invalid):
    """Refuse more extension than the rules allow in total."""

    code = "petition.extension_too_long"
    title = "延期超过规定的最长时限"


class Clocks(Struct, frozen=True, kw_only=True):
    """Hold what a petition's due dates are computed from, see `services.petitions.deadlines.deadline`.

    * Dispatching gives the unit a fresh clock, whoever had it before.
    * A return by the unit (退单) ends its clock; the citizen's goes on, with every pause and extension it has had.
    * A pause or an extension holds for both: the citizen is told one date.
    """

    citizen: Run
    unit: Run | None = None
    """None while no unit has the petition."""

    def dispatched(self, limit: Limit, at: datetime) -> "Clocks":
        """Start the clock of the unit that receives the petition now; it stands still if the citizen's does."""
        pause = _open_pause(self.citizen)
        pauses = (replace(pause, began_at=at),) if pause else ()
        return replace(self, unit=Run(received_at=at, limit=limit, pauses=pauses))

    def returned(self) -> "Clocks":
        """End the unit's clock; the citizen's goes on."""
        return replace(self, unit=None)

    def paused(self, reason: PauseReason, at: datetime) -> "Clocks":
        """Stop both clocks; refused while they stand still."""
        if _open_pause(self.citizen):
            raise ClockRefused("the clock stands still already")
        pause = Pause(reason=reason, began_at=at)
        return self._both(lambda run: replace(run, pauses=(*run.pauses, pause)))

    def resumed(self, at: datetime) -> "Clocks":
        """Let both clocks run again; refused while they run. A clock set back in between ends the pause at once."""
        pause = _open_pause(self.citizen)
        if pause is None:
            raise ClockRefused("the clock runs")
        return self._both(lambda run: _with_last_pause_ended(run, max(at, run.pauses[-1].began_at)))

    def extended(self, workdays: int, *, most: int) -> "Clocks":
        """Add working days to the original due dates.

        Args:
            workdays: at least 1.
            most: how many the rules allow a unit in all, see `services.petitions.deadline_rules`.

        Raises:
            ExtensionTooLong: fewer than 1, or more than is left of `most`.
        """
        had = (self.unit or self.citizen).extension_workdays
        if not 1 <= workdays <= most - had:
            raise ExtensionTooLong(
                f"{workdays} more after {had} of {most}", fields={"days": f"可延期 1 至 {most - had} 个工作日"}
            )
        return self._both(lambda run: replace(run, extension_workdays=run.extension_workdays + workdays))

    def _both(self, change: Callable[[Run], Run]) -> "Clocks":
        return Clocks(citizen=change(self.citizen), unit=change(self.unit) if self.unit else None)


def _open_pause(run: Run) -> Pause | None:
    return run.pauses[-1] if run.pauses and run.pauses[-1].ended_at is None else None


def _with_last_pause_ended(run: Run, at: datetime) -> Run:
    *earlier, last = run.pauses
    return replace(run, pauses=(*earlier, replace(last, ended_at=at)))
