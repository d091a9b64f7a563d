"""Hold the numbers that decide between an answer, a menu and silence."""

from msgspec import Struct


class SearchSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set the thresholds of the matcher; scores are 0 to 1 and mean the same for every question."""

    direct: float = 0.37
    """A best score of at least this may be answered directly."""
    margin: float = 0.17
    """... when it is so much above the second,"""
    rival: float = 0.5
    """... and no other item that the question mentions reaches this share of it,"""
    support: float = 0.8
    """... and the item explains the question so well."""
    menu: float = 0.2
    """A best score of at least this is worth a menu,"""
    menu_support: float = 0.2
    """... when the item explains the question so well."""
    story: float = 0.11
    """A long story spreads its evidence thin: a best score of at least this is worth a menu,"""
    story_support: float = 0.6
    """... when the item explains the question so well."""
    several: float = 0.4
    """Each half of a sentence must reach this to count as a question of its own,"""
    several_margin: float = 0.07
    """... and be so much above its own second."""
    listed: float = 0.12
    """Items below this are left out of a list of search results."""
    cached_rankings: int = 4096
    """Rankings kept in memory."""
