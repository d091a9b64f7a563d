"""The pages show text as text: nothing that a person wrote may become markup."""

import re

from tests.support.source_tree import files, place

MARKUP = re.compile(r"v-html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(")


def test_no_page_turns_text_into_markup() -> None:
    pages = files("web/h5", "web/desk", "web/shared", "channels", suffixes=(".vue", ".ts", ".html", ".js"))
    found = [
        place(path, number)
        for path in pages
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MARKUP.search(line)
    ]
    assert found == []
