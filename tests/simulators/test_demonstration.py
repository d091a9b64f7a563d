"""What a demonstration makes for itself it keeps: whole, alone readable by its owner, never replaced by something new."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from services.settings import BadSettings
from simulators.demonstration import kept_secrets


@contextmanager
def a_full_disk() -> Iterator[None]:
    """Let no file grow beyond ten bytes, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_secrets_are_made_once_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "demo-secrets.json"
    made = kept_secrets(path)
    assert kept_secrets(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["demo-secrets.json"]


def test_what_an_older_release_did_not_make_is_added_and_what_it_made_stays(tmp_path: Path) -> None:
    path = tmp_path / "demo-secrets.json"
    path.write_bytes(msgspec.json.encode({"privacy": {"sealing_key": "ab"}}))
    path.chmod(0o644)
    made = kept_secrets(path)
    assert made["privacy"] == {"sealing_key": "ab"}
    assert made["wechat"]["token"]
    assert msgspec.json.decode(path.read_bytes()) == made
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    # Given what an older release kept
    path = tmp_path / "demo-secrets.json"
    before = msgspec.json.encode({"privacy": {"sealing_key": "ab"}})
    path.write_bytes(before)
    # When the new file cannot be written whole
    with a_full_disk(), pytest.raises(OSError, match="too large"):
        kept_secrets(path)
    # Then the old one is untouched and nothing lies about
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["demo-secrets.json"]


@pytest.mark.parametrize("content", [b"", b'{"privacy": {"sea', b"[]"])
def test_secrets_that_cannot_be_read_stop_the_start_by_name_and_are_not_replaced(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "demo-secrets.json"
    path.write_bytes(content)
    with pytest.raises(BadSettings, match=r"demo-secrets\.json"):
        kept_secrets(path)
    assert path.read_bytes() == content
