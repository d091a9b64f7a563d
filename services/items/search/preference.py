"""Say in which order somebody else would offer the candidates of a search."""

from msgspec import Struct

from services.items.model import ItemCode


class Preference(Struct, frozen=True, kw_only=True):
    """An order of candidates that were found already.

    ``order`` names every candidate once, best first; whoever receives it checks that. ``is_sure`` says that the first
    is meant and none of the others.
    """

    order: tuple[ItemCode, ...]
    is_sure: bool = False


def is_order_of(order: tuple[str, ...], codes: tuple[ItemCode, ...]) -> bool:
    """Tell whether an order names exactly these codes, each once: nothing foreign, nothing twice, nothing left out."""
    return len(order) == len(codes) and set(order) == set(codes)
