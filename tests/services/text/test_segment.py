"""Check the segmenter: search mode, private dictionary, never changed while in use."""

from pathlib import Path

import pytest

from services.text.segment import Segmenter


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> Segmenter:
    return Segmenter.load(tmp_path_factory.mktemp("segmenter"))


def test_search_mode_gives_long_words_and_the_short_ones_inside(segmenter: Segmenter) -> None:
    assert segmenter.search("住房公积金") == ["住房", "公积", "积金", "公积金"]


def test_no_model_glues_unknown_characters_together(segmenter: Segmenter) -> None:
    assert segmenter.words("去哪办") == ["去", "哪", "办"]


def test_words_cover_the_whole_text(segmenter: Segmenter) -> None:
    text = "身份证丢了,去哪补?abc 123"
    assert "".join(segmenter.words(text)) == text


def test_a_copy_knows_new_words_and_the_original_does_not(segmenter: Segmenter) -> None:
    # When a copy learns a word
    richer = segmenter.with_words(["临时身份证"])
    # Then only the copy has it
    assert "临时身份证" in richer.words("临时身份证丢了")
    assert "临时身份证" not in segmenter.words("临时身份证丢了")
    assert segmenter.frequency("临时身份证") == 0


def test_words_that_cannot_be_matched_are_left_out(segmenter: Segmenter) -> None:
    richer = segmenter.with_words(["a-b", "单", "含 空格", "《书名》"])
    assert richer.total == segmenter.total


def test_the_dictionary_cache_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    Segmenter.load(folder)
    assert folder.stat().st_mode & 0o077 == 0
