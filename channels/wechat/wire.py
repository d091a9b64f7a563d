"""Read and write the platform's XML.

The reader keeps what the platform documents, flat fields and the lists of subscription events, and refuses everything
else an XML file could hold: document types, comments, processing instructions, deep or wide trees.
"""

import re
from collections.abc import Mapping
from xml.parsers import expat

from msgspec import Struct

from services.errors import ServiceError

DEPTH_LIMIT = 8
ELEMENT_LIMIT = 200
_ROOT, _FIELD, _LIST, _ITEM = 1, 2, 3, 4
_SEALED_HEAD = re.compile(
    rb"[ \t\r\n]*<xml>[ \t\r\n]*(?:<ToUserName><!\[CDATA\[[\w-]*\]\]></ToUserName>[ \t\r\n]*)?<Encrypt><!\[CDATA\["
)
_SEALED_TAIL = re.compile(rb"\]\]></Encrypt>[ \t\r\n]*</xml>[ \t\r\n]*")
"""Around the ciphertext in safe mode, just as the platform writes it."""
_FLAT_FIELDS = re.compile(
    r"[ \t\r\n]*(?:<([A-Za-z]\w*)>(?:<!\[CDATA\[([^\]]*(?:\](?!\]>)[^\]]*)*)\]\]>|([^<&>\]]*))</\1>|(.+))",
    re.ASCII | re.DOTALL,
)
"""A field of the platform's usual form, one CDATA section or plain text without a mark of XML; else all the rest, so that
whatever does not fit ends the search and nothing is looked at twice.
"""
_BEGIN, _END, _BLANKS = "<xml>", "</xml>", " \t\r\n"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Malformed(ServiceError):
    """Refuse a body that is not what the platform sends; the reason stays in the log."""

    code = "wechat.malformed"
    title = "消息格式错误"


class Wire(Struct, frozen=True):
    """One body: the text of every flat field, and every ``<List>`` of a subscription event in order."""

    fields: Mapping[str, str]
    lists: tuple[Mapping[str, str], ...] = ()

    def required(self, name: str) -> str:
        """Return a field that must be there and not be empty.

        Raises:
            Malformed: it is missing, empty or not plain text.
        """
        value = self.fields.get(name)
        if not value:
            raise Malformed(f"no {name}")
        return value

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        """Return a field that must be there and have a form.

        Raises:
            Malformed: it is missing or looks otherwise.
        """
        value = self.required(name)
        if not pattern.fullmatch(value):
            raise Malformed(f"{name} is not what it should be")
        return value

    def optional(self, name: str) -> str:
        """Return a field, or an empty string without it."""
        return self.fields.get(name, "")


def read(body: bytes) -> Wire:
    """Read one body, the outer or the decrypted one; the caller has limited its size.

    Raises:
        Malformed: not UTF-8, not well-formed, not an ``<xml>``, a field given twice, or anything refused above.
    """
    return read_usual(body) or read_any(body)


def read_usual(body: bytes) -> Wire | None:
    """Read a body of the usual form at a quarter of the cost of a parser; None for every other, also for a faulty one.

    Values with control characters are left to the parser: it refuses some and changes others (line ends).
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    text = text.strip(_BLANKS)
    if not (text.startswith(_BEGIN) and text.endswith(_END)):
        return None
    found = _FLAT_FIELDS.findall(text[len(_BEGIN) : -len(_END)].rstrip(_BLANKS))
    if found and found[-1][-1]:
        return None
    fields = {name: sealed or plain for name, sealed, plain, _ in found}
    if len(fields) < len(found) or len(found) > ELEMENT_LIMIT // 2 or not "".join(fields.values()).isprintable():
        return None
    return Wire(fields)


def read_any(body: bytes) -> Wire:
    """Read a body by the parser, of whatever form; raises as `read`."""
    if b"\0" in body:
        # expat finds out by itself that this is UTF-16, whatever it was told.
        raise Malformed("not UTF-8")
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text.append
    parser.XmlDeclHandler = _check_declaration
    parser.StartDoctypeDeclHandler = _refuse
    parser.ProcessingInstructionHandler = _refuse
    parser.CommentHandler = _refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise Malformed(f"XML error {error.code}") from None
    return Wire(reader.fields, tuple(reader.lists))


def read_outer(body: bytes) -> Wire:
    """Read an outer body as `read` does; the platform's own form of safe mode without the work of a parser.

    Raises:
        Malformed: as `read`.
    """
    head = _SEALED_HEAD.match(body)
    if head is None or not body.isascii():
        return read(body)
    end = body.find(b"]]>", head.end())
    if not _SEALED_TAIL.fullmatch(body, end):
        return read(body)
    return Wire({"Encrypt": body[head.end() : end].decode()})


def cdata(text: str) -> str:
    """Return text as a CDATA section that it cannot leave, without the characters XML 1.0 does not know."""
    if not text.isprintable():
        text = _NOT_XML.sub("", text)
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


class _Reader:
    """Collect fields from expat's events; ``text`` holds the pieces since the last tag."""

    __slots__ = ("_depth", "_elements", "_item", "_leaf", "fields", "lists", "text")

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.lists: list[dict[str, str]] = []
        self.text: list[str] = []
        self._depth = 0
        self._elements = 0
        self._item: dict[str, str] = {}
        self._leaf = False

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > DEPTH_LIMIT or self._elements > ELEMENT_LIMIT:
            raise Malformed("too deep or too many elements")
        if self._depth == _ROOT and name != "xml":
            raise Malformed("root is not xml")
        if self._depth == _LIST:
            self._item = {}
            if name == "List":
                self.lists.append(self._item)
        self._leaf = True
        self.text.clear()

    def end(self, name: str) -> None:
        depth = self._depth
        self._depth = depth - 1
        if not self._leaf:
            return
        self._leaf = False
        if depth == _FIELD:
            self._put(self.fields, name)
        elif depth == _ITEM:
            self._put(self._item, name)

    def _put(self, fields: dict[str, str], name: str) -> None:
        if name in fields:
            raise Malformed("a field twice")
        fields[name] = "".join(self.text)


def _check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() != "utf-8":
        raise Malformed("not UTF-8")


def _refuse(*_: object) -> None:
    raise Malformed("only elements and text are read")
