"""[identity] of settings.toml."""

from datetime import timedelta
from typing import Annotated

from msgspec import Meta, Struct


class IdentitySettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long somebody stays signed in; the unit is in each name."""

    session_hours: Annotated[float, Meta(gt=0, le=24 * 7)] = 10.0
    """Of a member of staff, whatever they do: a working day."""
    idle_minutes: Annotated[float, Meta(gt=0, le=60 * 24 * 7)] = 60.0
    """Of a member of staff who does nothing: a desk that somebody left."""
    unused_guest_days: Annotated[float, Meta(gt=0, le=3_650)] = 30.0
    """Of a guest who never said or filed anything; any other guest stays known."""
    sweep_every_s: Annotated[float, Meta(gt=0)] = 600.0
    """Between rounds that remove what has ended."""

    @property
    def session_lasts(self) -> timedelta:
        """Return the life of a session."""
        return timedelta(hours=self.session_hours)

    @property
    def idle_lasts(self) -> timedelta:
        """Return how long a session outlives the last call."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def unused_lasts(self) -> timedelta:
        """Return the life of a guest who does nothing."""
        return timedelta(days=self.unused_guest_days)
