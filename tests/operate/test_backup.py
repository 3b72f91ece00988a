"""A backup is a directory that tells whether it is whole, and an empty stage becomes what it was made of."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Programme
from chalicelib.intake.receive import find_own_receipt
from chalicelib.intake.sweep import find_lost
from chalicelib.office.sign_in import note_sign_in
from chalicelib.operate.backup import back_up
from chalicelib.operate.places import ITEMS, OBJECTS, BackupUnusable, Folder, check_backup, read_lines
from chalicelib.operate.restore import restore
from chalicelib.operate.verify import verify
from chalicelib.store import commit, obligations, people, programmes, receipts, submissions, table, uploads, whole
from chalicelib.store.addresses import parse_key
from chalicelib.store.counters import count
from tests.operate.conftest import take
from tests.store.engine import make_line, open_moto
from tests.store.sample import ADDRESS, NOON, make_submission, numbered, send, workbook

pytestmark = pytest.mark.promise("restored")


@pytest.fixture
def folder(programme: Programme, tmp_path: Path) -> Path:
    take(workbook(A1=8), 2)  # a second file with the same form: an upload of its own, named after its version
    back_up(tmp_path / "backup", now=NOON)
    return tmp_path / "backup"


def dump() -> list[str]:
    return sorted(f"{item['pk']['S']} {item['sk']['S']}" for item in table.scan_items())


def test_a_restored_store_is_the_one_that_was_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = verify(NOON).counts
    figures = obligations.find_state(ADDRESS).submission
    with open_moto(monkeypatch):
        restore(folder)
        verified = verify(NOON)
        assert (verified.findings, verified.counts) == ([], before)
        restored = obligations.find_state(ADDRESS).submission
        assert figures
        assert restored
        assert (restored.values, restored.sha256) == (figures.values, figures.sha256)
        assert restored.received == figures.received
        assert programmes.load_in_force("mau").units


def test_after_a_restore_nothing_is_taken_in_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_moto(monkeypatch):
        restore(folder)
        versions = list(uploads.list_uploads())
        assert len(versions) == 3
        assert find_lost(versions) == []
        assert all(
            find_own_receipt(parse_key(version.key)[1], version_id=version.version_id)[1] for version in versions
        )


def test_a_backup_of_the_restored_store_can_be_restored(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_moto(monkeypatch):
        restore(folder)
        back_up(tmp_path / "second", now=NOON)
    with open_moto(monkeypatch):
        restore(tmp_path / "second")
        assert verify(NOON).findings == []


def test_what_lies_in_s3_because_it_is_large_comes_along(
    programme: Programme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, version = send(workbook(A1=9), numbered(7))
    large = make_submission(2, text="dài " * 120_000).model_copy(update={"key": key, "version_id": version})
    before = obligations.find_state(ADDRESS)
    after = before.moved(submission=large, revision=2)
    commit.commit_state(after, before=before, line=make_line())
    back_up(tmp_path / "backup", now=NOON)
    with open_moto(monkeypatch):
        restore(tmp_path / "backup")
        restored = obligations.find_state(ADDRESS).submission
        assert restored
        assert restored.narratives == large.narratives
        assert restored.version_id != version
        assert uploads.read_upload(key, restored.version_id).data == workbook(A1=9)


def test_the_last_sign_in_of_a_user_comes_along(
    programme: Programme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_sign_in("hoa.tt", stamp=Stamp("pv05:hoa.tt", NOON))
    before = people.find_person("hoa.tt")
    back_up(tmp_path / "backup", now=NOON)
    with open_moto(monkeypatch):
        restore(tmp_path / "backup")
        assert before
        assert people.find_person("hoa.tt") == before


def test_counters_and_files_made_for_one_download_stay_behind(programme: Programme, tmp_path: Path) -> None:
    from datetime import timedelta

    from chalicelib.store.objects import put_object

    count("thử", now=NOON, window=timedelta(minutes=1))
    for key in ("handouts/x", "trial/x"):
        put_object(key, b"x", content_type="text/plain")
    back_up(tmp_path / "backup", now=NOON)
    place = Folder(tmp_path / "backup")
    text = json.dumps([[*read_lines(place, check_backup(place), kind)] for kind in (ITEMS, OBJECTS)])
    assert "handouts/" not in text
    assert "trial/" not in text
    assert '"K#' not in text


@pytest.mark.parametrize("damage", ["items-00001.jsonl.gz", "objects-00001.jsonl.gz", "manifest.json", "bytes"])
def test_a_damaged_backup_is_refused_before_anything_is_written(
    folder: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = next((folder / "objects").rglob("*/*")) if damage == "bytes" else folder / damage
    path.write_bytes(path.read_bytes()[:-3])
    with open_moto(monkeypatch):
        with pytest.raises(BackupUnusable):
            restore(folder)
        assert not dump()
        assert not [version for bucket in (whole.INBOX, whole.REPORTS) for version in whole.list_versions(bucket)]


def _change_line(kind: str, **fields: Any) -> Callable[[Path], None]:
    """The first line of a list says something else, and the hashes are right."""

    def change(folder: Path) -> None:
        path = folder / f"{kind}-00001.jsonl.gz"
        first, *others = gzip.decompress(path.read_bytes()).decode().splitlines()
        _put_part(folder, path.name, "\n".join([json.dumps(json.loads(first) | fields), *others]).encode())

    return change


def _put_part(folder: Path, name: str, text: bytes) -> None:
    data = gzip.compress(text)
    (folder / name).write_bytes(data)
    _name_parts({name: hashlib.sha256(data).hexdigest()})(folder)


def _name_parts(hashes: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        manifest["sha256"] = manifest["sha256"] | hashes if isinstance(hashes, dict) else hashes
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")

    return change


TAMPERED: dict[str, Callable[[Path], None]] = {
    "a name out of the folder": _name_parts({"../outside.jsonl": ""}),
    "an absolute name": _name_parts({"/dev/zero": ""}),
    "a name like one of ours": _name_parts({"items/../../outside": ""}),
    "no names": _name_parts(["items-00001.jsonl.gz"]),
    "a part as large as memory": lambda folder: _put_part(folder, "items-00002.jsonl.gz", b" " * 64_000_000),
    "a part that is no list": lambda folder: _put_part(folder, "items-00002.jsonl.gz", b"\xff\x00"),
    "a line that is no item": lambda folder: _put_part(folder, "items-00002.jsonl.gz", b"[1]"),
    "an item without a key": _change_line(ITEMS, pk=None),
    "bytes out of the folder": _change_line(OBJECTS, sha256="../../outside"),
    "another bucket": _change_line(OBJECTS, bucket="deployments"),
    "a key that no restore looks at": _change_line(OBJECTS, key="handouts/x"),
    "a backup of backups": _change_line(OBJECTS, key="backups/x/manifest.json"),
    "metadata that is none": _change_line(OBJECTS, metadata=["x"]),
    "a version that is none": _change_line(OBJECTS, version_id=None),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_backup_that_somebody_has_changed_is_refused_before_anything_is_written(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.parent / "outside").write_bytes(b"")
    TAMPERED[name](folder)
    with open_moto(monkeypatch):
        with pytest.raises(BackupUnusable):
            restore(folder)
        assert not dump()


def test_a_backup_goes_into_a_directory_of_its_own(folder: Path) -> None:
    with pytest.raises(BackupUnusable):
        back_up(folder, now=NOON)


def test_the_manifest_counts(folder: Path) -> None:
    manifest = check_backup(Folder(folder))
    lines = {kind: [*read_lines(Folder(folder), manifest, kind)] for kind in (ITEMS, OBJECTS)}
    assert {kind: manifest[kind] for kind in lines} == {kind: len(found) for kind, found in lines.items()}


def test_receipts_and_revisions_keep_their_numbers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt, revision = receipts.find_receipt(numbered(2)), submissions.find_revision(ADDRESS, 1)
    with open_moto(monkeypatch):
        restore(folder)
        again = receipts.find_receipt(numbered(2))
        assert receipt
        assert again
        assert again.number == receipt.number
        assert submissions.find_revision(ADDRESS, 1) != revision  # its bytes are another version here
