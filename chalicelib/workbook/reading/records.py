"""The records of an .xls stream ([MS-XLS] 2.1.4), and the texts inside them.

A record is a number, a length and a body of at most 8,224 bytes; a longer body continues in CONTINUE records.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from chalicelib.domain.issues.issue import refuse
from chalicelib.workbook.reading.bounds import Budget
from chalicelib.workbook.reading.compound import Compound

_HEADER: Final = struct.Struct("<2H")
_FILEPASS: Final = 0x002F
_EOF: Final = 0x000A
_CONTINUE: Final = 0x003C
_STREAMS: Final = ("workbook", "book")
"""Excel 97 and later; Excel 5.0 and 95. A file saved for both has both streams; the newer one is read."""
_WIDE, _EXTENDED, _RICH = 1, 4, 8
_CODE_PAGES: Final = {1200: "utf-16-le", 10000: "mac_roman", 0x8000: "mac_roman", 0x8001: "cp1252"}


def find_stream(compound: Compound) -> str:
    """The name of the stream that holds the workbook, or ""."""
    names = {name.casefold(): name for name in compound.streams}
    return next((names[each] for each in _STREAMS if each in names), "")


def read_records(stream: bytes, position: int = 0) -> Iterator[tuple[int, list[bytes]]]:
    """Number and body of each record from `position` on; the body is in its stored pieces.

    A truncated record ends the iteration; the caller knows which record must be the last.
    """
    waiting: tuple[int, list[bytes]] | None = None
    while position + 4 <= len(stream):
        number, length = _HEADER.unpack_from(stream, position)
        position += 4
        body = stream[position : position + length]
        position += length
        if position > len(stream):
            break
        if number == _CONTINUE and waiting is not None:
            waiting[1].append(body)
            continue
        if waiting is not None:
            yield waiting
        waiting = (number, [body])
    if waiting is not None:
        yield waiting


def is_locked(stream: bytes) -> bool:
    """Whether the workbook is encrypted: the record that says so is among its first ([MS-XLS] 2.4.117)."""
    for number, _ in read_records(stream):
        if number in (_FILEPASS, _EOF):
            return number == _FILEPASS
    return False


def decode_bytes(raw: bytes, code_page: int) -> str:
    """Text of Excel 95 and before, one byte per letter. A byte that the code page does not define keeps its number.

    Legacy Vietnamese fonts (TCVN3) use those bytes for letters; Windows decodes them in the same way.
    """
    name = _CODE_PAGES.get(code_page, f"cp{code_page}")
    try:
        return raw.decode(name)
    except LookupError:
        return raw.decode("latin-1")
    except UnicodeDecodeError:
        return "".join(_decode_byte(raw[at : at + 1], name) for at in range(len(raw)))


def _decode_byte(raw: bytes, name: str) -> str:
    try:
        return raw.decode(name)
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def decode_wide(raw: bytes) -> str:
    """UTF-16 text. Half of a surrogate pair is not a character: it becomes "_xD800_", as in an .xlsx."""
    try:
        return raw.decode("utf-16-le")
    except UnicodeDecodeError:
        text = raw[: len(raw) // 2 * 2].decode("utf-16-le", "surrogatepass")
        return "".join(f"_x{ord(each):04X}_" if "\ud800" <= each <= "\udfff" else each for each in text)


class Pieces:
    """A body in its pieces, read from front to back. Raises Refused (`file.damaged`) if it ends too early."""

    __slots__ = ("_number", "_piece", "_pieces", "_position", "changes")

    def __init__(self, pieces: list[bytes], position: int = 0) -> None:
        self._pieces = pieces
        self._number = 0
        self._piece = pieces[0]
        self._position = position
        self.changes = b""
        """Where the text that was taken last goes on in other fonts: pairs of a place and a font."""

    @property
    def ended(self) -> bool:
        return self._position >= len(self._piece) and self._number + 1 >= len(self._pieces)

    def take(self, length: int) -> bytes:
        taken = self._piece[self._position : self._position + length]
        self._position += len(taken)
        while len(taken) < length:
            self._turn()
            more = self._piece[: length - len(taken)]
            self._position = len(more)
            taken += more
        return taken

    def take_text(self) -> str:
        """A text with its header: length, flags, and the sizes of changes of the font and of phonetics, dropped."""
        length, flags = struct.unpack("<HB", self.take(3))
        runs = struct.unpack("<H", self.take(2))[0] if flags & _RICH else 0
        extension = struct.unpack("<I", self.take(4))[0] if flags & _EXTENDED else 0
        text = self.take_letters(length, flags=flags)
        self.changes = self.take(4 * runs) if runs else b""
        if extension:
            self.take(extension)
        return text

    def take_letters(self, length: int, *, flags: int) -> str:
        """`length` letters of one or two bytes; each further piece begins with a flag that says which."""
        letters: list[bytes] = []
        missing = length
        while True:
            width = 2 if flags & _WIDE else 1
            raw = self._piece[self._position : self._position + missing * width]
            raw = raw[: len(raw) // width * width]
            self._position += len(raw)
            missing -= len(raw) // width
            letters.append(raw if width == 2 else raw.decode("latin-1").encode("utf-16-le"))
            if not missing:
                return decode_wide(b"".join(letters))
            self._turn()
            flags = self.take(1)[0]

    def _turn(self) -> None:
        self._number += 1
        if self._number >= len(self._pieces):
            raise refuse("file.damaged", found="Workbook")
        self._piece = self._pieces[self._number]
        self._position = 0


@dataclass(frozen=True, slots=True)
class SharedRecords:
    """The texts, in the order of the indices that cells use; `changes` of the font within some of them."""

    texts: list[str] = field(default_factory=list)
    changes: dict[int, bytes] = field(default_factory=dict)


def read_shared_texts(pieces: list[bytes], budget: Budget) -> SharedRecords:
    """The table of shared texts ([MS-XLS] 2.4.265). It ends with the record, whatever number it states."""
    reader = Pieces(pieces)
    _, stated = struct.unpack("<2I", reader.take(8))
    shared = SharedRecords()
    while len(shared.texts) < stated and not reader.ended:
        budget.spend_tags(2)
        text = reader.take_text()
        if reader.changes:
            shared.changes[len(shared.texts)] = reader.changes
        shared.texts.append(text)
    return shared
