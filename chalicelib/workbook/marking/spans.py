"""Locates the elements of an XML part in bytes, so that a part is changed by insertion and never rewritten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple
from xml.parsers import expat

from chalicelib.workbook.reading.bounds import MOST_TAGS

_DECLARATION: Final = re.compile(rb"\A\s*<\?xml[^>]{0,200}\?>")
_ENCODING: Final = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_TAG: Final = re.compile(rb"<[^>\"']*+(?:\"[^\"]*+\"[^>\"']*+|'[^']*+'[^>\"']*+)*>")
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class PartUnreadable(Exception):
    """The part is not well-formed XML in an encoding that Python knows."""


class Element(NamedTuple):
    """One element: its local name and attributes, its depth below the root, and its position in bytes.

    `start` is the first byte of the start tag, `inner` the first byte after it, `end` the first byte after the
    whole element, `close` the first byte of the end tag. An empty element (`<a/>`) has `inner == close == end`.
    """

    name: str
    attributes: dict[str, str]
    depth: int
    start: int
    inner: int
    close: int
    end: int

    def is_empty_tag(self) -> bool:
        return self.inner == self.end


Wanted = Callable[[str, int, dict[str, str]], bool]


class Edit(NamedTuple):
    """Replaces the bytes from `start` up to `end` by `text`."""

    start: int
    end: int
    text: bytes


def to_utf8(data: bytes) -> bytes:
    """The part in UTF-8, without a byte order mark or a declaration of another encoding."""
    codec = next((codec for mark, codec in _MARKS if data.startswith(mark)), "")
    if not codec:
        declaration = _DECLARATION.match(data)
        stated = _ENCODING.search(declaration[0]) if declaration else None
        codec = stated[1].decode("ascii").lower() if stated else "utf-8"
        if codec in ("utf-8", "utf8", "us-ascii", "ascii"):
            return data
    try:
        text = data.decode(codec).encode()
    except (LookupError, UnicodeError) as error:
        raise PartUnreadable(codec) from error
    return _DECLARATION.sub(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', text, count=1)


def find_elements(data: bytes, wanted: Wanted) -> list[Element]:
    """The elements that `wanted` accepts, in the order of their end tags.

    `wanted` is called with the local name, the depth (the root has 0) and the attributes. Raises PartUnreadable.
    """
    return _Scan(data, wanted).run()


class _Scan:
    def __init__(self, data: bytes, wanted: Wanted) -> None:
        self._data = data
        self._wanted = wanted
        self._open: list[tuple[str, dict[str, str], int] | None] = []
        self._found: list[Element] = []

    def run(self) -> list[Element]:
        if self._data.count(b"<") > MOST_TAGS:
            raise PartUnreadable("tags")
        self._parser = expat.ParserCreate(None, " ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse
        try:
            self._parser.Parse(self._data, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise PartUnreadable(str(error)) from error
        return self._found

    def _refuse(self, *_: object) -> None:
        raise PartUnreadable("DTD")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        depth = len(self._open)
        self._open.append(
            (local, attributes, self._parser.CurrentByteIndex) if self._wanted(local, depth, attributes) else None
        )

    def _end(self, _: str) -> None:
        opened = self._open.pop()
        if opened is None:
            return
        local, attributes, start = opened
        inner = find_tag_end(self._data, start)
        close = self._parser.CurrentByteIndex
        if self._data[inner - 2 : inner] == b"/>":
            self._found.append(Element(local, attributes, len(self._open), start, inner, inner, inner))
        else:
            end = find_tag_end(self._data, close)
            self._found.append(Element(local, attributes, len(self._open), start, inner, close, end))


def find_tag_end(data: bytes, start: int) -> int:
    """The first byte after the tag that begins at `start`; a ">" inside an attribute's quotes does not end the tag."""
    tag = _TAG.match(data, start)
    if tag is None:
        raise PartUnreadable("tag")
    return tag.end()


def set_attribute(data: bytes, element: Element, name: str, *, value: str) -> Edit:
    """The edit that changes or adds an attribute of the start tag."""
    tag = data[element.start : element.inner]
    written = re.compile(rb"(\s" + re.escape(name.encode()) + rb"\s*=\s*)(\"[^\"]*\"|'[^']*')").search(tag)
    if written:
        return Edit(element.start + written.start(2), element.start + written.end(2), f'"{value}"'.encode())
    at = element.inner - (2 if tag.endswith(b"/>") else 1)
    return Edit(at, at, f' {name}="{value}"'.encode())


def append_inside(data: bytes, element: Element, text: bytes) -> Edit:
    """The edit that inserts `text` as the last child; an empty tag is opened for it."""
    if not element.is_empty_tag():
        return Edit(element.close, element.close, text)
    name = re.match(rb"<([^\s/>]+)", data[element.start : element.inner])
    if name is None:
        raise PartUnreadable("tag")
    return Edit(element.inner - 2, element.inner, b">" + text + b"</" + name[1] + b">")


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The part with all edits applied. Edits at one place are applied in the given order."""
    pieces, place = [], 0
    for edit in sorted(edits, key=lambda each: each.start):
        pieces += [data[place : edit.start], edit.text]
        place = edit.end
    return b"".join([*pieces, data[place:]])
