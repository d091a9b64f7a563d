"""Give a new installation the dictionary's cache that it would make itself: half a second of a processor at every start."""

import atexit
import functools
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import mkdtemp

from services.text.segment import Segmenter

FOLDER = "jieba"
"""Where an installation keeps it, below its folder of files."""


def warmed(folder: Path) -> Path:
    """Put the cache into a folder of files that has none yet; return the folder."""
    target = folder / FOLDER
    if not target.exists():
        _ = shutil.copytree(_made(), target)
    return folder


@functools.cache
def _made() -> Path:
    """Make the cache once a session."""
    folder = Path(mkdtemp(prefix="dictionary-"))
    _ = atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = folder / FOLDER
    # In a thread: an asynchronous test may be the first to ask, and reading files on its loop is refused.
    with ThreadPoolExecutor(max_workers=1) as pool:
        _ = pool.submit(Segmenter.load, made).result()
    return made
