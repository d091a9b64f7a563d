"""Keep what opens a petition and what hides its reporter: query keys and sealed contact fields."""

import hashlib
import hmac

from msgspec import Struct

from services.identity.sealing import Sealed, Sealer
from services.ids import derived_query_key, normal_query_key
from services.petitions.model import Petition


class Contact(Struct, frozen=True, kw_only=True):
    """A reporter's name and telephone, open; empty when not given. Never logged, never stored."""

    name: str
    phone: str


class Keys:
    """Hold the installation's secrets for query keys and contact fields."""

    def __init__(self, *, query_secret: bytes, sealer: Sealer) -> None:
        """Take the secret that query keys are derived from, and the sealer."""
        self._query_secret = query_secret
        self._sealer = sealer

    def query_key(self, petition_id: str) -> str:
        """Return the query key of a petition: the same whenever the same draft is filed again."""
        return derived_query_key(self._query_secret, petition_id)

    def seal(self, value: str, *, petition_id: str, field: str) -> Sealed | None:
        """Return a contact field sealed for its petition; None when empty."""
        return self._sealer.seal(value, context=f"petition:{petition_id}:{field}") if value else None

    def contact(self, petition: Petition) -> Contact:
        """Return the reporter's contact, open; raises `CannotUnseal` for a value that was tampered with."""
        opened = {
            field: self._sealer.unseal(sealed, context=f"petition:{petition.id}:{field}") if sealed else ""
            for field, sealed in (("name", petition.reporter.name), ("phone", petition.reporter.phone))
        }
        return Contact(name=opened["name"], phone=opened["phone"])


def key_hash(query_key: str) -> str:
    """Return what is stored of a query key: 80 random bits need no salt."""
    return hashlib.sha256(query_key.encode()).hexdigest()


def opens(petition: Petition, typed_key: str) -> bool:
    """Tell whether a typed query key is the petition's own; compared in constant time."""
    key = normal_query_key(typed_key)
    return key is not None and hmac.compare_digest(key_hash(key), petition.query_key_hash)
