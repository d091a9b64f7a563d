"""[push] of settings.toml."""

from msgspec import Struct


class PushSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the relay works; seconds where a name says so."""

    in_flight: int = 64
    """Persons of one channel being served at once; a slow channel holds up no other."""
    lease_s: float = 15.0
    """How long a send may take before another worker believes its holder dead; longer than any sender's time-outs."""
    poll_s: float = 1.0
    """The safety net: how often the relay looks without being woken."""
    attempts_most: int = 12
    stuck_after_s: float = 300.0
    """Age of a due delivery at which the detector alarms."""
