"""[plugins.ranker] and [plugins.rewriter] of settings.toml: where a plug-in is, and what it knows us by."""

from urllib.parse import urlsplit

from msgspec import Struct

from services.secret import Secret
from services.settings import BadSettings


class EndpointSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One plug-in: its address, empty when there is none, and the bearer token it asks for, empty when it asks none."""

    url: str = ""
    secret: Secret = Secret("")


class Endpoint(Struct, frozen=True, kw_only=True):
    """Where a plug-in is, checked."""

    url: str
    secret: Secret


def checked_endpoint(settings: EndpointSettings, *, name: str) -> Endpoint | None:
    """Return where a plug-in is; None when the settings name none.

    Raises:
        BadSettings: naming the setting: a strange address, one that carries a password, or a secret that no header holds.
    """
    if not settings.url:
        return None
    try:
        parts = urlsplit(settings.url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_address = False
    else:
        is_address = is_address and not parts.fragment and parts.username is None and parts.password is None
    if not is_address:
        raise BadSettings(f"{name}.url must be http(s)://host/path, without user and password")
    secret = settings.secret.reveal()
    if not (secret.isascii() and secret.isprintable()):
        raise BadSettings(f"{name}.secret must be printable ASCII")
    return Endpoint(url=settings.url, secret=settings.secret)
