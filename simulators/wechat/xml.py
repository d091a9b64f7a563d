"""Write the platform's XML and read the developer's, with the standard library's expat.

Callbacks and answers are flat or two levels deep; document types are refused outright, as the platform does after the
entity attacks of 2018.
"""

import re
from typing import TypeAlias
from xml.parsers import expat

from msgspec import Struct

Value: TypeAlias = "str | int | float | Fields"
Fields: TypeAlias = "tuple[tuple[str, Value], ...]"

FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class MalformedXml(ValueError):
    """Say that a body is not the XML the platform asks for."""


class Element(Struct, kw_only=True):
    """Hold one element: its text (without its children's) and its children in order."""

    name: str
    text: str = ""
    children: list["Element"] = []

    def find(self, name: str) -> "Element | None":
        """Return the first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def value(self, name: str) -> str:
        """Return the text of the first child of this name, or nothing."""
        child = self.find(name)
        return child.text if child else ""


def write(fields: Fields) -> str:
    """Return ``<xml>`` with these fields; text stands in CDATA, numbers do not."""
    return f"<xml>{''.join(_write(name, value) for name, value in fields)}</xml>"


def _write(name: str, value: Value) -> str:
    match value:
        case str():
            inside = f"<![CDATA[{FORBIDDEN.sub('', value).replace(']]>', ']]]]><![CDATA[>')}]]>"
        case int() | float():
            inside = str(value)
        case _:
            inside = "".join(_write(child, below) for child, below in value)
    return f"<{name}>{inside}</{name}>"


def read(body: bytes) -> Element:
    """Return the root element of a body.

    Raises:
        MalformedXml: not well-formed, not UTF-8, or with a document type.
    """
    top = Element(name="")
    open_elements = [top]

    def begin(name: str, _attributes: dict[str, str]) -> None:
        element = Element(name=name)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def add_text(text: str) -> None:
        open_elements[-1].text += text

    def refuse(*_details: object) -> None:
        raise MalformedXml("document types are refused")

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _name: open_elements.pop()
    parser.CharacterDataHandler = add_text
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise MalformedXml(expat.errors.messages[error.code]) from error
    return top.children[0]
