"""[push] of settings.toml."""

from typing import Annotated

from msgspec import Meta, Struct

ATTEMPTS_KEPT = 20
"""Attempts a delivery remembers, the oldest going first; a limit above it would never be reached."""


class PushSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the relay works; seconds where a name says so."""

    in_flight: Annotated[int, Meta(ge=1, le=1_000)] = 128
    """Sends of one channel at once; a slow channel holds up no other."""
    lease_s: Annotated[float, Meta(gt=0)] = 15.0
    """How long a send may take before another worker believes its holder dead; longer than any sender's time-outs."""
    poll_s: Annotated[float, Meta(gt=0)] = 1.0
    """The safety net: how often the relay looks without being woken."""
    order_wait_s: Annotated[float, Meta(ge=0)] = 600.0
    """How long a message waits for an earlier one to the same receiver about the same petition; 0: never."""
    attempts_most: Annotated[int, Meta(ge=1, le=ATTEMPTS_KEPT)] = 12
    stuck_after_s: Annotated[float, Meta(gt=0)] = 300.0
    """Age of a due delivery at which the detector alarms."""
