"""A zip archive that is safe to read: its directory is checked, every part is inflated once and counted.

The standard library's `zipfile` trusts the file too much: it reads 65,000 entries before they can be counted, returns
the last of two parts with one name, and does not detect overlapping parts. The directory is therefore read here, as
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT describes it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from chalicelib.domain.issues.issue import Refused, refuse
from chalicelib.domain.language.vietnamese import format_size
from chalicelib.workbook.reading.blanks import is_mostly_blank
from chalicelib.workbook.reading.bounds import MOST_PARTS, MOST_SHEETS, MOST_UNPACKED, MOST_UNPACKED_PART

_LOCAL: Final = b"PK\x03\x04"
_CENTRAL: Final = b"PK\x01\x02"
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x06"
_LOCATOR_64: Final = b"PK\x06\x07"
_CENTRAL_HEADER: Final = struct.Struct("<4s6H3I5H2I")
_LOCAL_HEADER: Final = struct.Struct("<4s5H3I2H")
_END_RECORD: Final = struct.Struct("<4s4H2IH")
_END_RECORD_64: Final = struct.Struct("<4sQ2H2I4Q")
_LOCATOR_SIZE: Final = 20
_STORED, _DEFLATED = 0, 8
_ENCRYPTED: Final = 0x2041
_PIECE: Final = 256 * 1024
_PACKED_PIECE: Final = 64 * 1024
_KEPT: Final = 8 * 1024 * 1024
_LOOKED_AT: Final = 32
"""Pieces of an oversized part that are examined to say what makes it large."""
_MARKUP: Final = (".xml", ".rels", ".vml")
_SHEETS: Final = b"xl/worksheets/"
_DOCTYPES: Final = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of the directory, with the offset of its header from the start of the data."""

    name: str
    raw_name: bytes
    method: int
    checksum: int
    packed: int
    unpacked: int
    header: int


@dataclass(frozen=True, slots=True)
class _Directory:
    start: int
    size: int
    count: int
    shift: int
    """The number of bytes before the archive; every stated offset is too small by this number."""


class Archive:
    """The parts of a checked archive, by name. Names compare without case, as OPC (ECMA-376-2, 6.2.2) requires.

    `doctypes` names the markup parts that contain a DTD; what that means depends on the kind of archive.
    The constructor raises Refused for everything that `docs/reading.md` lists under containers; later calls never do.
    """

    def __init__(self, data: bytes) -> None:
        directory = _find_directory(data)
        entries = _read_entries(data, directory)
        self._data = data
        self._starts = _check_layout(data, entries, directory)
        self._entries = {entry.name.casefold(): entry for entry in entries if not entry.name.endswith("/")}
        self._kept: dict[str, bytes] = {}
        self.doctypes: list[str] = []
        self._check_contents()

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self._entries.values()]

    def has(self, name: str) -> bool:
        return name.casefold() in self._entries

    def read(self, name: str) -> bytes:
        """The whole part. Raises KeyError if there is none."""
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """The part in pieces of at most 256 KB, so that a large part is never in memory as a whole."""
        key = name.casefold()
        kept = self._kept.get(key)
        if kept is None:
            return self._inflate(self._entries[key])
        return iter([kept]) if len(kept) <= _PIECE else _cut(kept)

    def _check_contents(self) -> None:
        """Inflates every part and counts sizes and checksums; the values in headers are not trusted."""
        total = kept = 0
        for key, entry in self._entries.items():
            is_markup = key.endswith(_MARKUP)
            pieces: list[bytes] = []
            for piece in self._inflate(entry):
                total += len(piece)
                if total > MOST_UNPACKED:
                    raise self._refuse_size(entry, MOST_UNPACKED)
                if is_markup:
                    self._note_doctype(piece, entry)
                    kept += len(piece)
                    is_markup = kept <= _KEPT
                    pieces.append(piece)
            if is_markup:
                self._kept[key] = b"".join(pieces)

    def _inflate(self, entry: _Entry) -> Iterator[bytes]:
        if entry.unpacked > MOST_UNPACKED_PART:
            raise self._refuse_size(entry, MOST_UNPACKED_PART)
        produced, checksum = 0, 0
        for piece in self._unpack(entry):
            produced += len(piece)
            if produced > entry.unpacked:
                break
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if produced != entry.unpacked or checksum != entry.checksum:
            raise refuse("file.damaged", found=entry.name)

    def _unpack(self, entry: _Entry) -> Iterator[bytes]:
        start = self._starts[entry.header]
        packed = memoryview(self._data)[start : start + entry.packed]
        return _stored(packed) if entry.method == _STORED else _inflated(packed, entry)

    def _refuse_size(self, entry: _Entry, most: int) -> Refused:
        """The refusal of an oversized part; it names blank cells if they are the cause."""
        is_blank = is_mostly_blank(islice(self._unpack(entry), _LOOKED_AT))
        code = "file.blank_cells" if is_blank else "file.unpacks_too_large"
        return refuse(code, found=entry.name, expected=format_size(most))

    def _note_doctype(self, piece: bytes, entry: _Entry) -> None:
        if entry.name not in self.doctypes and any(doctype in piece for doctype in _DOCTYPES):
            self.doctypes.append(entry.name)


def _stored(packed: memoryview) -> Iterator[bytes]:
    for start in range(0, len(packed), _PIECE):
        yield bytes(packed[start : start + _PIECE])


def _cut(part: bytes) -> Iterator[bytes]:
    for start in range(0, len(part), _PIECE):
        yield part[start : start + _PIECE]


def _inflated(packed: memoryview, entry: _Entry) -> Iterator[bytes]:
    """Pieces of a deflated part. Raises Refused if the stream is broken, cut off, or followed by other data."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    position = 0
    try:
        while not inflater.eof and position < len(packed):
            piece = inflater.decompress(packed[position : position + _PACKED_PIECE], _PIECE)
            position += _PACKED_PIECE
            while piece:
                yield piece
                piece = inflater.decompress(inflater.unconsumed_tail, _PIECE)
    except zlib.error as error:
        raise refuse("file.damaged", found=entry.name) from error
    if not inflater.eof or inflater.unused_data or position < len(packed):
        raise refuse("file.damaged", found=entry.name)


def _find_directory(data: bytes) -> _Directory:
    """The central directory, from the last end record that is consistent with the data before it.

    Raises Refused (`file.truncated`) if there is none, or if the first part in the data is not in it: a truncated
    file may still contain a whole embedded workbook, which is not the one that was sent.
    """
    position = data.rfind(_END)
    for _ in range(16):
        if position < 0:
            break
        directory = _directory_at(data, position)
        if directory is not None:
            return directory
        position = data.rfind(_END, 0, position)
    raise refuse("file.truncated")


def _directory_at(data: bytes, position: int) -> _Directory | None:
    if position + _END_RECORD.size > len(data):
        return None
    _, disk, first_disk, here, count, size, offset, comment = _END_RECORD.unpack_from(data, position)
    end = position
    if count == 0xFFFF or size == 0xFFFFFFFF or offset == 0xFFFFFFFF:
        end = position - _LOCATOR_SIZE - _END_RECORD_64.size
        if end < 0 or data[end : end + 4] != _END_64 or data[end + _END_RECORD_64.size :][:4] != _LOCATOR_64:
            return None
        _, _, _, _, disk, first_disk, here, count, size, offset = _END_RECORD_64.unpack_from(data, end)
    start = end - size
    shift = start - offset
    if disk or first_disk or here != count or start < 0 or shift < 0:
        return None
    if position + _END_RECORD.size + comment > len(data) or (count and data[start : start + 4] != _CENTRAL):
        return None
    return _Directory(start, size, count, shift)


def _read_entries(data: bytes, directory: _Directory) -> list[_Entry]:
    """The directory's entries. The stated count is used only to refuse early; the actual entries decide."""
    if directory.count > MOST_PARTS:
        raise _refuse_parts(data, directory)
    entries: list[_Entry] = []
    position, end = directory.start, directory.start + directory.size
    while position < end:
        entry, position = _read_entry(data, position, end=end, shift=directory.shift)
        entries.append(entry)
        if len(entries) > MOST_PARTS:
            raise _refuse_parts(data, directory)
    if len(entries) != directory.count:
        raise refuse("file.damaged")
    _check_names(entries)
    return entries


def _refuse_parts(data: bytes, directory: _Directory) -> Refused:
    """The refusal of too many parts; it names sheets if they are the cause."""
    if data.count(_SHEETS, directory.start, directory.start + directory.size) > MOST_SHEETS:
        return refuse("file.too_many_sheets", expected=str(MOST_SHEETS))
    return refuse("file.too_many_parts", expected=str(MOST_PARTS))


def _read_entry(data: bytes, position: int, *, end: int, shift: int) -> tuple[_Entry, int]:
    if position + _CENTRAL_HEADER.size > end or data[position : position + 4] != _CENTRAL:
        raise refuse("file.damaged")
    fields = _CENTRAL_HEADER.unpack_from(data, position)
    flags, method, checksum, packed, unpacked = fields[3], fields[4], fields[7], fields[8], fields[9]
    name_size, extra_size, comment_size, attributes, header = *fields[10:13], fields[15], fields[16]
    name_at = position + _CENTRAL_HEADER.size
    extra_at = name_at + name_size
    after = extra_at + extra_size + comment_size
    if after > end:
        raise refuse("file.damaged")
    raw_name = data[name_at:extra_at]
    name = _clean_name(raw_name)
    if 0xFFFFFFFF in (packed, unpacked, header):
        unpacked, packed, header = _wide(data[extra_at : extra_at + extra_size], unpacked, packed, header)
    if flags & _ENCRYPTED:
        raise refuse("file.zip_password", found=name)
    if (attributes >> 16) & 0o170000 == 0o120000:
        raise refuse("file.link_part", found=name)
    if method not in (_STORED, _DEFLATED):
        raise refuse("file.compression", found=name)
    return _Entry(name, raw_name, method, checksum, packed, unpacked, header + shift), after


def _wide(extra: bytes, *sizes: int) -> list[int]:
    """The sizes; each 0xFFFFFFFF is replaced by the 64-bit number in the extra field."""
    position = 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, position)
        field = extra[position + 4 : position + 4 + size]
        if kind == 1:
            numbers = iter(struct.unpack(f"<{len(field) // 8}Q", field[: len(field) // 8 * 8]))
            found = [next(numbers, -1) if size == 0xFFFFFFFF else size for size in sizes]
            if min(found) >= 0:
                return found
        position += 4 + size
    raise refuse("file.damaged")


def _clean_name(raw: bytes) -> str:
    """The name with "/" as separator. Names with "\\" or a leading "/" are accepted.

    Raises Refused for a name that leads out of the archive or that two programs could read differently.
    """
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("cp437")
    name = name.replace("\\", "/").removeprefix("/")
    steps = name.removesuffix("/").split("/")
    if not all(name.isprintable() and step not in ("", ".", "..") and ":" not in step for step in steps):
        raise refuse("file.unsafe_name", found=name)
    return name


def _check_names(entries: list[_Entry]) -> None:
    """Refuses two parts with one name, because programs differ in which one they read."""
    seen: set[str] = set()
    for entry in entries:
        key = entry.name.casefold()
        if key in seen:
            raise refuse("file.duplicate_part", found=entry.name)
        seen.add(key)


def _check_layout(data: bytes, entries: list[_Entry], directory: _Directory) -> dict[int, int]:
    """The start of each part's contents, by the offset of its header.

    Raises Refused if parts overlap, extend beyond the data, or have another name in their own header.
    """
    starts: dict[int, int] = {}
    reached = data.find(_LOCAL, 0, directory.start)
    for entry in sorted(entries, key=lambda each: each.header):
        if entry.header + _LOCAL_HEADER.size > directory.start:
            raise refuse("file.damaged", found=entry.name)
        if not starts and entry.header != reached:
            raise refuse("file.truncated")
        if entry.header < reached:
            raise refuse("file.overlapping_parts", found=entry.name)
        fields = _LOCAL_HEADER.unpack_from(data, entry.header)
        name_at = entry.header + _LOCAL_HEADER.size
        start = name_at + fields[9] + fields[10]
        if fields[0] != _LOCAL or data[name_at : name_at + fields[9]] != entry.raw_name:
            raise refuse("file.damaged", found=entry.name)
        reached = start + entry.packed
        if reached > directory.start:
            raise refuse("file.damaged", found=entry.name)
        starts[entry.header] = start
    return starts
