"""Load what understanding needs from the data folder."""

from pathlib import Path

from bots.understanding.doorkeeper import Doorkeeper
from bots.understanding.kind_model import load_kind_model
from bots.understanding.lexicon import load_lexicon
from bots.understanding.petition_model import load_model
from bots.understanding.pipeline import Parts, Pipeline
from services.items.search.matcher import Matcher
from services.items.search.settings import SearchSettings
from services.petitions.doors import Doors
from services.text.pinyin import PinyinTable


def load_pipeline(data: Path, matcher: Matcher, *, settings: SearchSettings, doors: Doors) -> Pipeline:
    """Return the understanding over a matcher, see `load_parts`."""
    return Pipeline(load_parts(data, doors=doors), matcher, settings=settings)


def load_parts(data: Path, *, doors: Doors) -> Parts:
    """Return what understanding recognises by; reads files (about 60 ms): call at start, or off the loop.

    Raises:
        BrokenModel, msgspec.ValidationError: naming the file and what does not fit.
    """
    return Parts(
        lexicon=load_lexicon(data / "wording" / "kinds.json"),
        table=PinyinTable.load(data / "wording" / "pinyin.txt"),
        model=load_model(data / "petition_recogniser.json.gz"),
        kinds=load_kind_model(data / "kind_recogniser.json.gz"),
        doorkeeper=Doorkeeper(doors),
    )
