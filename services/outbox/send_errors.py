"""How a sender says that a message did not go out. The relay alone decides what follows."""

from datetime import timedelta


class SendFailed(Exception):
    """A message was not delivered; ``reason`` is a stable word for the record, never a platform's raw text."""

    def __init__(self, reason: str) -> None:
        """Keep the stable word."""
        super().__init__(reason)
        self.reason = reason


class SendRefused(SendFailed):
    """Never again by this way: unsubscribed, blocked, outside every window, no consent."""


class SendDelayed(SendFailed):
    """Try again after a while: limits, 5xx, connection refused before anything was sent."""

    def __init__(self, reason: str, *, retry_after: timedelta | None = None) -> None:
        """Keep the wait the platform asked for, if it did."""
        super().__init__(reason)
        self.retry_after = retry_after


class SendMisconfigured(SendFailed):
    """Nobody's message can go out like this: bad secret, missing template, address not allow-listed. Alarm."""


class SendUnknown(SendFailed):
    """The request left us and no answer came: it may have been delivered. Only an idempotent way may repeat it."""
