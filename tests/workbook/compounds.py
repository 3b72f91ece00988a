"""Compound files and .xls streams written by hand, record by record."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping

_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_MINI_CUTOFF = 4_096

Record = tuple[int, bytes]


def make_compound(streams: Mapping[str, bytes], storages: Iterable[str] = ()) -> bytes:
    """A compound file with the streams and empty storages at its top; each stream is padded to a sector."""
    sector = 4_096 if sum(map(len, streams.values())) > 6_000_000 else 512
    padded = {name: body.ljust(_MINI_CUTOFF, b"\0") for name, body in streams.items()}
    sectors: list[bytes] = []
    table: list[int] = []
    starts: dict[str, int] = {}
    for name, body in padded.items():
        starts[name] = len(sectors)
        pieces = [body[at : at + sector].ljust(sector, b"\0") for at in range(0, len(body), sector)]
        table += [len(sectors) + number + 1 for number in range(len(pieces) - 1)] + [_END]
        sectors += pieces
    entries = [_entry("Root Entry", 5, child=1)]
    names = [*padded, *storages]
    for number, name in enumerate(names, start=1):
        right = number + 1 if number < len(names) else _FREE
        kind = 2 if name in padded else 1
        entries.append(_entry(name, kind, right=right, start=starts.get(name, _END), size=len(padded.get(name, b""))))
    directory = b"".join(entries).ljust(-(-len(entries) * 128 // sector) * sector, b"\0")
    first_directory = len(sectors)
    pieces = [directory[at : at + sector] for at in range(0, len(directory), sector)]
    table += [first_directory + number + 1 for number in range(len(pieces) - 1)] + [_END]
    sectors += pieces
    return _join(sectors, table, first_directory, sector)


def _join(sectors: list[bytes], table: list[int], first_directory: int, sector: int) -> bytes:
    count = 1
    while (len(table) + count) * 4 > count * sector:
        count += 1
    first_table = len(sectors)
    table += [_TABLE] * count
    table += [_FREE] * (count * sector // 4 - len(table))
    places = [first_table + number for number in range(count)] + [_FREE] * (109 - count)
    header = struct.pack(
        "<8s16s5H6x9I",
        bytes.fromhex("D0CF11E0A1B11AE1"),
        b"",
        *(0x3E, 3, 0xFFFE, 9 if sector == 512 else 12, 6),
        *(0, count, first_directory, 0, _MINI_CUTOFF, _END, 0, _END, 0),
    )
    return (
        (header + struct.pack("<109I", *places)).ljust(sector, b"\0")
        + b"".join(sectors)
        + struct.pack(f"<{len(table)}I", *table)
    )


def _entry(name: str, kind: int, *, right: int = _FREE, child: int = _FREE, start: int = _END, size: int = 0) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBB3I16s4xQQ2IQ", raw, len(raw), kind, 1, _FREE, right, child, b"", 0, 0, start, size, 0)[
        :128
    ]


def make_stream(records: Iterable[Record]) -> bytes:
    return b"".join(struct.pack("<2H", number, len(body)) + body for number, body in records)


def text(content: str) -> bytes:
    """A text as cells and formats have it: length in two bytes, then one byte that says two a letter."""
    return struct.pack("<HB", len(content.encode("utf-16-le")) // 2, 1) + content.encode("utf-16-le")


def cell(row: int, column: int, body: bytes = b"", style: int = 0) -> bytes:
    """The body of a cell's record: where it stands, its format, and what it holds."""
    return struct.pack("<3H", row, column, style) + body


def bof(kind: int = 0x0010, version: int = 0x0600) -> Record:
    return 0x0809, struct.pack("<2H12x", version, kind)


EOF: Record = (0x000A, b"")
ENGINE: Record = (0x01C1, b"\xc1\x01\0\0\0\0\0\0")


def make_xls_stream(
    records: Iterable[Record], *, before: Iterable[Record] = (ENGINE,), name: str = "S1", state: int = 0, kind: int = 0
) -> bytes:
    """An Excel 97 stream of one sheet; `before` are records that stand before the list of sheets."""
    start = make_stream([bof(0x0005), *before])
    short = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    position = len(start) + 4 + 6 + len(short) + 4
    entry = (0x0085, struct.pack("<IBB", position, state, kind) + short)
    return start + make_stream([entry, EOF, bof(), *records, EOF])


def make_xls(records: Iterable[Record], **changes: object) -> bytes:
    return make_compound({"Workbook": make_xls_stream(records, **changes)})  # type: ignore[arg-type]
