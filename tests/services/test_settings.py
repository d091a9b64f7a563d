"""Settings from file, second file and environment; a mistake stops the start by name."""

from pathlib import Path

import pytest
from msgspec import Struct

from services.secret import Secret
from services.settings import BadSettings, load_settings


class Door(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A section."""

    host: str = "here"
    port: int = 1
    is_open: bool = False
    key: Secret = Secret("")
    files: tuple[str, ...] = ()


class House(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All sections."""

    door: Door = Door()
    doors: dict[str, Door] = {}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "settings.toml").write_text("[door]\nport = 2\n")
    return tmp_path


def test_the_environment_stands_above_the_second_file_above_the_first_above_defaults(root: Path) -> None:
    second = root / "second.toml"
    second.write_text('[door]\nport = 3\nhost = "second"\n')
    made = {"door": {"port": 0, "key": "made"}}
    assert load_settings(House, root=root, environment={}, defaults=made).door.port == 2
    named = {"QD_SETTINGS": str(second)}
    assert load_settings(House, root=root, environment=named).door == Door(port=3, host="second")
    over = load_settings(House, root=root, environment={**named, "QD_DOOR__PORT": "4"}, defaults=made).door
    assert over == Door(port=4, host="second", key=Secret("made"))
    assert made == {"door": {"port": 0, "key": "made"}}


def test_text_of_the_environment_becomes_the_type_of_the_setting(root: Path) -> None:
    environment = {
        "QD_DOOR__IS_OPEN": "true",
        "QD_DOOR__FILES": "not a list",
        "QD_DOORS__BACK__HOST": "behind",
        "QD_DOORS__BACK__PORT": "7",
        "PATH": "/bin",
        "QD_TEST_REDIS": "redis://somewhere",
    }
    with pytest.raises(BadSettings, match="QD_DOOR__FILES"):
        load_settings(House, root=root, environment=environment)
    del environment["QD_DOOR__FILES"]
    house = load_settings(House, root=root, environment=environment)
    assert house.door.is_open
    assert house.doors == {"back": Door(host="behind", port=7)}


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"QD_DOOR__PORT": "x"}, "QD_DOOR__PORT"),
        ({"QD_DOOR__PROT": "1"}, "QD_DOOR__PROT"),
        ({"QD_DOR__PORT": "1"}, "QD_DOR"),
        ({"QD_DOOR_PORT": "1"}, "QD_DOOR_PORT"),
        ({"QD_DOOR__PORT": "1", "QD_DOOR__PORT__X": "1"}, "QD_DOOR__PORT__X"),
        ({"QD_DOORS__BACK__PORT": "x"}, "QD_DOORS"),
        ({"QD_DOOR__IS_OPEN": "maybe"}, "QD_DOOR__IS_OPEN"),
        ({"QD_SETTINGS": "/nowhere/at/all.toml"}, "/nowhere/at/all.toml"),
        ({"QD_SETTINGS": "/"}, "settings file /"),
    ],
)
def test_a_mistake_in_the_environment_is_named(root: Path, environment: dict[str, str], name: str) -> None:
    with pytest.raises(BadSettings, match=name):
        load_settings(House, root=root, environment=environment)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"[door\n", "settings.toml"),
        (b"\xff\xfe", "settings.toml"),
        (b"door = 3\n", "QD_DOOR"),
        (b"[door]\nkey = 3\n", "a secret is text"),
        (b"[door]\nhost = 3\n", "QD_DOOR__HOST"),
        (b"[window]\nopen = 1\n", "window"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, written: bytes, said: str) -> None:
    (tmp_path / "settings.toml").write_bytes(written)
    with pytest.raises(BadSettings, match=said):
        load_settings(House, root=tmp_path, environment={})


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"settings\.toml"):
        load_settings(House, root=tmp_path, environment={})


def test_a_wrong_value_of_a_secret_is_not_shown(root: Path) -> None:
    (root / "settings.toml").write_text("[door]\nkey = ['canary']\n")
    with pytest.raises(BadSettings) as refusal:
        load_settings(House, root=root, environment={})
    assert "canary" not in str(refusal.value)


def test_the_process_environment_is_read_when_none_is_given(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QD_DOOR__PORT", "9")
    assert load_settings(House, root=root).door.port == 9


class Odd(Struct, frozen=True):
    """A section of a type nobody can write in a file."""

    thing: complex = 0j


def test_a_type_that_no_file_can_hold_is_the_programmers_mistake(root: Path) -> None:
    (root / "settings.toml").write_text("thing = 1\n")
    with pytest.raises(NotImplementedError):
        load_settings(Odd, root=root, environment={})
