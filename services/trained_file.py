"""Keep trained models in small files: compressed JSON, the same bytes for the same model, whole or not there at all."""

import gzip
import zlib
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from services.errors import Invalid


class BrokenModel(Invalid):
    """Refuse a model file that cannot be used, naming what is wrong with it."""

    code = "model.broken"


class Formatted(Protocol):
    """A model that says which format its file is of."""

    @property
    def format(self) -> int:
        """Return the number of the format."""
        ...


M = TypeVar("M", bound=Formatted)


def save(model: Formatted, path: Path) -> None:
    """Write a model so that the same model always gives the same bytes; the file appears whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(gzip.compress(msgspec.json.encode(model), compresslevel=9, mtime=0))
    partial.replace(path)


def load(path: Path, kind: type[M], *, expected: int) -> M:
    """Read a model; raise `BrokenModel` when the file is damaged or not of the expected format."""
    try:
        model = msgspec.json.decode(gzip.decompress(path.read_bytes()), type=kind)
    except (OSError, EOFError, zlib.error, msgspec.MsgspecError) as error:
        raise BrokenModel(f"{path.name}: {error}") from error
    if model.format != expected:
        raise BrokenModel(f"{path.name} is of format {model.format}, expected {expected}")
    return model
