"""Let the clocks stand still while a special procedure runs (特别程序): a hearing, an inspection, an expert review.

Source: reference services.md, section 3: the clock pauses in special procedures as it does while waiting for the citizen.
"""

from typing import ClassVar

from msgspec.structs import replace

from services.petitions.commands import Change, Command, Scene, optional, required
from services.petitions.deadline_model import PauseReason
from services.petitions.transitions import Action
from services.promises import Topic


class BeginSpecialProcedure(Command, frozen=True, kw_only=True):
    """Stop the clocks for a procedure that takes its own time; the citizen is told why (进入特别程序)."""

    action: ClassVar[Action] = Action.BEGIN_SPECIAL
    reason: str

    def change(self, scene: Scene) -> Change:
        """Stop the clocks."""
        clocks = scene.petition.clocks.paused(PauseReason.SPECIAL_PROCEDURE, scene.at)
        return Change(
            petition=replace(scene.petition, clocks=clocks),
            public={"reason": required("reason", self.reason)},
            topic=Topic.PETITION_SPECIAL_PROCEDURE,
        )


class EndSpecialProcedure(Command, frozen=True, kw_only=True):
    """Let the clocks run again; the citizen is told the day that is promised now (特别程序结束)."""

    action: ClassVar[Action] = Action.END_SPECIAL
    note: str = ""

    def change(self, scene: Scene) -> Change:
        """Let the clocks run again."""
        return Change(
            petition=replace(scene.petition, clocks=scene.petition.clocks.resumed(scene.at)),
            internal=optional("note", self.note),
            topic=Topic.PETITION_PROCEDURE_ENDED,
        )
