"""What the bots ask of others; assembly/ supplies the objects."""

from typing import Protocol

from bots.understanding.model import Understanding


class Understander(Protocol):
    """Turn words into a kind, items and a field; pure, without memory of the conversation."""

    def understand(self, text: str) -> Understanding:
        """Return what a text means; never raises, whatever the text (bots/understanding/pipeline.py)."""
        ...
