"""Check which characters sound alike."""

from pathlib import Path

from services.places.sounds import Sounds
from services.text.pinyin import PinyinTable

_SOUNDS = Sounds(PinyinTable.load(Path("data/wording/pinyin.txt")))


def test_characters_that_are_mixed_up_when_typing_sound_alike() -> None:
    assert _SOUNDS.of("李沧") == _SOUNDS.of("里仓")
    # zh is z, and -ng is -n
    assert _SOUNDS.of("中城") == _SOUNDS.of("宗陈")
    assert _SOUNDS.of("市北") != _SOUNDS.of("市南")


def test_what_has_no_sound_stands_for_itself() -> None:
    assert _SOUNDS.of("A1区")[:2] == ("A", "1")
    assert _SOUNDS.alike("A") == {"A"}


def test_a_character_is_among_those_that_sound_like_it() -> None:
    alike = _SOUNDS.alike("沧")
    assert {"沧", "仓", "苍"} <= alike
    assert "李" not in alike
