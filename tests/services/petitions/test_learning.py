"""Clerks' corrections are learned from a store alone, if that helps, and once."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.database.engine import open_database
from services.petitions.categories import Category
from services.petitions.classifier import Classifier
from services.petitions.corrections import CORRECTIONS, CorrectionBook, CorrectionExample
from services.petitions.features import gram_counts
from services.petitions.learning import LEAST, AlreadyLearned, main, measured, with_corrections
from services.petitions.model_file import PetitionModel, load_model
from services.petitions.vocabulary import Vocabulary, load_everyday_words
from tests.support.petition_data import DATA, shipped_directory, shipped_tree
from tests.support.set_clock import SetClock

MODEL: PetitionModel = load_model(DATA / "petition_model.json.gz")
CORRECTED = Category.parse(shipped_tree().catch_all("民政").path)
TEXTS = [
    f"{place}的乒乓球台{fault}" for place in "东西南北中" for fault in ("塌了", "歪了", "脏了", "没网了", "被锁了")
]
EXAMPLES = [CorrectionExample(level1="民政", grams=dict(gram_counts("", text))) for text in TEXTS]


def best(model: PetitionModel, text: str) -> str:
    vocabulary = Vocabulary(
        shipped_tree(),
        everyday=load_everyday_words(DATA / "petition_words.json"),
        duties=shipped_directory().duties(),
    )
    return Classifier(model, vocabulary).classify("", text).best.level1


def a_store(folder: Path, texts: list[str]) -> str:
    url = f"sqlite:////{folder}/store.db"

    async def fill() -> None:
        database = open_database(url)
        book = CorrectionBook(database.collection(CORRECTIONS), SetClock(datetime(2026, 11, 24, tzinfo=UTC)))
        await database.open()
        for number, text in enumerate(texts):
            await book.learn(f"pt_{number}", CORRECTED, proposed="城乡建设/其他/其他", title="", text=text)
        await database.close()

    asyncio.run(fill())
    return url


def test_what_was_corrected_is_proposed_the_next_time_and_the_rest_stays() -> None:
    new, old = "乒乓球台又倒了", "小区的路灯坏了三天没人修"
    assert best(MODEL, new) != "民政"
    learned = with_corrections(MODEL, EXAMPLES)
    assert best(learned, new) == "民政"
    assert best(learned, old) == best(MODEL, old)
    assert learned.provenance.corrections == len(EXAMPLES)


def test_it_is_measured_on_corrections_that_were_held_out() -> None:
    found = measured(MODEL, EXAMPLES)
    assert found.corrections == len(EXAMPLES)
    assert found.known_before < found.known_after
    assert found.is_better
    assert not measured(MODEL, EXAMPLES[: LEAST - 1]).is_better


def test_a_first_level_that_is_gone_is_passed_over_and_a_word_of_one_person_leaves_no_trace() -> None:
    gone = CorrectionExample(level1="天文", grams={"星星": 9})
    once = CorrectionExample(level1="民政", grams={"王某": 1})
    learned = with_corrections(MODEL, [gone, once, *EXAMPLES])
    assert learned.provenance.corrections == len(EXAMPLES) + 1
    assert not {"星星", "王某"} & (learned.counts.grams.keys() - MODEL.counts.grams.keys())


def test_what_has_learned_before_does_not_learn_twice() -> None:
    with pytest.raises(AlreadyLearned):
        with_corrections(with_corrections(MODEL, EXAMPLES), EXAMPLES)


def test_the_command_learns_from_a_store_and_says_what_it_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "model.json.gz"
    assert main([a_store(tmp_path, TEXTS), str(out)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["corrections"] == len(TEXTS)
    assert said["known_after"] > said["known_before"]
    assert best(load_model(out), "乒乓球台又倒了") == "民政"


def test_too_few_corrections_a_missing_store_and_a_learned_model_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "model.json.gz"
    assert main([a_store(tmp_path, TEXTS[:3]), str(out)]) == 1
    assert main([f"sqlite:////{tmp_path}/none.db", str(out)]) == 2
    assert "nothing learned" in capsys.readouterr().err
    assert not out.exists()
