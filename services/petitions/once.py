"""Let a caller's key make a repeated action the same action: its answer stands in the petition, written with it."""

import hashlib

import msgspec
from msgspec.structs import replace

from services.errors import Conflict
from services.petitions.commands import Command
from services.petitions.model import Done, Petition

DONE_KEPT = 40
"""Answers kept in a petition: a caller repeats within minutes, not after forty further actions."""


class ActionKeyUsedAgain(Conflict):
    """Refuse a key that came with another action before."""

    code = "petition.action_key_used_again"
    title = "这个幂等键已用于另一个操作"


def once_key(caller: str, key: str) -> str:
    """Return a caller's key as it is kept: of fixed length, and nobody's but the caller's."""
    return hashlib.blake2b(f"{caller}\n{key}".encode(), digest_size=16).hexdigest()


def done_before(petition: Petition, command: Command, *, key: str) -> Done | None:
    """Return the first answer to a key, or None when it is new; raise `ActionKeyUsedAgain` for another action."""
    for done in petition.done:
        if done.key == key:
            if done.digest != _digest(command):
                raise ActionKeyUsedAgain(petition.id)
            return done
    return None


def done_now(petition: Petition, command: Command, *, key: str) -> Done:
    """Return what the caller is answered now and whenever the key comes again."""
    return Done(
        key=key,
        digest=_digest(command),
        status=petition.status,
        due_on=petition.unit_due_on or petition.due_on,
        revision=petition.revision,
    )


def remembered(petition: Petition, done: Done) -> Petition:
    """Return the petition that remembers an answer; the oldest are let go."""
    return replace(petition, done=(*petition.done, done)[-DONE_KEPT:])


def _digest(command: Command) -> str:
    described = type(command).__name__.encode() + msgspec.json.encode(command)
    return hashlib.blake2b(described, digest_size=16).hexdigest()
