"""SQL is composed of literal templates and names that look like names, and of nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from services.database.sql import identifier, joined, sql
from tests.support.source_tree import ROOT


@pytest.mark.parametrize("name", ["cases", "a1", "petition_history", "x" * 63])
def test_a_name_is_a_name(name: str) -> None:
    assert identifier(name) == name
    assert identifier("by", name[:40]) == f"by_{name[:40]}"


@pytest.mark.parametrize(
    "name", ["", "1a", "Cases", "a b", 'a"', "a;DROP TABLE cases", "a--", "市", "a\n", "_a", "x" * 64, "a.b", "a'"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        identifier(name)


def test_a_template_is_filled_with_parts() -> None:
    columns = joined(", ", [identifier("ix", "rank"), identifier("id")])
    assert sql("SELECT {columns} FROM {table}", columns=columns, table=identifier("cases")) == (
        "SELECT ix_rank, id FROM cases"
    )


def test_the_type_checkers_reject_sql_made_of_values(tmp_path: Path) -> None:
    # Given a module that puts a value into a statement in three ways
    careless = tmp_path / "careless.py"
    careless.write_text(
        "from services.database.sql import Connection, identifier, sql\n\n\n"
        "def find(connection: Connection, name: str) -> None:\n"
        "    connection.execute(f\"SELECT id FROM cases WHERE name = '{name}'\")\n"
        "    connection.execute(sql(f\"SELECT id FROM cases WHERE name = '{name}'\"))\n"
        "    connection.execute(sql('SELECT id FROM {table}', table=name))\n"
        "    connection.execute(sql('SELECT id FROM {table}', table=identifier(name)))\n"
    )
    # When pyright reads it
    settings = tmp_path / "pyrightconfig.json"
    settings.write_text(f'{{"extraPaths": ["{ROOT}"], "pythonVersion": "3.11", "include": ["careless.py"]}}')
    command = [sys.executable, "-m", "pyright", "--project", str(settings), "--pythonpath", sys.executable]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    # Then it rejects all of them but the checked name
    assert [line for line in (5, 6, 7, 8) if f"careless.py:{line}:" in found] == [5, 6, 7]
