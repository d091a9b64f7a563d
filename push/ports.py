"""What the push asks of the channels; assembly/ supplies the objects."""

from typing import Protocol

from services.outbox.notice import Notice, Receipt


class Sender(Protocol):
    """One channel's way out. Tries once; renewing a stale access token is part of that try."""

    async def send(self, notice: Notice) -> Receipt:
        """Deliver a notice and say by which way, or raise SendRefused, SendDelayed, SendMisconfigured, SendUnknown."""
        ...
