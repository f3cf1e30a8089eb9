"""XML from strangers: no document type, so no entities of its own; elements know their line."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from app.domain.errors import BadContent

DEPTH = 100
ELEMENTS = 2_000_000


@dataclass
class Element:
    """One element: its name without namespace, and what is in it, in order."""

    tag: str
    space: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def each(self, tag: str | None = None) -> Iterator[Element]:
        """The elements right inside, all or those of this name."""
        for child in self.children:
            if isinstance(child, Element) and tag in (None, child.tag):
                yield child

    def first(self, *path: str) -> Element | None:
        """The first element down this path."""
        found: Element | None = self
        for tag in path:
            found = next(found.each(tag), None) if found is not None else None
        return found

    def every(self, tag: str | None = None) -> Iterator[Element]:
        """All elements inside at any depth."""
        for child in self.each():
            if tag in (None, child.tag):
                yield child
            yield from child.every(tag)

    def text(self) -> str:
        """All text inside, as it stands."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def said(self, *path: str) -> str:
        """The text at this path without space around it; empty when there is none."""
        found = self.first(*path)
        return found.text().strip() if found is not None else ""

    def inner_html(self) -> str:
        """What is inside, written as HTML."""
        return "".join(
            html.escape(child, quote=False) if isinstance(child, str) else child.outer_html()
            for child in self.children
        )

    def outer_html(self) -> str:
        """The element itself, written as HTML."""
        return f"{self.opening()}{self.inner_html()}</{self.tag}>"

    def opening(self) -> str:
        """Its opening tag."""
        named = "".join(f' {key}="{html.escape(it)}"' for key, it in self.attributes.items())
        return f"<{self.tag}{named}>"


def read_xml(data: bytes | str, name: str) -> Element:
    """The root element.

    Raises:
        BadContent: `name: line, column: what was expected`.
    """
    builder = _Builder(name)
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise BadContent(
            f"{name}: line {error.lineno}, column {error.offset + 1}: expected well-formed XML, "
            f"found: {reason}"
        ) from error
    except (LookupError, ValueError) as error:
        raise BadContent(f"{name}: file: expected a known encoding, found: {error}") from error
    if builder.root is None:
        raise BadContent(f"{name}: file: expected an element, found none")
    return builder.root


class _Builder:
    def __init__(self, name: str) -> None:
        self.root: Element | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._document_type
        self.parser.EntityDeclHandler = self._document_type
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._name = name
        self._open: list[Element] = []
        self._count = 0

    def _document_type(self, *_: object) -> None:
        raise BadContent(
            f"{self._name}: line {self.parser.CurrentLineNumber}: expected no document type "
            "(<!DOCTYPE>, <!ENTITY>): it can define entities that grow or read files"
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        self._count += 1
        if len(self._open) >= DEPTH or self._count > ELEMENTS:
            raise BadContent(
                f"{self._name}: line {line}: expected at most {DEPTH} levels and {ELEMENTS} "
                "elements, found more"
            )
        space, _, local = tag.rpartition(" ")
        named = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = Element(local, space, line, named)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].children.append(text)
