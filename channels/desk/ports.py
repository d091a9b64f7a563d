"""What the desk asks of the push; assembly/ supplies the object."""

from typing import Protocol

from services.database.collection import Page
from services.outbox.delivery import Delivery, DeliveryStatus


class Deliveries(Protocol):
    """Look at deliveries and replay what was given up."""

    async def life(self, delivery_id: str) -> Delivery:
        """Return one delivery with everything that happened to it."""
        ...

    async def listed(self, status: DeliveryStatus, *, after: str | None = None) -> Page[Delivery]:
        """Return deliveries of one status, oldest first."""
        ...

    async def of_citizen(self, citizen_id: str, *, after: str | None = None) -> Page[Delivery]:
        """Return a citizen's deliveries, newest first."""
        ...

    async def replay(self, delivery_id: str) -> Delivery:
        """Make a delivery due again."""
        ...
