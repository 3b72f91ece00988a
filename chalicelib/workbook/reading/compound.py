"""An OLE compound file, the container of .xls and of password-protected .xlsx ([MS-CFB]), read within limits.

Reads only what the .xls reader needs: the names at the top level and the bytes of one stream. A chain of sectors is
followed for at most as many steps as there are sectors, so a circular chain ends.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from typing import Final

from chalicelib.domain.issues.issue import refuse

MAGIC: Final = bytes.fromhex("D0CF11E0A1B11AE1")
_HEADER: Final = struct.Struct("<8s16s5H6x9I")
_DIFAT_IN_HEADER: Final = 109
_LAST_SECTOR: Final = 0xFFFFFFFA
_NO_ENTRY: Final = 0xFFFFFFFF
_ENTRY_SIZE: Final = 128
_MOST_ENTRIES: Final = 4_096
_MINI_SHIFT: Final = 6
_STORAGE, _STREAM, _ROOT = 1, 2, 5


class _DirectoryEntry:
    """One entry of the directory: a stream or a storage, and its position in the tree."""

    __slots__ = ("child", "kind", "left", "name", "right", "size", "start")

    def __init__(self, raw: bytes) -> None:
        length, self.kind = struct.unpack_from("<HB", raw, 64)
        self.name = raw[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        self.left, self.right, self.child = struct.unpack_from("<3I", raw, 68)
        self.start, self.size = struct.unpack_from("<2I", raw, 116)


class Compound:
    """The top level of a compound file. `streams` and `storages` are the names at the top, as stored.

    The constructor raises Refused (`file.truncated` if sectors are missing); so does `read`.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 + 128:
            raise refuse("file.truncated")
        fields = _HEADER.unpack_from(data)
        shift, mini_shift = fields[5], fields[6]
        if shift not in (9, 12) or mini_shift != _MINI_SHIFT:
            raise refuse("file.damaged")
        self._data = data
        self._shift = shift
        self._most = (len(data) >> shift) + 1
        self._cutoff = fields[11]
        self._table = self._read_table(fields[8], next_list=fields[14], lists=fields[15])
        entries = self._read_directory(fields[9])
        self._root = entries[0]
        self._mini_start = fields[12]
        self._top = {entry.name: entry for entry in _top_entries(entries)}

    @property
    def streams(self) -> list[str]:
        return [name for name, entry in self._top.items() if entry.kind == _STREAM]

    @property
    def storages(self) -> list[str]:
        return [name for name, entry in self._top.items() if entry.kind == _STORAGE]

    def read(self, name: str) -> bytes:
        """The bytes of a top-level stream. Raises KeyError if there is none, Refused if it is incomplete."""
        entry = self._top[name]
        if entry.size >= self._cutoff:
            return self._collect(entry.start, size=entry.size)
        container = self._collect(self._root.start, size=self._root.size)
        table = _numbers(b"".join(self._sectors(self._mini_start)))
        pieces: list[bytes] = []
        sector = entry.start
        for _ in range((entry.size >> _MINI_SHIFT) + 1):
            if sector >= len(table):
                break
            pieces.append(container[sector << _MINI_SHIFT : (sector + 1) << _MINI_SHIFT])
            sector = table[sector]
        return _whole(b"".join(pieces), entry.size)

    def _collect(self, start: int, *, size: int) -> bytes:
        if size > len(self._data):
            raise refuse("file.truncated")
        pieces: list[bytes] = []
        missing = size
        for sector in self._sectors(start):
            pieces.append(sector)
            missing -= len(sector)
            if missing <= 0:
                break
        return _whole(b"".join(pieces), size)

    def _sectors(self, start: int) -> Iterator[bytes]:
        """The sectors of a chain. A file's last sector may be short: some writers do not pad it."""
        sector = start
        for _ in range(self._most):
            if sector >= _LAST_SECTOR:
                return
            piece = self._sector(sector)
            if not piece or sector >= len(self._table):
                raise refuse("file.truncated")
            yield piece
            sector = self._table[sector]
        raise refuse("file.damaged")

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self._shift
        return self._data[start : start + (1 << self._shift)]

    def _read_table(self, count: int, *, next_list: int, lists: int) -> array[int]:
        """Reads the allocation table: the next sector of each sector."""
        places = list(struct.unpack_from(f"<{_DIFAT_IN_HEADER}I", self._data, 76))
        for _ in range(min(lists, self._most)):
            if next_list >= _LAST_SECTOR:
                break
            *more, next_list = _numbers(self._sector(next_list)) or [_NO_ENTRY]
            places += more
        if count > self._most:
            raise refuse("file.truncated")
        pieces = [self._sector(place) for place in places[:count] if place < _LAST_SECTOR]
        if not pieces or not all(pieces):
            raise refuse("file.truncated")
        return _numbers(b"".join(pieces))

    def _read_directory(self, start: int) -> list[_DirectoryEntry]:
        entries: list[_DirectoryEntry] = []
        for sector in self._sectors(start):
            entries += [
                _DirectoryEntry(sector[position : position + _ENTRY_SIZE])
                for position in range(0, len(sector) - _ENTRY_SIZE + 1, _ENTRY_SIZE)
            ]
            if len(entries) > _MOST_ENTRIES:
                raise refuse("file.too_many_parts", expected=str(_MOST_ENTRIES))
        if not entries or entries[0].kind != _ROOT:
            raise refuse("file.damaged")
        return entries


def _top_entries(entries: list[_DirectoryEntry]) -> Iterator[_DirectoryEntry]:
    """The entries directly under the root: an embedded workbook has a stream of the same name in a storage below."""
    waiting, seen = [entries[0].child], {_NO_ENTRY}
    while waiting:
        number = waiting.pop()
        if number in seen or number >= len(entries):
            continue
        seen.add(number)
        entry = entries[number]
        yield entry
        waiting += [entry.left, entry.right]


def _numbers(raw: bytes) -> array[int]:
    return array("I", struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))


def _whole(raw: bytes, size: int) -> bytes:
    if len(raw) < size:
        raise refuse("file.truncated")
    return raw[:size]
