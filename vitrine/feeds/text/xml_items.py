"""Read the items of an RSS or Atom feed as they come, with expat.

No entity is expanded but the named characters of HTML, and nothing outside the file is read.
"""

from __future__ import annotations

import codecs
import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from vitrine.errors import FeedError

ITEMS = frozenset({"item", "entry"})
GOOGLE = "http://base.google.com/ns/1.0"
MAX_TEXT = 4_000_000
"""Characters of one item."""


@dataclass(frozen=True, slots=True)
class XmlItem:
    """The texts of an item's elements by name, or what is wrong."""

    line: int
    fields: dict[str, list[str]] = field(default_factory=dict)
    """Name without prefix -> texts. Where an element has a prefix of Google's, one without does not count."""
    error: str = ""


class XmlItems:
    """The items of an XML file; memory is bounded by one item."""

    def __init__(self, chunks: Iterable[bytes], name: str) -> None:
        self._chunks = chunks
        self._name = name
        self.elements: dict[str, None] = {}
        """Names of elements seen outside of items, for messages; at most 40."""
        self._prefixes = {"g"}
        self._ready: list[XmlItem] = []
        self._depth = 0
        self._item_depth = 0
        self._line = 0
        self._size = 0
        self._element: tuple[str, str] | None = None
        self._text: list[str] = []
        self._fields: dict[str, list[str]] = {}
        self._of_google: set[str] = set()
        parser = self._parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.UseForeignDTD(True)  # so that &nbsp; and the like are handed to `_other`
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.DefaultHandlerExpand = self._other
        parser.EntityDeclHandler = self._entity
        parser.ExternalEntityRefHandler = self._external

    def __iter__(self) -> Iterator[XmlItem]:
        """Yield the items. Raises `FeedError` for a file that declares entities."""
        first = True
        try:
            for chunk in self._chunks:
                self._parser.Parse(chunk.removeprefix(codecs.BOM_UTF8).lstrip() if first else chunk, False)
                first = first and not chunk.strip()
                yield from self._drain()
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            yield from self._drain()
            yield XmlItem(error.lineno, error=f"the XML is broken here: {expat.ErrorString(error.code)}")
        except (LookupError, ValueError) as error:  # of the encoding that the XML declaration names
            yield XmlItem(1, error=f"the XML is in an encoding that is not read: {error}")
        yield from self._drain()

    def _drain(self) -> Iterator[XmlItem]:
        ready, self._ready = self._ready, []
        yield from ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._prefixes |= {
            key[6:] for key, uri in attributes.items() if uri == GOOGLE and key[:6] == "xmlns:"
        }
        prefix, _, local = name.rpartition(":")
        if not self._item_depth:
            if local.lower() in ITEMS:
                self._item_depth, self._line, self._size = self._depth, self._parser.CurrentLineNumber, 0
                self._fields, self._of_google = {}, set()
            elif len(self.elements) < 40:
                self.elements.setdefault(name)
        elif self._depth == self._item_depth + 1:
            self._element = prefix, local
            self._text = []

    def _end(self, _name: str) -> None:
        if self._depth == self._item_depth:
            self._ready.append(self._item())
            self._item_depth = 0
        elif self._item_depth and self._depth == self._item_depth + 1 and self._element:
            self._add(*self._element, "".join(self._text).strip())
            self._element = None
        self._depth -= 1

    def _item(self) -> XmlItem:
        if self._size > MAX_TEXT:
            return XmlItem(self._line, error=f"an item with more than {MAX_TEXT:,} characters")
        return XmlItem(self._line, self._fields)

    def _add(self, prefix: str, name: str, text: str) -> None:
        if prefix in self._prefixes:
            if name not in self._of_google:
                self._fields.pop(name, None)
                self._of_google.add(name)
        elif prefix or name in self._of_google:
            return
        if text:
            self._fields.setdefault(name, []).append(text)

    def _characters(self, text: str) -> None:
        if self._element is not None:
            self._size += len(text)
            if self._size <= MAX_TEXT:
                self._text.append(text)

    def _other(self, text: str) -> None:
        if text[:1] == "&" and text[-1:] == ";":
            self._characters(html.unescape(text))

    def _entity(self, name: str, *_: object) -> None:
        raise FeedError(
            f"{self._name}: the XML declares the entity {name!r}; a feed with entities is not read"
        )

    def _external(self, _context: object, _base: object, system: object, public: object) -> int:
        if system is None and public is None:  # the missing DTD, because of `UseForeignDTD`
            return 1
        raise FeedError(f"{self._name}: the XML asks for {system or public}; a feed reads nothing else")
