"""A programme's data in force: versions that are never edited. The item names a version; its files are in S3.

The object's key holds the hash of its contents, so two imports at once, or an interrupted one, never
overwrite each other's files.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from chalicelib.domain.audit import AuditLine, Stamp
from chalicelib.domain.programme.branches import BranchUnknown, has_branch, narrow, split_branch
from chalicelib.domain.programme.loading import decode_text, load_kept, load_programme
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Record
from chalicelib.store import objects, table
from chalicelib.store.addresses import (
    PROGRAMMES_PK,
    Key,
    programme_files_key,
    programme_listing_key,
    version_key,
    versions_pk,
)
from chalicelib.store.audit import put_line
from chalicelib.store.errors import Damaged, NotFound, VersionExists
from chalicelib.store.records import Wire

Files = Mapping[str, bytes]
"""The files of a programme's folder: name to bytes."""

_TEXTS = (".toml", ".csv")
_KEPT_VERSIONS = 8
_newest: dict[str, Version | None] = {}


class Version(Record):
    """One imported version: its number from 1, and the place and hash of its files."""

    programme: str
    number: int
    key: str
    sha256: str
    imported: datetime
    actor: str
    files: dict[str, str]

    @property
    def name(self) -> str:
        return f"{self.programme} V{self.number}"

    def holds(self, files: Files) -> bool:
        """Whether the version was made from exactly these files."""
        return self.files == _hash_files(files)


def make_programme(files: Files) -> Programme:
    """The programme in `files`, not in force yet. Raises ProgrammeInvalid with all mistakes."""
    return _make(tuple(decode_texts(files).items()))


@lru_cache(maxsize=2)
def _make(texts: tuple[tuple[str, str], ...]) -> Programme:
    """A preview, its effects and its checks make the same programme one after the other: it is read once."""
    return load_programme(dict(texts))


def make_version(programme: str, number: int, *, files: Files, stamp: Stamp) -> Version:
    """The record of a version, ready to be put."""
    sha256 = hashlib.sha256(dump_files(files)).hexdigest()
    return Version(
        programme=programme, number=number, key=programme_files_key(programme, number, sha256),
        sha256=sha256, imported=stamp.at, actor=stamp.actor, files=_hash_files(files),
    )  # fmt: skip


def put_version(version: Version, files: Files, line: AuditLine, *, also: Sequence[table.Write] = ()) -> None:
    """Puts a version in force, with other writes that go with it or not at all.

    Raises VersionExists if another import took this number first, and what `also` says.
    """
    objects.put_object(version.key, dump_files(files), content_type="application/json")
    writes = [
        table.put(version_key(version.programme, version.number), version, broken=VersionExists),
        table.put_fields(programme_listing_key(version.programme), {"latest": version.number}),
        put_line(line),
        *also,
    ]
    table.write(writes, subject=version.name)


def list_programmes() -> tuple[str, ...]:
    """The codes of all programmes that were ever imported."""
    return tuple(item["sk"]["S"] for item in table.query_items(PROGRAMMES_PK))


def list_versions(code: str) -> list[Version]:
    return table.query_records(Version, versions_pk(code))


def find_latest_version(code: str) -> Version | None:
    _newest[code] = table.find_latest(Version, versions_pk(code))
    return _newest[code]


class Remembered(NamedTuple):
    """What this process last found to be the newest version of a programme; None if it was never imported."""

    code: str
    version: Version | None

    @property
    def keys(self) -> tuple[Key, ...]:
        """What to read to see whether it is so still: versions are numbered one by one and never edited."""
        own = [version_key(self.code, self.version.number)] if self.version else []
        return (*own, version_key(self.code, self.version.number + 1 if self.version else 1))

    def stands(self, items: Mapping[Key, Wire]) -> bool:
        """Whether it is so by the items under `keys`; after a restore, a number may be another version's."""
        *own, following = self.keys
        return following not in items and all(
            key in items and table.read_record(Version, items[key]) == self.version for key in own
        )


def recall(code: str, *, years: int = 0) -> tuple[Remembered, ...]:
    """A programme and those it follows, one for each year, the latest first.

    Costs a Query for each that this process does not know yet.
    """
    line: list[Remembered] = []
    while code and len(line) <= years:
        version = _newest[code] if code in _newest else find_latest_version(code)
        line.append(Remembered(code, version))
        code = load(version).follows if version else ""
    return tuple(line)


def load(version: Version) -> Programme:
    """One read of S3 per process and version."""
    return _load(version.key, sha256=version.sha256, number=version.number)


def load_in_force(code: str) -> Programme:
    """The latest version of a programme: one Query, and one read of S3 per process and version.

    Raises NotFound for a programme that was never imported.
    """
    latest = find_latest_version(code)
    if latest is None:
        raise NotFound(f"programme {code}")
    return load(latest)


def load_part(part: str) -> Programme:
    """The latest version of a programme, or of one branch of it ("mau@B1"). Raises NotFound."""
    code, branch = split_branch(part)
    return _narrow(load_in_force(code), branch)


def load_followed(programme: Programme) -> Programme | None:
    """The latest version of the programme that this one follows, of a branch its part; None if there is none."""
    latest = find_latest_version(programme.follows) if programme.follows else None
    if latest is None:
        return None
    followed = load(latest)
    return narrow(followed, programme.branch) if has_branch(followed, programme.branch) else None


def list_followed(programme: Programme, *, most: int) -> tuple[Programme, ...]:
    """The programmes of the years before, the latest first, as far as they are known, and not more than `most`."""
    found: list[Programme] = []
    while len(found) < most and (followed := load_followed(found[-1] if found else programme)):
        found.append(followed)
    return tuple(found)


def load_version(code: str, number: int) -> Programme:
    """The version of a programme that a submission or an edition used. Raises NotFound."""
    return load(_find_version(code, number))


def _narrow(programme: Programme, branch: str) -> Programme:
    try:
        return narrow(programme, branch)
    except BranchUnknown:
        raise NotFound(f"branch {branch} of {programme.code}") from None


def load_files(code: str, number: int) -> dict[str, bytes]:
    """All files of a version, the Word template among them. Raises NotFound."""
    version = _find_version(code, number)
    return dict(read_files(version.key, sha256=version.sha256))


def forget() -> None:
    """Empties this process's cache of programmes."""
    _newest.clear()
    _load.cache_clear()
    read_files.cache_clear()


def _find_version(code: str, number: int) -> Version:
    version = table.find_record(Version, version_key(code, number))
    if version is None:
        raise NotFound(f"programme {code} V{number}")
    return version


@lru_cache(maxsize=_KEPT_VERSIONS)
def _load(key: str, *, sha256: str, number: int) -> Programme:
    return load_kept(decode_texts(read_files(key, sha256=sha256)), version=number)


@lru_cache(maxsize=_KEPT_VERSIONS)
def read_files(key: str, *, sha256: str) -> Files:
    data = objects.read_body(key)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Damaged(key)
    return {name: _undump_file(entry) for name, entry in json.loads(data)["files"].items()}


def _hash_files(files: Files) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}


def decode_texts(files: Files) -> dict[str, str]:
    """The text files that define the programme. Other files (a Word template, a read-me) are kept but not read.

    Raises ProgrammeInvalid for one that is no UTF-8.
    """
    texts = {name: data for name, data in files.items() if name.endswith(_TEXTS)}
    return {name: decode_text(name, data) for name, data in texts.items()}


def dump_files(files: Files) -> bytes:
    entries = {name: _dump_file(name, data) for name, data in sorted(files.items())}
    return json.dumps({"files": entries}, ensure_ascii=False, indent=1).encode()


def _dump_file(name: str, data: bytes) -> dict[str, str]:
    if name.endswith(_TEXTS):
        return {"text": data.decode("utf-8")}
    return {"base64": base64.b64encode(data).decode()}


def _undump_file(entry: Mapping[str, str]) -> bytes:
    return base64.b64decode(entry["base64"]) if "base64" in entry else entry["text"].encode()
