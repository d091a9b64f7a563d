"""[departments.<id>] of settings.toml: which units have a system, and the pair of key and secret agreed with each."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from services.secret import Secret
from services.settings import BadSettings

SECRET_LEAST = 32
"""Characters of a secret."""


class SystemSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One unit's system: the key id both sides name, the secret, and where pushes go (empty: it only pulls)."""

    key: str = ""
    secret: Secret = Secret("")
    url: str = ""


class System(Struct, frozen=True, kw_only=True):
    """A unit's system, checked."""

    id: str
    key: str
    secret: Secret
    url: str

    @property
    def takes_pushes(self) -> bool:
        """Tell whether the unit gave an address to push to."""
        return bool(self.url)


def checked_systems(settings: Mapping[str, SystemSettings], *, is_known: Callable[[str], bool]) -> dict[str, System]:
    """Return the systems by key.

    Raises:
        BadSettings: naming the setting: no such unit, no key, a key used twice, a short secret, a strange address.
    """
    systems: dict[str, System] = {}
    for unit, given in settings.items():
        name = f"departments.{unit}"
        if not is_known(unit):
            raise BadSettings(f"{name}: there is no such unit in data/departments.json")
        if not given.key or given.key in systems:
            raise BadSettings(f"{name}.key must be given, and no other unit's")
        if len(given.secret.reveal()) < SECRET_LEAST:
            raise BadSettings(f"{name}.secret must have at least {SECRET_LEAST} characters")
        parts = urlsplit(given.url)
        if given.url and not (parts.scheme in {"http", "https"} and parts.netloc and not parts.query):
            raise BadSettings(f"{name}.url must be http(s)://host/path")
        systems[given.key] = System(id=unit, key=given.key, secret=given.secret, url=given.url.rstrip("/"))
    return systems
