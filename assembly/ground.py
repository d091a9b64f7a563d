"""Make what everything stands on: clock, task registry, store, what the parts tell each other by, and the keys."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from assembly.settings import ROOT, PrivacySettings, Settings
from services.clock import Clock, SystemClock
from services.coordination.shared import Shared, shared_by
from services.database.collection import Database
from services.database.engine import open_database
from services.following.trail import POSITIONS, Trail
from services.identity.sealing import KEY_BYTES
from services.petitions.store import PETITIONS
from services.settings import BadSettings
from services.tasks import Tasks


class Ground(Struct, frozen=True, kw_only=True):
    """The clock, the task registry, the store, and what the parts tell each other by."""

    settings: Settings
    clock: Clock
    tasks: Tasks
    database: Database
    shared: Shared
    files: Path


def lay_ground(settings: Settings) -> Ground:
    """Make the parts that everything else is built on."""
    tasks = Tasks()
    with naming("store.url"):
        database = open_database(settings.store.url, root=ROOT)
    with naming("redis.url"):
        shared = shared_by(settings.redis.url, tasks=tasks)
    return Ground(
        settings=settings,
        clock=SystemClock(),
        tasks=tasks,
        database=database,
        shared=shared,
        files=ROOT / settings.store.files,
    )


@contextmanager
def naming(setting: str) -> Iterator[None]:
    """Stop the start by a setting's name when its value is of no use."""
    try:
        yield
    except ValueError as error:
        raise BadSettings(f"{setting}: {error}") from error


def trail(ground: Ground, name: str) -> Trail:
    """Return one follower's way through all changes of petitions."""
    store = ground.database
    return Trail(store.collection(PETITIONS), store.collection(POSITIONS), name=name, clock=ground.clock)


def derived_secret(key: bytes, purpose: str) -> bytes:
    """Return a secret of its own for one purpose, so that one configured key serves several (HMAC-SHA256)."""
    return hmac.digest(key, purpose.encode(), "sha256")


def sealing_key(settings: PrivacySettings) -> bytes:
    """Return the key, or stop the start by name."""
    try:
        key = bytes.fromhex(settings.sealing_key.reveal())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise BadSettings("privacy.sealing_key must be 64 hexadecimal digits (environment: QD_PRIVACY__SEALING_KEY)")
    return key
