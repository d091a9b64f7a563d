"""Hold the numbers that decide between an answer, a menu and silence."""

from msgspec import Struct


class SearchSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set the thresholds of the matcher; scores are 0 to 1 and mean the same for every question."""

    direct: float = 0.6
    """A best score of at least this may be answered directly."""
    margin: float = 0.1
    """... when it is so much above the second."""
    menu: float = 0.25
    """A best score of at least this is worth a menu."""
    several: float = 0.5
    """Each half of a sentence must reach this to count as a question of its own."""
    cached_rankings: int = 4096
    """Rankings kept in memory."""
