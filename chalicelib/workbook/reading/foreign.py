"""Recognises what was sent instead of a workbook (PDF, picture, web page, text …) by its first bytes.

Each has its own code, because the sender must do something different: a page saved as .xls is opened and saved again,
a lock file was never the form.
"""

from __future__ import annotations

import re
from typing import Final

_PREFIXES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF-", "file.pdf"),
    (b"\xff\xd8\xff", "file.image"),
    (b"\x89PNG\r\n\x1a\n", "file.image"),
    (b"GIF8", "file.image"),
    (b"BM", "file.image"),
    (b"II*\x00", "file.image"),
    (b"MM\x00*", "file.image"),
    (b"{\\rtf", "file.rtf"),
    (b"Rar!\x1a\x07", "file.packed"),
    (b"7z\xbc\xaf\x27\x1c", "file.packed"),
    (b"\x1f\x8b\x08", "file.packed"),
    (b"MZ", "file.program"),
    (b"\x7fELF", "file.program"),
    (b"\x09\x00\x04\x00", "file.old_excel"),
    (b"\x09\x02\x06\x00", "file.old_excel"),
    (b"\x09\x04\x06\x00", "file.old_excel"),
    (b"\x09\x08\x08\x00", "file.old_excel"),
    (b"\x09\x08\x10\x00", "file.old_excel"),
    (b"\x00\x00\x02\x00", "file.old_excel"),
)
_PICTURE_BRANDS: Final = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif")
_LOCK_SIZES: Final = (162, 165)
"""Sizes of Word's and Excel's lock files: a length, the user's name in one-byte letters, and again in two-byte ones."""
_LONGEST_NAME: Final = 54
_PAGE: Final = re.compile(r"<(!doctype\s+html|html|head|meta|body|table|div|style|p|b|font)\b", re.IGNORECASE)
_XML: Final = re.compile(r"<(\?xml|\w++(?::\w*+)?\s++xmlns)")
_HEAD: Final = 4_096
_SEPARATORS: Final = "\t;,|"


def find_foreign(data: bytes) -> str:
    """The code for data that is neither a zip nor a compound file: `file.pdf`, `file.csv`, … `file.unknown`."""
    for prefix, code in _PREFIXES:
        if data.startswith(prefix):
            return code
    if _is_lock_file(data):
        return "file.lock_file"
    if data[4:12] in _PICTURE_BRANDS or (data[:4], data[8:12]) == (b"RIFF", b"WEBP"):
        return "file.image"
    if b"%PDF-" in data[:1024]:
        return "file.pdf"
    text = _read_text(data)
    if text is not None:
        return _find_text(text)
    return "file.damaged" if not data.strip(b"\x00") else "file.unknown"


def _is_lock_file(data: bytes) -> bool:
    """Excel's ~$form.xlsx, Word's, and LibreOffice's .~lock.form.xlsx#, which is one line of text."""
    if len(data) in _LOCK_SIZES and 0 < data[0] <= _LONGEST_NAME:
        return True
    return len(data) < 1_000 and data.rstrip().endswith(b";") and data.count(b",") == 4 and b"file://" in data


def _find_text(text: str) -> str:
    head = text[:_HEAD].lstrip("\ufeff \t\r\n")
    if "urn:schemas-microsoft-com:office:spreadsheet" in head and "<" in head:
        return "file.html" if _PAGE.match(head) else "file.spreadsheet_2003"
    if "urn:oasis:names:tc:opendocument:xmlns:office" in head:
        return "file.flat_opendocument"
    if _PAGE.match(head) or head[:13].lower() == "mime-version:" or (head[:1] == "<" and _PAGE.search(head)):
        return "file.html"
    if _XML.match(head):
        return "file.xml"
    if head[:3] == "ID;":
        return "file.csv"
    lines = [line for line in head.splitlines()[:20] if line.strip()]
    is_table = any(sum(separator in line for line in lines) * 2 > len(lines) for separator in _SEPARATORS)
    return "file.csv" if is_table else "file.text"


def _read_text(data: bytes) -> str | None:
    """The beginning as text; None if it is binary, which bytes below a space show."""
    head = data[:_HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    if any(byte < 9 or 13 < byte < 32 for byte in head):
        return None
    text = head.decode("utf-8", "ignore")
    return text if len(text.encode()) + 3 >= len(head) else _read_single_bytes(head)


def _read_single_bytes(head: bytes) -> str | None:
    """Text in a Windows or TCVN3 encoding: most of its bytes are plain letters, digits and spaces."""
    plain = sum(32 <= byte < 127 or byte in (9, 10, 13) for byte in head)
    return head.decode("latin-1") if plain * 4 > len(head) * 3 else None
