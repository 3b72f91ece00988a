"""Parses untrusted XML with expat in one pass: no DTD, no entities, bounded depth, size and number of tags.

Expat decodes and checks the text (UTF-8, UTF-16 and the single-byte encodings that Python knows). Text that it cannot
decode is refused, never replaced. Names have the form "namespace local" if there is a namespace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NoReturn
from xml.parsers import expat

from chalicelib.domain.issues.issue import Refused, refuse
from chalicelib.workbook.reading.bounds import Budget, too_complex

Attributes = dict[str, str]

_MOST_DEPTH: Final = 64
_MOST_TOKEN: Final = 512 * 1024
_TEXT_BUFFER: Final = 8 * 1024
_MOST_TEXT_BUFFERS: Final = 128


class Handler:
    """What a reader does at each tag: a table of methods for known names; unknown elements only count for depth.

    `roots` are the names allowed for the root. `starts` and `ends` are looked up by full name. `texts` holds the
    character data since the last start tag. `leaf` is true inside an element that may contain text only.
    """

    __slots__ = ("depth", "ends", "leaf", "part", "roots", "starts", "texts")

    def __init__(self, part: str, roots: Iterable[str]) -> None:
        self.part = part
        self.roots = frozenset(roots)
        self.texts: list[str] = []
        self.depth = 0
        self.leaf = False
        self.starts: dict[str, Callable[[Attributes], None]] = {}
        self.ends: dict[str, Callable[[], None]] = {}

    def open_root(self, name: str) -> None:  # noqa: ARG002 -- for readers that ask for the root's namespace
        """Called with the name of the root, which counts as the first level of depth."""
        self.depth = 1

    def start(self, name: str, attributes: Attributes) -> None:
        if self.leaf:
            self.fail()
        self.texts.clear()
        handle = self.starts.get(name)
        if handle is not None:
            handle(attributes)
        elif name not in self.ends:
            self.depth += 1
            if self.depth > _MOST_DEPTH:
                self.fail()

    def end(self, name: str) -> None:
        handle = self.ends.get(name)
        if handle is not None:
            handle()
        elif name not in self.starts:
            self.depth -= 1

    def fail(self) -> NoReturn:
        """Refuses the part: its structure violates its format, so its contents are uncertain."""
        raise self.malformed()

    def malformed(self) -> Refused:
        """The refusal, with the position where reading stopped if the reader knows it."""
        return refuse("file.malformed", found=self.part)


def parse(pieces: Iterable[bytes], handler: Handler, budget: Budget) -> None:
    """Feeds the part to the handler. Raises Refused for a DTD, for XML that is not well formed, and for its size.

    Expat 2.5 scans an unfinished token again from its start at each piece, which costs quadratic time
    (CVE-2023-52425). A token may therefore span about two pieces at most.
    """
    parser = _new_parser(handler)
    budget.part = handler.part
    fed = 0
    try:
        for piece in pieces:
            budget.spend_tags(piece.count(b"<"))
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > _MOST_TOKEN:
                raise refuse("file.long_tag", found=handler.part)
            if len(handler.texts) > _MOST_TEXT_BUFFERS:
                raise too_complex(handler.part)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        # ValueError and LookupError: an unknown encoding, one that is not single-byte, or text beyond Unicode.
        raise handler.malformed() from error


def _new_parser(handler: Handler) -> expat.XMLParserType:
    # Interned names compare by identity, which is fast.
    names = {name: name for name in (*handler.roots, *handler.starts, *handler.ends)}
    parser = expat.ParserCreate(None, " ", names)
    parser.buffer_text = True
    parser.buffer_size = _TEXT_BUFFER

    def start_root(name: str, _: Attributes) -> None:
        if name not in handler.roots:
            handler.fail()
        parser.StartElementHandler = handler.start
        handler.open_root(name)

    def refuse_doctype(*_: object) -> None:
        raise refuse("file.dtd", found=handler.part)

    parser.StartElementHandler = start_root
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.texts.append
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.EntityDeclHandler = refuse_doctype
    return parser
