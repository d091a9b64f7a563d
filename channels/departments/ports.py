"""What the interface with units' systems asks of others; assembly/ supplies the objects."""

from typing import Protocol

from services.petitions.keys import Contact
from services.petitions.model import Petition


class Petitions(Protocol):
    """Where the sender finds what it pushes."""

    async def handed_over(self, number: str, department: str) -> tuple[Petition, Contact | None]:
        """Return a petition as the unit is given it, with the contact unless that is withheld."""
        ...
