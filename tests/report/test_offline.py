"""A folder of workbooks becomes an edition, and every file that does not count says why."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib import folders
from chalicelib.cli import main
from chalicelib.domain.period import consolidate as period
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.period.timeliness import Standing
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Outcome
from chalicelib.intake.check import check_workbook
from chalicelib.report.data import make_data_files
from chalicelib.report.offline.draft_folder import DraftInvalid, read_draft
from chalicelib.report.offline.edition import (
    FolderResult,
    Given,
    NothingToSupplement,
    PeriodUnclear,
    Served,
    consolidate_folder,
)
from chalicelib.report.offline.folder import ReadFile, find_workbooks
from chalicelib.report.offline.states import Sources, gather_states
from chalicelib.report.recorded import DataInvalid, read_recorded
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template
from tests.report.samples import make_states, read_programme

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
        folder,
        programme,
        DOCUMENTS,
        check=check_workbook,
        as_of=NOW,
        progress=lambda done, *, total: steps.append((done, total)),
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
    files = {"a": ReadFile(programme.code, outcome), "b": ReadFile(programme.code, saved_again)}
    found = gather_states(programme, "6-thang", Sources(files, files), as_of=NOW)
    assert (len(found.states), found.files, found.reasons) == (1, ("a", "b"), {})


def test_an_empty_folder_has_no_workbooks(tmp_path: Path) -> None:
    assert find_workbooks(tmp_path) == []


def test_a_folder_of_other_files_says_what_each_is(tmp_path: Path) -> None:
    (tmp_path / "bao-cao.pdf").write_bytes(b"%PDF-1.4")
    done = CliRunner().invoke(main, ["consolidate", str(tmp_path), "-o", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "bao-cao.pdf" in done.output
    assert "Tệp là PDF" in done.output


# What is compared with


LOCKED = datetime(2022, 12, 20, 3, tzinfo=UTC)
YEAR = ("bao-cao-nam", "nam")


@pytest.fixture
def year(tmp_path: Path, make_workbook: Workbooks) -> Path:
    """A folder with the year of two districts."""
    folder = tmp_path / "nam"
    folder.mkdir()
    for unit in ("180", "181"):
        (folder / f"{unit}.xlsx").write_bytes(make_workbook(unit, *YEAR, A01=9))
    return folder


@pytest.fixture
def half(tmp_path: Path, make_workbook: Workbooks) -> Path:
    """A folder beside it with their 6 months: what 181 said then is more than its year."""
    folder = tmp_path / "6-thang"
    folder.mkdir()
    (folder / "180.xlsx").write_bytes(make_workbook("180", A01=9))
    (folder / "181.xlsx").write_bytes(make_workbook("181", A01=10))
    return folder


@pytest.fixture
def make_last_year(last_year: Programme, right_contents: Callable[..., Contents]) -> Workbooks:
    def make(unit: str, **values: object) -> bytes:
        form, period = last_year.form_by_code[YEAR[0]], last_year.period_by_code[YEAR[1]]
        return fill_in(
            make_template(last_year, form, last_year.unit_by_code[unit], period), right_contents(unit, *YEAR, **values)
        )

    return make


@pytest.fixture
def last_year(programme: Programme) -> Programme:
    return programme.model_copy(update={"code": "ct138-2021", "title": "Chương trình năm 2021", "year": 2021})


def consolidate(folder: Path, programme: Programme, *before: Path, **more: object) -> FolderResult:
    own = {name: more.pop(name) for name in ("followed", "reason", "draft") if name in more}
    given = Given(before, **own)  # type: ignore[arg-type]
    more = {"check": check_workbook, "as_of": LOCKED, "given": given, **more}
    return consolidate_folder(folder, programme, DOCUMENTS, **more)  # type: ignore[arg-type]


def keep(result: FolderResult, folder: Path) -> Path:
    """Writes an edition as the command does; its data."""
    folder.mkdir()
    for name, data in result.files.items():
        (folder / name).write_bytes(data)
    (folder / "bao-cao-tong-hop.pdf").write_bytes(b"%PDF-1.4")
    return folder / "tong-hop.json"


def test_a_year_is_held_against_six_months_that_lie_elsewhere(year: Path, half: Path, programme: Programme) -> None:
    result = consolidate(year, programme, half)
    assert result.accepted == ("180.xlsx",)
    (refused,) = result.refused
    assert refused.file == "181.xlsx"
    assert "Số lũy kế 9 nhỏ hơn số đã báo cáo ở kỳ trước" in refused.reasons[0]
    assert result.compared == (
        Served("6 tháng đầu năm 2022", (str(half / "180.xlsx"), str(half / "181.xlsx"))),
    )  # fmt: skip
    assert result.consolidation.earlier is not None


def test_the_data_of_an_edition_serve_as_its_workbooks_do(
    year: Path, half: Path, programme: Programme, tmp_path: Path
) -> None:
    data = keep(consolidate(half, programme), tmp_path / "lan-1")
    by_workbooks, by_data, by_folder = (consolidate(year, programme, path) for path in (half, data, data.parent))
    assert by_data.accepted == by_workbooks.accepted
    assert by_data.refused == by_folder.refused == by_workbooks.refused
    assert by_data.compared == by_folder.compared == (Served("6 tháng đầu năm 2022", (str(data),)),)
    assert by_data.files == by_folder.files
    both = {name: json.loads(each.files["tong-hop.json"]) for name, each in (("a", by_workbooks), ("b", by_data))}
    assert both["a"]["earlier"] == both["b"]["earlier"]
    assert both["a"]["inputs_hash"] == both["b"]["inputs_hash"]


def test_last_year_is_compared_with_from_workbooks_or_from_data(
    year: Path, programme: Programme, last_year: Programme, tmp_path: Path, make_last_year: Workbooks
) -> None:
    before = tmp_path / "2021"
    before.mkdir()
    (before / "180.xlsx").write_bytes(make_last_year("180", B05=100))
    (before / "181.xlsx").write_bytes(make_last_year("181", B05=100))
    follower = programme.model_copy(update={"follows": last_year.code})
    data = keep(consolidate(before, last_year, as_of=LOCKED.replace(year=2021)), tmp_path / "lan-1")
    for path in (before, data):
        result = consolidate(year, follower, path, followed=(last_year,))
        assert result.consolidation.comparison is not None
        change = result.consolidation.comparison.changes["B05"]
        assert (change.before, change.is_whole) == (200, True)
    assert consolidate(year, follower, before).compared == ()  # the programme of last year is not known


def test_the_years_before_last_year_serve_for_trends(
    year: Path, programme: Programme, last_year: Programme, tmp_path: Path, make_last_year: Workbooks
) -> None:
    before = tmp_path / "2021"
    before.mkdir()
    (before / "180.xlsx").write_bytes(make_last_year("180", B05=100))
    oldest = last_year.model_copy(update={"code": "ct138-2020", "title": "Chương trình năm 2020", "year": 2020})
    data = keep(consolidate(before, last_year, as_of=LOCKED.replace(year=2021)), tmp_path / "lan-1")
    older = data.with_name("lan-cu.json")
    older.write_bytes(data.read_bytes().replace(b"ct138-2021", b"ct138-2020"))
    follower = programme.model_copy(update={"follows": last_year.code})
    made = consolidate(year, follower, data, older, followed=(last_year, oldest))
    assert [each.programme.code for each in made.consolidation.past] == [last_year.code, oldest.code]
    assert [each.files for each in made.compared] == [(str(data),), (str(older),)]


def test_what_serves_for_nothing_says_so(year: Path, half: Path, programme: Programme, tmp_path: Path) -> None:
    data = keep(consolidate(half, programme), tmp_path / "lan-1")
    other = data.with_name("lan-khac.json")
    other.write_bytes(data.read_bytes().replace(b'"number": 0', b'"number": 4'))
    (half / "ghi-chu.txt").write_text("không phải bảng tính")
    (half / "nam.xlsx").write_bytes((year / "180.xlsx").read_bytes())
    wrong = tmp_path / "a.json"
    wrong.write_text("[]")
    result = consolidate(year, programme, half, data, other, wrong)
    told = {refused.file: refused.reasons[0] for refused in result.refused}
    assert "chưa rõ dùng tệp nào" in told[str(data)]
    assert "chưa rõ dùng tệp nào" in told[str(other)]
    assert "không phải dữ liệu của một lần phát hành" in told[str(wrong)]
    assert "văn bản thuần" in told[str(half / "ghi-chu.txt")]
    assert "chính kỳ này" in told[str(half / "nam.xlsx")]
    once = consolidate(year, programme, half, data)
    told = {refused.file: refused.reasons[0] for refused in once.refused}
    assert "Đã dùng dữ liệu của lần phát hành" in told[str(half / "180.xlsx")]


# Supplements


def test_a_supplement_says_what_changed_since_the_edition_whose_data_are_given(
    year: Path, programme: Programme, tmp_path: Path, make_workbook: Workbooks
) -> None:
    data = keep(consolidate(year, programme), tmp_path / "lan-1")
    (year / "181.xlsx").write_bytes(make_workbook("181", *YEAR, A01=12))
    (year / "182.xlsx").write_bytes(make_workbook("182", *YEAR))
    result = consolidate(year, programme, data, reason="Bổ sung số liệu của hai huyện.")
    told = json.loads(result.files["tong-hop.json"])
    assert told["edition"] | {"made": ""} == {
        "number": 1, "made": "", "frozen": True, "reason": "Bổ sung số liệu của hai huyện.", "previous": 0,
    }  # fmt: skip
    assert {each["unit"] for each in told["differences"]} == {"181", "182"}
    changed = {
        each["indicator"]: (each["before"], each["after"]) for each in told["differences"] if each["unit"] == "181"
    }
    assert changed["A01"] == (9, 12)
    assert result.compared == (Served(f"Lần phát hành trước, {programme.title}, Năm 2022", (str(data),)),)
    (again,) = (each for each in told["statuses"] if each["unit"] == "181")
    assert (again["revision"], again["standing"], again["received"]) == (2, "received", None)


def test_nothing_is_supplemented_without_an_edition_or_before_the_lock(
    year: Path, programme: Programme, tmp_path: Path
) -> None:
    data = keep(consolidate(year, programme), tmp_path / "lan-1")
    with pytest.raises(NothingToSupplement, match="cần dữ liệu"):
        consolidate(year, programme, reason="Bổ sung.")
    with pytest.raises(NothingToSupplement, match="chưa khóa"):
        consolidate(year, programme, data, reason="Bổ sung.", as_of=programme.period_by_code["nam"].due)


# What an office has beside the workbooks may be anything


def test_what_systems_put_beside_the_texts_of_a_draft_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "kho-khan.txt").write_text("Lời.", "utf-8")
    for name in ("._kho-khan.txt", ".kho-khan.txt", "~$kho-khan.txt"):
        (tmp_path / name).write_bytes(b"\x00\x05\x16\x07\xff")
    assert read_draft(tmp_path) == {"kho-khan": "Lời."}


def test_what_cannot_be_a_text_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    os.truncate(tmp_path / "a.txt", 10 * 2**30)
    os.mkfifo(tmp_path / "b.txt")
    (tmp_path / "c.txt").symlink_to(tmp_path / "không có")
    with pytest.raises(DraftInvalid) as caught:
        read_draft(tmp_path)
    assert [problem.file for problem in caught.value.problems] == ["a.txt", "b.txt", "c.txt"]


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """The data of an edition of the half-year."""
    programme = read_programme()
    states = make_states(programme, "6-thang", missing=[unit.code for unit in programme.units if unit.code != "180"])
    made = period.consolidate(programme, "6-thang", states, as_of=NOW)
    data: dict[str, Any] = json.loads(make_data_files(made, EditionInfo(1, NOW, is_frozen=True))["tong-hop.json"])
    data["figures"].sort(key=lambda figure: type(figure["value"]) is not int)
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("figures", 0, "value"), "1E+999999999"),
        (("figures", 0, "value"), "NaN"),
        (("figures", 0, "value"), "1,5"),
        (("figures", 0, "value"), [1]),
        (("figures", 0, "estimated"), "x"),
        (("edition", "made"), "2022-05-20T10:00:00"),
        (("inputs", "states", 0, "first_received"), "2022-05-20T10:00:00"),
        (("statuses", 0, "standing"), "lạ"),
        (("figures",), 5),
        (("inputs",), None),
    ],
)
def test_data_that_were_tampered_with_are_no_editions(
    told: dict[str, Any], path: tuple[str | int, ...], value: object
) -> None:
    raw: Any = copy.deepcopy(told)
    below = raw
    for step in path[:-1]:
        below = below[step]
    below[path[-1]] = value
    assert read_recorded(json.dumps(told).encode(), [read_programme()]).states
    with pytest.raises(DataInvalid):
        read_recorded(json.dumps(raw).encode(), [read_programme()])


def test_brackets_without_end_are_no_edition() -> None:
    with pytest.raises(DataInvalid):
        read_recorded(b"[" * 100_000, [read_programme()])
