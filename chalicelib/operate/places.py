"""Where a backup lies, in a folder or in the bucket of reports, and how it is written there.

    items-00001.jsonl.gz     items of the table, one a line, as DynamoDB's protocol writes them; of an item that has two
                             lines, the last one counts
    objects-00001.jsonl.gz   versions of objects, one a line: bucket, key, version, time, headings, SHA-256
    objects/ab/…             the bytes, each under its SHA-256, once
    manifest.json            counts, and the hashes of the lists; it is put first without them, and again at the end

A backup in the bucket has no objects, because they lie beside it. The first format had one list of each kind, not
compressed, and can be read as well.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from chalicelib.store import backups
from chalicelib.store.addresses import BACKUPS, HANDOUTS, SLIPS, TRIALS
from chalicelib.store.backups import HASHES, MANIFEST
from chalicelib.store.errors import NotFound
from chalicelib.store.whole import INBOX, REPORTS

FORMAT, READABLE = 2, (1, 2)
ITEMS, OBJECTS = "items", "objects"
_PART_BYTES = 8_000_000
"""Of a list before it is compressed: what a process holds of a backup at once."""
_MOST_PART_BYTES = 4 * _PART_BYTES
"""The longest line is far shorter than a part, so what is larger was not written by us."""

LEFT_OUT = (BACKUPS, HANDOUTS, SLIPS, TRIALS)
"""The prefixes of what no backup has and a restore does not look at."""

_PART_NAME = re.compile(rf"({ITEMS}|{OBJECTS})(-\d{{5,}}\.jsonl\.gz|\.jsonl)")
_HASH = re.compile(r"[0-9a-f]{64}")

Manifest = dict[str, Any]
Line = Mapping[str, Any]


class BackupUnusable(ValueError):
    """There is no complete backup in this place; the message says why."""


class BackupPlace(Protocol):
    """Keeps the parts of one backup by name."""

    def put(self, name: str, data: bytes) -> None: ...

    def read(self, name: str) -> bytes:
        """Raises BackupUnusable if there is no such part."""


@dataclass(frozen=True)
class Folder:
    """A backup in a directory of its own."""

    path: Path

    def put(self, name: str, data: bytes) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def read(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except OSError as error:
            raise BackupUnusable(f"không đọc được {name} trong thư mục {self.path}") from error


@dataclass(frozen=True)
class Shelf:
    """A backup in the bucket of reports; `made` is the name of the time when it began."""

    made: str

    def put(self, name: str, data: bytes) -> None:
        backups.put_part(self.made, name=name, data=data)

    def read(self, name: str) -> bytes:
        try:
            return backups.read_part(self.made, name=name)
        except NotFound as error:
            raise BackupUnusable(f"bản sao lưu {self.made} thiếu {name}") from error


# Manifest


def put_manifest(place: BackupPlace, manifest: Manifest) -> None:
    place.put(MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())


def check_backup(place: BackupPlace) -> Manifest:
    """The manifest of a complete and undamaged backup. Raises BackupUnusable."""
    try:
        manifest = dict(json.loads(place.read(MANIFEST)))
    except BackupUnusable:
        raise
    except (ValueError, TypeError) as error:
        raise BackupUnusable(f"{MANIFEST} bị hỏng") from error
    if manifest.get("format") not in READABLE:
        raise BackupUnusable(
            f"{MANIFEST} ghi dạng {manifest.get('format')}, phiên bản này chỉ đọc dạng {READABLE[0]} đến {READABLE[-1]}"
        )
    if HASHES not in manifest:
        raise BackupUnusable("bản sao lưu này bị ngắt giữa chừng, chưa đủ")
    for name, sha256 in _read_hashes(manifest).items():
        if hashlib.sha256(place.read(name)).hexdigest() != sha256:
            raise BackupUnusable(f"{name} đã bị thay đổi sau khi ghi")
    _check_lines(place, manifest)
    return manifest


def _read_hashes(manifest: Manifest) -> dict[str, str]:
    """The hashes of the parts. A name that none of our parts has might lead out of the backup's place."""
    hashes = manifest[HASHES]
    if not isinstance(hashes, dict) or not all(map(_PART_NAME.fullmatch, hashes)):
        raise BackupUnusable(f"{MANIFEST} không kê các phần của một bản sao lưu")
    return hashes


def _check_lines(place: BackupPlace, manifest: Manifest) -> None:
    try:
        for item in read_lines(place, manifest, ITEMS):
            _must(all(isinstance(item[part]["S"], str) for part in ("pk", "sk")))
        for line in read_lines(place, manifest, OBJECTS):
            _check_object(place, line)
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BackupUnusable(f"có dòng không do hệ thống này ghi ({type(error).__name__})") from error


def _check_object(place: BackupPlace, line: Line) -> None:
    """The bytes of a line are there, and a restore would find them again where it puts them."""
    _must(line["bucket"] in (INBOX, REPORTS) and not line["key"].startswith(LEFT_OUT))
    _must(isinstance(line["version_id"], str) and _HASH.fullmatch(line["sha256"]) is not None)
    _must(all(isinstance(text, str) for name in ("metadata", "headings") for text in line[name].values()))
    if hashlib.sha256(place.read(name_bytes(line["sha256"]))).hexdigest() != line["sha256"]:
        raise BackupUnusable(f"nội dung của {line['key']} đã bị thay đổi sau khi ghi")


def _must(holds: bool) -> None:
    if not holds:
        raise BackupUnusable("có dòng không do hệ thống này ghi")


# Lists


def put_lines(place: BackupPlace, kind: str, lines: Iterable[Line]) -> dict[str, str]:
    """Puts a list in as many parts as it needs; returns their hashes by name."""
    hashes = {}
    for number, part in enumerate(_cut(lines), start=1):
        name, data = f"{kind}-{number:05}.jsonl.gz", gzip.compress(part, mtime=0)
        place.put(name, data)
        hashes[name] = hashlib.sha256(data).hexdigest()
    return hashes


def _cut(lines: Iterable[Line]) -> Iterator[bytes]:
    part = bytearray()
    for line in lines:
        part += json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n"
        if len(part) >= _PART_BYTES:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)


def read_lines(place: BackupPlace, manifest: Manifest, kind: str) -> Iterator[dict[str, Any]]:
    """The lines of a list, in their order."""
    for name in sorted(manifest[HASHES]):
        if name.startswith(kind):
            yield from _read_part(place, name)


def read_last_lines(place: BackupPlace, manifest: Manifest, kind: str) -> Iterator[dict[str, Any]]:
    """The lines of a list from the last to the first, a part held at a time."""
    for name in sorted(manifest[HASHES], reverse=True):
        if name.startswith(kind):
            yield from reversed(list(_read_part(place, name)))


def _read_part(place: BackupPlace, name: str) -> Iterator[dict[str, Any]]:
    data = place.read(name)
    text = (_unpack(name, data) if name.endswith(".gz") else data).decode()
    return (json.loads(line) for line in text.split("\n") if line)


def _unpack(name: str, data: bytes) -> bytes:
    """Raises BackupUnusable for a part that unpacks to more than any of ours."""
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        text = stream.decompress(data, _MOST_PART_BYTES)
    except zlib.error as error:
        raise BackupUnusable(f"{name} bị hỏng") from error
    if not stream.eof or stream.unused_data:
        raise BackupUnusable(f"{name} không phải của bản sao lưu này")
    return text


def name_bytes(sha256: str) -> str:
    """The part that has the bytes of an object."""
    return f"objects/{sha256[:2]}/{sha256}"
