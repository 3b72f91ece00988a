"""A folder of workbooks becomes an edition, and every file that does not count says why."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from chalicelib import folders
from chalicelib.cli import main
from chalicelib.domain.period.timeliness import Standing
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Outcome
from chalicelib.intake.check import check_workbook
from chalicelib.report.offline import PeriodUnclear, consolidate_folder, find_workbooks, gather_states

NOW = datetime(2022, 5, 20, 3, tzinfo=UTC)
DOCUMENTS = folders.read_documents(folders.SHIPPED / "ct138-2022")
Workbooks = Callable[..., bytes]


@pytest.fixture
def folder(tmp_path: Path, make_workbook: Workbooks) -> Path:
    for unit in ("180", "181"):
        (tmp_path / f"{unit}.xlsx").write_bytes(make_workbook(unit))
    return tmp_path


def test_accepted_files_count_and_refused_ones_are_listed(
    folder: Path, programme: Programme, make_workbook: Workbooks
) -> None:
    (folder / "huyện").mkdir()
    (folder / "huyện" / "182 thiếu.xlsx").write_bytes(make_workbook("182", B05="x"))
    (folder / "hỏng.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "~$180.xlsx").write_bytes(b"lock")
    (folder / "ghi chú.txt").write_text("không phải bảng tính")
    (folder / "huyện" / "183.pdf").write_bytes(b"%PDF-1.4")
    (folder / "184.xlsx.bak").write_bytes((folder / "180.xlsx").read_bytes())
    (folder / "185").write_bytes(b"")
    (folder / "186.xlsx").symlink_to(folder / "không có.xlsx")
    (folder / "187.mp4").touch()
    os.truncate(folder / "187.mp4", 20 * 1024 * 1024)
    steps: list[tuple[int, int]] = []
    result = consolidate_folder(
        folder, programme, DOCUMENTS, check=check_workbook, as_of=NOW, progress=lambda *step: steps.append(step)
    )
    assert result.accepted == ("180.xlsx", "181.xlsx")
    told = {refusal.file: refusal.reasons[0] for refusal in result.refused}
    assert told.keys() == {path.relative_to(folder).as_posix() for path in folder.rglob("*")} - {
        "huyện", *result.accepted
    }  # fmt: skip
    assert "PDF" in told["huyện/183.pdf"]
    assert "tệp tạm" in told["~$180.xlsx"]
    assert "văn bản thuần" in told["ghi chú.txt"]
    assert "đuôi" in told["184.xlsx.bak"]
    assert "rỗng" in told["185"]
    assert "Không mở được" in told["186.xlsx"]
    assert "20" in told["187.mp4"]
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert {status.standing for status in result.consolidation.reporting.statuses} == {
        Standing.RECEIVED,
        Standing.MISSING,
    }
    assert {"bao-cao-tong-hop.xlsx", "bao-cao-tong-hop.docx", "tong-hop.json", "datapackage.json"} <= set(result.files)


def test_the_same_file_twice_is_one_and_two_different_ones_are_a_conflict(
    folder: Path, programme: Programme, make_workbook: Workbooks
) -> None:
    (folder / "180 bản sao.xlsx").write_bytes((folder / "180.xlsx").read_bytes())
    (folder / "181 sửa.xlsx").write_bytes(make_workbook("181", A01=77))
    result = consolidate_folder(folder, programme, DOCUMENTS, check=check_workbook, as_of=NOW)
    assert result.accepted == ("180 bản sao.xlsx", "180.xlsx")
    assert {refusal.file for refusal in result.refused} == {"181.xlsx", "181 sửa.xlsx"}
    assert "chưa rõ dùng tệp nào: 181 sửa.xlsx, 181.xlsx" in result.refused[0].reasons[0]
    assert "181" in result.consolidation.tally.headline("B05").missing  # type: ignore[union-attr]


def test_the_same_folder_gives_the_same_bytes_whenever_it_is_read(folder: Path, programme: Programme) -> None:
    first, second = (
        consolidate_folder(folder, programme, DOCUMENTS, check=check_workbook, as_of=NOW, workers=workers)
        for workers in (1, 2)
    )
    assert first.files == second.files
    later = consolidate_folder(folder, programme, DOCUMENTS, check=check_workbook, as_of=NOW.replace(hour=9))
    assert later.consolidation.inputs_hash == first.consolidation.inputs_hash


def test_several_processes_find_the_same(tmp_path: Path, programme: Programme, make_workbook: Workbooks) -> None:
    data = make_workbook("180")
    for number in range(20):
        (tmp_path / f"{number:02}.xlsx").write_bytes(data)
    result = consolidate_folder(tmp_path, programme, DOCUMENTS, check=check_workbook, as_of=NOW, workers=2)
    assert len(result.accepted) == 20
    assert [each.unit for each in result.consolidation.reporting.statuses if each.standing is Standing.RECEIVED] == [
        "180"
    ]


def test_the_period_is_asked_for_where_the_files_do_not_tell(
    folder: Path, programme: Programme, make_workbook: Workbooks
) -> None:
    (folder / "năm.xlsx").write_bytes(make_workbook("183", "bao-cao-nam", "nam"))
    with pytest.raises(PeriodUnclear) as caught:
        consolidate_folder(folder, programme, DOCUMENTS, check=check_workbook, as_of=NOW)
    assert caught.value.periods == ("6-thang", "nam")
    result = consolidate_folder(folder, programme, DOCUMENTS, check=check_workbook, as_of=NOW, period="nam")
    assert result.accepted == ("năm.xlsx",)
    assert result.consolidation.earlier is not None  # the 6 months lie in the folder as well
    assert json.loads(result.files["tong-hop.json"])["edition"]["number"] == 0


def test_a_year_in_the_folder_cannot_hold_less_than_its_six_months_beside_it(
    tmp_path: Path, programme: Programme, make_workbook: Workbooks
) -> None:
    (tmp_path / "180 6 tháng.xlsx").write_bytes(make_workbook("180", A01=10))
    (tmp_path / "180 năm.xlsx").write_bytes(make_workbook("180", "bao-cao-nam", "nam", A01=9))
    (tmp_path / "181 6 tháng.xlsx").write_bytes(make_workbook("181", A01=10))
    (tmp_path / "181 năm.xlsx").write_bytes(make_workbook("181", "bao-cao-nam", "nam", A01=10))
    (tmp_path / "182 năm.xlsx").write_bytes(make_workbook("182", "bao-cao-nam", "nam", A01=9))
    result = consolidate_folder(tmp_path, programme, DOCUMENTS, check=check_workbook, as_of=NOW, period="nam")
    assert result.accepted == ("181 năm.xlsx", "182 năm.xlsx")
    (reasons,) = [refusal.reasons for refusal in result.refused if refusal.file == "180 năm.xlsx"]
    assert len(reasons) == 1
    assert "Số lũy kế 9 nhỏ hơn số đã báo cáo ở kỳ trước" in reasons[0]


def test_files_of_equal_contents_are_no_conflict(programme: Programme, make_workbook: Workbooks) -> None:
    outcome = check_workbook(make_workbook("180"), programme)
    saved_again: Outcome = outcome.model_copy(update={"sha256": "0" * 64})
    found = gather_states(programme, "6-thang", {"a": outcome, "b": saved_again}, as_of=NOW)
    assert (len(found.states), found.accepted, found.refused) == (1, ("a", "b"), ())


def test_an_empty_folder_has_no_workbooks(tmp_path: Path) -> None:
    assert find_workbooks(tmp_path) == []


def test_a_folder_of_other_files_says_what_each_is(tmp_path: Path) -> None:
    (tmp_path / "bao-cao.pdf").write_bytes(b"%PDF-1.4")
    done = CliRunner().invoke(main, ["consolidate", str(tmp_path), "-o", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "bao-cao.pdf" in done.output
    assert "Tệp là PDF" in done.output
