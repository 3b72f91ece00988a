"""Makes typed file names harmless, and writes them into metadata and download headers (RFC 6266)."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from email.header import Header, decode_header, make_header
from urllib.parse import quote, unquote

from chalicelib.domain.language.spelling import compose

_LONGEST = 300
_LONGEST_ENCODED = 900
"""Characters. S3 keeps 2 KB of metadata per object, which a name and a justification share."""

_LONGEST_SUFFIX = 10
_LONGEST_LINE = 10_000
"""More than metadata can hold, so that it stays on one line."""


def tidy_name(name: str) -> str:
    """The last part of a path, in NFC, without control and direction characters. A long name keeps its suffix."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(char for char in compose(last) if unicodedata.category(char)[0] != "C")
    name = " ".join(visible.split())
    stem, dot, suffix = name.rpartition(".")
    if not dot or not stem or len(suffix) > _LONGEST_SUFFIX:
        stem, dot, suffix = name, "", ""
    return (
        _cut(stem, _LONGEST - len(dot + suffix), most_encoded=_LONGEST_ENCODED - len(encode_text(dot + suffix)))
        + dot
        + suffix
    )


def tidy_text(text: str) -> str:
    """The sender's text on one line, cut to the length that metadata can carry."""
    visible = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text)
    return _cut(" ".join(compose(visible).split()), _LONGEST, most_encoded=_LONGEST_ENCODED)


def encode_text(text: str) -> str:
    """The text as metadata: ASCII, percent-encoded throughout."""
    return quote(text, safe="", errors="replace")


def decode_text(written: str) -> str:
    return unquote(written, errors="replace")


def read_posted(written: str) -> str:
    """Text that a browser wrote into a form field: S3 hands what is not ASCII back as "encoded words" (RFC 2047)."""
    with suppress(ValueError, LookupError):
        return str(make_header(decode_header(written)))
    return written


def write_posted(text: str) -> str:
    """The same for a storage that hands back the bytes of UTF-8, as if they were Latin-1. ASCII stays as it is."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return Header(text, "utf-8", maxlinelen=_LONGEST_LINE).encode()


def render_disposition(name: str, *, inline: bool = False) -> str:
    """The Content-Disposition of a download: the full name, and an ASCII name for old browsers.

    A period may be named by its day, 30/06/2026; a browser would take what stands before a slash for a folder.
    """
    name = tidy_name(re.sub(r"(?<=\d)/(?=\d)", "-", name)) or "tep"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{_make_plain(name)}\"; filename*=UTF-8''{encode_text(name)}"


def _make_plain(name: str) -> str:
    base = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(char for char in base if not unicodedata.combining(char))
    return re.sub(r"[^A-Za-z0-9 ._()-]", "_", letters)


def _cut(text: str, most: int, *, most_encoded: int) -> str:
    text = text[:most]
    while len(encode_text(text)) > most_encoded:
        text = text[:-1]
    return text
