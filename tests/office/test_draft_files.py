"""The files of drafts that nobody needs are removed by the clock; what was downloaded, is frozen or is data stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import app
from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.draft_files import Keeping
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Edition
from chalicelib.intake.receive import receive
from chalicelib.office import draft_files
from chalicelib.office.downloads import FilesRemoved, download_edition
from chalicelib.office.draft_files import read_keeping, remove_drafts, remove_drafts_daily
from chalicelib.office.refusals import Moved
from chalicelib.operate.verify import verify
from chalicelib.report.data import read_snapshot
from chalicelib.report.files import DOCUMENT, JSON, WORKBOOK
from chalicelib.report.publish import DAILY_AT, publish_edition
from chalicelib.report.remake import remake_stored
from chalicelib.store import audit, editions, uploads, whole
from chalicelib.store.addresses import fate_key
from chalicelib.store.clients import dynamodb
from chalicelib.store.errors import NotFound
from chalicelib.store.settings import read_settings
from chalicelib.telemetry import Failed
from tests.office.audit import read_audit
from tests.promises.faults import TICK
from tests.store.engine import Fault, Killed, broken_at, counted, denied_where_missing
from tests.store.sample import LOCK, NOON, check, now, numbered, send, workbook

LATER = NOON + timedelta(days=8)
KEEPING = Keeping(latest=1, days=7)


@pytest.fixture
def made(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> list[Edition]:
    """Three drafts, one an hour; none takes the time of a Word document."""
    monkeypatch.setattr("chalicelib.report.rendering.try_document", lambda *_: (b"Word", ""))
    return [publish(number, at=NOON + timedelta(hours=number)) for number in range(1, 4)]


def publish(figure: int, *, at: datetime) -> Edition:
    receive(*send(workbook(A1=figure), numbered(figure)), now=now, check=check)
    return publish_edition("mau", period="6-thang", now=at)


def list_lying() -> dict[int, set[str]]:
    """The names of the files that are there, by the number of the edition."""
    found: dict[int, set[str]] = {}
    for version in whole.list_versions(whole.REPORTS):
        if version.key.startswith(("drafts/", "editions/")):
            _, _, _, number, _, name = version.key.split("/")
            found.setdefault(int(number), set()).add(name.removesuffix(".gz"))
    return found


def download(edition: Edition, programme: Programme, name: str = WORKBOOK) -> str:
    return download_edition(edition, name, period=programme.period_by_code["6-thang"], stamp=Stamp("pv05:an", LATER))


def test_old_drafts_keep_their_data_alone(made: list[Edition]) -> None:
    every = set(made[0].files)
    assert remove_drafts(now=LATER, keeping=KEEPING) == 2
    assert list_lying() == {1: {JSON}, 2: {JSON}, 3: every}
    assert [line[2] for line in read_audit("edition.files_removed")] == ["mau/6-thang/1", "mau/6-thang/2"]
    assert remove_drafts(now=LATER, keeping=KEEPING) == 0


@pytest.mark.usefixtures("made")
def test_the_only_word_document_stays_while_later_drafts_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.report.rendering.try_document", lambda *_: (b"", "mẫu Word hỏng"))
    broken = [publish(number, at=NOON + timedelta(hours=number)) for number in (4, 5)]
    assert all(DOCUMENT in each.missing for each in broken)
    assert remove_drafts(now=LATER, keeping=KEEPING) == 3
    lying = list_lying()
    assert (lying[3], lying[5]) == ({*broken[1].files, DOCUMENT}, {*broken[1].files})
    assert lying[1] == lying[2] == lying[4] == {JSON}


def test_none_goes_before_its_time(made: list[Edition]) -> None:
    assert remove_drafts(now=NOON + timedelta(days=7, minutes=59), keeping=KEEPING) == 0
    assert len(set(map(len, list_lying().values()))) == 1


@pytest.mark.promise("frozen")
def test_a_frozen_edition_keeps_its_files_and_so_does_a_draft_that_was_downloaded(
    made: list[Edition], programme: Programme
) -> None:
    download(made[0], programme)
    download(made[0], programme, DOCUMENT)
    download(made[1], programme, JSON)  # which stays anyhow
    frozen = [publish_edition("mau", period="6-thang", now=LOCK), publish(4, at=LOCK + timedelta(hours=1))]
    assert [each.number for each in frozen if each.frozen] == [4, 5]
    remove_drafts(now=LOCK + timedelta(days=30), keeping=Keeping(latest=0, days=1))
    assert list_lying() == {1: set(made[0].files), 2: {JSON}, 3: {JSON}} | {
        each.number: {*each.files} for each in frozen
    }


def test_a_removed_file_is_refused_in_words_and_the_data_is_given_out(
    made: list[Edition], programme: Programme
) -> None:
    remove_drafts(now=LATER, keeping=KEEPING)
    with pytest.raises(FilesRemoved, match="đã được xóa ngày 18/5/2022"):
        download(made[0], programme)
    assert "tong-hop.json.gz" in download(made[0], programme, JSON)
    assert read_audit("edition.downloaded") == [
        ("pv05:an", "edition.downloaded", "mau/6-thang/1", {"file": JSON})
    ]  # fmt: skip


def test_what_is_gone_by_rule_is_no_fault_and_what_is_lost_is_one(made: list[Edition]) -> None:
    remove_drafts(now=LATER, keeping=KEEPING)
    assert verify(LATER).findings == []
    uploads.purge_report(made[2].files[WORKBOOK])
    uploads.purge_report(made[0].files[JSON])
    assert [each.subject for each in verify(LATER).findings] == [
        f"mau/6-thang/1: {JSON}", f"mau/6-thang/3: {WORKBOOK}"
    ]  # fmt: skip


@pytest.mark.promise("frozen")
def test_a_removed_edition_is_made_again_byte_for_byte(made: list[Edition]) -> None:
    before = {name: uploads.read_report(key) for name, key in made[0].files.items()}
    remove_drafts(now=LATER, keeping=KEEPING)
    remade = remake_stored("mau", period="6-thang", number=1)
    assert (remade.files, remade.differing) == (before, ())
    snapshots = [read_snapshot(uploads.read_report(each.files[JSON])) for each in made]
    assert len({str(each.figures) for each in snapshots}) == 3  # so that any two are still compared


def test_remaking_tells_a_file_that_comes_out_otherwise(made: list[Edition], monkeypatch: pytest.MonkeyPatch) -> None:
    remove_drafts(now=LATER, keeping=KEEPING)
    hashes = made[0].hashes | {WORKBOOK: "0" * 64}
    monkeypatch.setattr(editions, "find_edition", lambda *_, **__: made[0].model_copy(update={"hashes": hashes}))
    assert remake_stored("mau", period="6-thang", number=1).differing == (WORKBOOK,)


@pytest.mark.promise("finished")
def test_wherever_a_run_is_cut_off_one_more_finishes_it(made: list[Edition]) -> None:
    with counted() as calls:
        remove_drafts(now=LATER, keeping=Keeping(latest=3, days=7))
    number = len(calls)
    while True:
        try:
            with broken_at(number, Fault.DIES_AFTER):
                remove_drafts(now=LATER, keeping=KEEPING)
            break
        except Killed:
            number += 1
    remove_drafts(now=LATER, keeping=KEEPING)
    assert {each: len(names) for each, names in list_lying().items()} == {1: 1, 2: 1, 3: len(made[2].files)}
    assert verify(LATER).findings == []
    assert len(read_audit("edition.files_removed")) == 2


def test_a_download_that_is_faster_keeps_the_files(
    made: list[Edition], programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = editions.settle

    def download_first(*given: object, **named: object) -> None:
        monkeypatch.setattr(editions, "settle", settle)
        download(made[0], programme)
        settle(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(editions, "settle", download_first)
    assert remove_drafts(now=LATER, keeping=KEEPING) == 1
    assert list_lying() == {1: set(made[0].files), 2: {JSON}, 3: set(made[2].files)}


def test_of_a_download_and_a_removal_at_once_the_removal_may_be_first(
    made: list[Edition], programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = editions.settle

    def remove_first(*given: object, **named: object) -> None:
        monkeypatch.setattr(editions, "settle", settle)
        remove_drafts(now=LATER, keeping=KEEPING)
        settle(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(editions, "settle", remove_first)
    with pytest.raises(Moved):
        download(made[0], programme)
    with pytest.raises(FilesRemoved):
        download(made[0], programme)


def test_a_table_restored_from_before_the_removal_learns_of_it_again(made: list[Edition]) -> None:
    remove_drafts(now=LATER, keeping=KEEPING)
    key = fate_key("mau", period="6-thang", number=1)
    dynamodb().delete_item(TableName=read_settings().table, Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}})
    assert {each.code for each in verify(LATER).findings} == {"edition.file"}
    assert remove_drafts(now=LATER + timedelta(days=1), keeping=KEEPING) == 1
    assert verify(LATER).findings == []


def test_after_such_a_restore_a_download_keeps_nothing_that_is_gone(made: list[Edition], programme: Programme) -> None:
    before = {name: uploads.read_report(key) for name, key in made[0].files.items()}
    remove_drafts(now=LATER, keeping=KEEPING)
    key = fate_key("mau", period="6-thang", number=1)
    dynamodb().delete_item(TableName=read_settings().table, Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}})
    with pytest.raises(FilesRemoved, match="không còn trong kho lưu"):
        download(made[0], programme)
    assert editions.find_fate("mau", period="6-thang", number=1) is None
    remade = remake_stored("mau", period="6-thang", number=1)
    assert (remade.files, remade.differing) == (before, ())
    with denied_where_missing():
        with pytest.raises(FilesRemoved, match="không còn trong kho lưu"):
            download(made[0], programme)
        assert remake_stored("mau", period="6-thang", number=1).differing == ()
    assert remove_drafts(now=LATER + timedelta(days=1), keeping=KEEPING) == 1


@pytest.mark.usefixtures("made")
def test_remaking_does_not_pass_over_a_lost_file_of_a_frozen_edition() -> None:
    frozen = publish_edition("mau", period="6-thang", now=LOCK)
    uploads.purge_report(frozen.files[WORKBOOK])
    with pytest.raises(NotFound):
        remake_stored("mau", period="6-thang", number=frozen.number)


def test_editions_of_earlier_versions_keep_all_their_files(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("chalicelib.store.addresses.DRAFTS", "editions/")
        publish(1, at=NOON)
        publish(2, at=NOON + timedelta(hours=1))
    assert remove_drafts(now=LATER, keeping=Keeping(latest=0, days=7)) == 0
    assert (verify(LATER).findings, read_audit("edition.files_removed")) == ([], [])


def test_a_branch_has_drafts_of_its_own(made: list[Edition], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_files, "list_branches", lambda _: ("B1",))
    asked: list[str] = []
    list_outlines = editions.list_outlines

    def note(part: str, *, period: str) -> object:
        asked.append(part)
        return list_outlines(part, period=period)

    monkeypatch.setattr(editions, "list_outlines", note)
    remove_drafts(now=LATER, keeping=KEEPING)
    assert set(asked) == {"mau", "mau@B1"}


@pytest.mark.parametrize(
    ("setting", "keeping"), [("", None), ("3:0", None), ("3:7", Keeping(3, 7)), ("0:30", Keeping(0, 30))]
)
def test_the_stage_says_how_long_drafts_are_kept(
    setting: str, keeping: Keeping | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGHOP_DRAFTS", setting)
    assert read_keeping() == keeping


def test_the_clock_removes_once_a_day(made: list[Edition]) -> None:
    evening = LATER.replace(hour=DAILY_AT)
    assert remove_drafts_daily(now=evening + timedelta(hours=1), keeping=KEEPING) == 0
    assert remove_drafts_daily(now=evening, keeping=None) == 0
    assert remove_drafts_daily(now=evening, keeping=KEEPING) == 2


def test_drafts_are_removed_on_a_day_on_which_an_edition_cannot_be_made(
    made: list[Edition], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGHOP_DRAFTS", "1:7")
    monkeypatch.setattr(app, "_now", lambda: LATER.replace(hour=DAILY_AT))
    monkeypatch.setattr("chalicelib.report.publish.make_files", lambda *_: 1 / 0)
    receive(*send(workbook(A1=9), numbered(9)), now=now, check=check)
    with pytest.raises(Failed, match="PublishingFailed"):
        app.consolidate(TICK, None)
    assert list_lying() == {1: {JSON}, 2: {JSON}, 3: set(made[2].files)}


@pytest.mark.usefixtures("made")
def test_without_its_line_no_file_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = list_lying()
    monkeypatch.setattr(editions, "settle", lambda *_, **__: audit.table.write([], subject="x"))
    monkeypatch.setattr(audit.table, "write", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("line")))
    with pytest.raises(RuntimeError):
        remove_drafts(now=LATER, keeping=KEEPING)
    assert list_lying() == before
