"""What clerks correct is learned, and nothing more is kept than that."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from services.database.collection import Collection, Database
from services.petitions.categories import Category
from services.petitions.corrections import (
    CORRECTIONS,
    BrokenCorrections,
    Correction,
    CorrectionBook,
    CorrectionExample,
    read_corrections,
    write_corrections,
)
from tests.support.database import database as database  # noqa: PLC0414  # a fixture, imported by name

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
BUSES = Category("交通运输", "客运", "公交")
LAMPS = Category("城乡建设", "市政", "路灯")


class FixedClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
async def corrections(database: Database) -> Collection[Correction]:
    collection = database.collection(CORRECTIONS)
    await database.open()
    return collection


async def test_a_correction_is_kept_as_counts_without_the_text(corrections: Collection[Correction]) -> None:
    book = CorrectionBook(corrections, FixedClock())
    kept = await book.learn("pt_1", BUSES, proposed=LAMPS.path, title="等车太久", text="我叫示例")
    assert (kept.category, kept.proposed, kept.at) == (BUSES.path, LAMPS.path, NOW)
    assert "等车" in kept.grams
    stored = msgspec.json.encode(kept).decode()
    assert "等车太久" not in stored
    assert "pt_1" not in stored


async def test_the_last_correction_of_a_petition_counts(corrections: Collection[Correction]) -> None:
    book = CorrectionBook(corrections, FixedClock())
    await book.learn("pt_1", BUSES, proposed=LAMPS.path, title="", text="路上太黑")
    await book.learn("pt_1", LAMPS, proposed=LAMPS.path, title="", text="路上太黑")
    await book.learn("pt_2", BUSES, proposed=LAMPS.path, title="", text="站台太黑")
    assert sorted([example.level1 async for example in book.examples()]) == ["交通运输", "城乡建设"]


async def test_a_department_is_kept_beside_the_category_and_each_goes_out_by_itself(
    corrections: Collection[Correction],
) -> None:
    book = CorrectionBook(corrections, FixedClock())
    await book.learn("pt_1", BUSES, proposed=LAMPS.path, title="", text="站台太黑")
    kept = await book.learn_department("pt_1", "jtj", proposed="cgj", title="", text="站台太黑")
    await book.learn_department("pt_2", "gsqy", proposed="cgj", title="", text="水管漏水")
    assert (kept.category, kept.department, kept.proposed_department) == (BUSES.path, "jtj", "cgj")
    assert [example.level1 async for example in book.examples()] == ["交通运输"]
    dispatches = [example async for example in book.dispatch_examples()]
    assert sorted((one.department, one.proposed) for one in dispatches) == [("gsqy", "cgj"), ("jtj", "cgj")]
    # A later choice for the same petition replaces the first, and the category stays.
    again = await book.learn_department("pt_1", "gsqy", proposed="cgj", title="", text="站台太黑")
    assert (again.category, again.department) == (BUSES.path, "gsqy")


async def test_corrections_of_one_petition_in_the_same_moment_are_both_kept(
    corrections: Collection[Correction],
) -> None:
    book = CorrectionBook(corrections, FixedClock())
    await asyncio.gather(
        book.learn("pt_1", BUSES, proposed=LAMPS.path, title="", text="站台太黑"),
        book.learn_department("pt_1", "jtj", proposed="cgj", title="", text="站台太黑"),
    )
    [kept] = [one async for one in corrections.scan()]
    assert (kept.category, kept.department) == (BUSES.path, "jtj")


async def test_all_pages_of_corrections_are_handed_out(corrections: Collection[Correction]) -> None:
    book = CorrectionBook(corrections, FixedClock())
    for number in range(501):
        await book.learn(f"pt_{number}", BUSES, proposed=LAMPS.path, title="", text="等车")
    assert len([example async for example in book.examples()]) == 501


def test_an_export_reads_back_as_it_was_written(tmp_path: Path) -> None:
    examples = [CorrectionExample(level1="交通运输", grams={"等车": 4}), CorrectionExample(level1="民政", grams={})]
    write_corrections(examples, tmp_path / "corrections.jsonl")
    assert read_corrections(tmp_path / "corrections.jsonl") == examples


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    path.write_bytes(b'{"level1": "a", "grams": {}}\n{"level1": 3}\n')
    with pytest.raises(BrokenCorrections, match="line 2"):
        read_corrections(path)
