"""Gives zip containers fixed dates, so that equal inputs give equal bytes."""

from __future__ import annotations

import io
import struct
import zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can tell."""
_DATED = struct.pack("<HH", 0, 1 << 5 | 1)
"""The same as time and day of an entry: years count from 1980, months and days from 1."""
_OWNERS = struct.pack("<L", 0o600 << 16)
"""The rights of a file that its owner may read and write."""
_CENTRAL_SIZE = 46
"""Bytes of an entry of the directory at the end, before its texts. Offsets are those of PKWARE's APPNOTE, 4.3.7 and
4.3.12."""


def fix_dates(data: bytes) -> bytes:
    """The same entries in the same order, each dated 1980-01-01. What they hold is left as it was deflated."""
    fixed = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        place = source.start_dir
        for entry in source.infolist():
            fixed[entry.header_offset + 10 : entry.header_offset + 14] = _DATED
            fixed[place + 12 : place + 16] = _DATED
            fixed[place + 38 : place + 42] = _OWNERS
            place += _CENTRAL_SIZE + sum(struct.unpack_from("<HHH", fixed, place + 28))
    return bytes(fixed)
