"""Keep what a fault test measured: one JSON line a run in the file that `FAULT_FIGURES` names, if it names one."""

import json
import os
from pathlib import Path


def keep_figures(test: str, **figures: object) -> str:
    """Append the figures of a test and return them as text, for its failure message."""
    line = json.dumps({"test": test, **figures}, ensure_ascii=False)
    if named := os.environ.get("FAULT_FIGURES"):
        with Path(named).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
    return line
