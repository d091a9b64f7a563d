"""Check what of a sentence is looked up."""

from services.items.search.question import Reader, character_grams
from tests.support.search import pinyin_table, segmenter, wording

READER = Reader(wording(), segmenter(), table=pinyin_table())


def test_noise_is_cut_out_and_the_pieces_around_it_are_kept_apart() -> None:
    terms = READER.read("请问身份证丢了怎么办")
    assert terms.content[0].startswith("身份证")
    assert not any("怎么" in gram or "请" in gram for gram in terms.grams)


def test_words_grams_sounds_and_concepts_are_looked_up() -> None:
    terms = READER.read("身份证丢了")
    assert "身份证" in terms.words
    assert "份证" in terms.grams
    assert "sen'fen" in terms.sounds
    assert {"id_card", "lost"} <= terms.mentions.all


def test_a_greeting_leaves_nothing_to_look_for() -> None:
    assert READER.read("你好").is_empty


def test_a_clause_can_borrow_the_circumstances_of_its_sentence() -> None:
    whole, clause = READER.read("孩子刚出生,医保怎么交"), READER.read("医保怎么交")
    assert "child" not in clause.mentions.all
    assert "child" in clause.within(whole).mentions.all
    assert clause.within(whole).words == clause.words


def test_grams_are_pairs_and_triples() -> None:
    assert character_grams("身份证") == ["身份", "份证", "身份证"]
    assert character_grams("证") == []
