"""Read the settings: every section of settings.toml under one roof, and the secrets a demonstration makes for itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from bots.advice.breaker import Limits as PluginLimits
from channels.departments.settings import SystemSettings
from channels.inbox import InboxSettings
from channels.mailbox.settings import MailboxSettings
from channels.plugins.settings import EndpointSettings
from channels.wechat.settings import WeChatSettings
from push.settings import PushSettings
from services.identity.settings import IdentitySettings
from services.improvement.settings import ImprovementSettings
from services.items.search.settings import SearchSettings
from services.logs import LogSettings
from services.petitions.patience import Patience
from services.secret import Secret
from services.settings import BadSettings, load_settings
from simulators.demonstration import (
    DemoSettings,
    kept_secrets,
)

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"


LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class ServerSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[server]: where it listens and how the outside sees it."""

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8000
    public_url: Annotated[str, Meta(pattern=r"^(https?://[^/?#\s]+/?)?$")] = ""
    proxies: Annotated[int, Meta(ge=0, le=10)] = 0
    real_ip_header: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]*$")] = ""
    demo: bool = False
    stop_within_s: Annotated[float, Meta(ge=0)] = 10.0

    @property
    def outside(self) -> str:
        """Return scheme and host as others write them; derived from host and port when not given."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"


class StoreSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[store]: which database, and the folder of pictures and the spill file."""

    url: str = "sqlite:///var/qingdao.db"
    files: str = "var"


class RedisSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[redis]: empty means everything in this process."""

    url: str = ""


class CatalogueSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[catalogue]: the files that together are the catalogue, relative to the project."""

    files: tuple[str, ...] = ("data/items.json",)
    watch_every_s: float = 0.5


class PetitionSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[petitions]: whose deadline rules are in force (data/deadline_rules.json), and how long the system waits."""

    preset: str = "shandong"
    patience: Patience = Patience()
    watch_every_s: float = 20.0


class PrivacySettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[privacy]: the key that seals personal fields, 64 hexadecimal digits."""

    sealing_key: Secret = Secret("")


class PluginSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[plugins]: who may help the bot with what it is unsure of; nobody unless an address is given."""

    ranker: EndpointSettings = EndpointSettings()
    rewriter: EndpointSettings = EndpointSettings()
    limits: PluginLimits = PluginLimits()


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every section of settings.toml, each owned by the package that uses it."""

    server: ServerSettings = ServerSettings()
    store: StoreSettings = StoreSettings()
    redis: RedisSettings = RedisSettings()
    log: LogSettings = LogSettings()
    limits: InboxSettings = InboxSettings()
    identity: IdentitySettings = IdentitySettings()
    push: PushSettings = PushSettings()
    search: SearchSettings = SearchSettings()
    plugins: PluginSettings = PluginSettings()
    catalogue: CatalogueSettings = CatalogueSettings()
    petitions: PetitionSettings = PetitionSettings()
    improvement: ImprovementSettings = ImprovementSettings()
    privacy: PrivacySettings = PrivacySettings()
    mailbox: MailboxSettings = MailboxSettings()
    wechat: WeChatSettings = WeChatSettings()
    alipay: dict[str, str] = {}
    """Names that design 6 fixes for a channel this release does not have: accepted, announced as unused."""
    departments: dict[str, SystemSettings] = {}
    demo: DemoSettings = DemoSettings()


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings; a demonstration gets a made value for every secret that was not given.

    Raises:
        BadSettings: naming the setting that stops the start.
    """
    given = load_settings(Settings, root=ROOT, environment=environment)
    if not given.server.demo:
        return given
    if given.server.host not in LOOPBACK:
        raise BadSettings(f"server.demo is refused on {given.server.host}: a demonstration listens on loopback only")
    made = kept_secrets(ROOT / given.store.files / "demo-secrets.json")
    return load_settings(Settings, root=ROOT, environment=environment, defaults=made)
