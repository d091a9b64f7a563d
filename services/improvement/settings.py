"""Say how long what was learned from use is kept."""

from datetime import timedelta
from typing import Annotated

from msgspec import Meta, Struct


class ImprovementSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[improvement] of settings.toml."""

    keep_days: Annotated[int, Meta(ge=1, le=3_650)] = 90
    """Natural days that decisions, votes, open questions and dismissals are kept."""
    pack: str = "evaluation/data"
    """Folder of the regression pack, relative to the project; without it nothing can be published."""

    @property
    def keep(self) -> timedelta:
        """Return the same as a period."""
        return timedelta(days=self.keep_days)
