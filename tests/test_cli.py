"""The command line is a contract: `--json` and exit codes."""

from __future__ import annotations

import ast
import codecs
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result

from chalicelib import folders
from chalicelib.cli import main
from chalicelib.command_words import SPEAKING, WORDS
from chalicelib.domain.issues.issue import Issue
from chalicelib.store.settings import read_settings
from chalicelib.workbook.form.filling import Contents
from infra.package import ROOT


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def right(tmp_path: Path, make_workbook: Callable[..., bytes]) -> Path:
    path = tmp_path / "đúng.xlsx"
    path.write_bytes(make_workbook(F71="13,85 kg"))
    return path


def check_json(*paths: Path) -> tuple[int, dict[str, Any]]:
    result = run("check", *paths, "--json")
    return result.exit_code, json.loads(result.stdout)


def test_a_right_workbook_exits_0_and_gives_exact_numbers(right: Path) -> None:
    code, outcome = check_json(right)
    assert code == 0
    assert (outcome["status"], outcome["form"], outcome["version"]) == ("accepted", "bao-cao-6-thang", 1)
    assert (outcome["unit"], outcome["period"]) == ("180", "6-thang")
    assert outcome["values"]["F71"] == "13.85"
    assert isinstance(outcome["values"]["B05"], int)
    assert outcome["tables"]["mo-hinh"][0]["hinh_thuc"] == "Xây dựng mới"


def test_a_wrong_workbook_exits_1_with_every_issue_addressed(
    tmp_path: Path, make_workbook: Callable[..., bytes]
) -> None:
    path = tmp_path / "sai.xlsx"
    path.write_bytes(make_workbook(B06="hơn 500", F54="x"))
    code, outcome = check_json(path)
    assert (code, outcome["status"]) == (1, "rejected")
    assert {issue["code"] for issue in outcome["issues"]} == {"cell.approximate", "cell.placeholder"}
    assert set(outcome["issues"][0]) >= {
        "code", "severity", "sheet", "cell", "indicator", "found", "expected", "message",
    }  # fmt: skip
    assert all(Issue.model_validate(issue).message for issue in outcome["issues"])


def test_a_file_that_is_no_workbook_exits_1(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"")
    code, outcome = check_json(path)
    assert (code, [issue["code"] for issue in outcome["issues"]]) == (1, ["file.empty"])


def test_a_file_that_is_not_there_exits_2(tmp_path: Path) -> None:
    result = run("check", tmp_path / "none.xlsx")
    assert (result.exit_code, "không có thư mục hoặc tệp này" in result.stderr) == (2, True)


def test_several_files_and_folders_are_one_document_with_a_summary(
    right: Path, tmp_path: Path, make_workbook: Callable[..., bytes]
) -> None:
    folder = tmp_path / "huyện"
    folder.mkdir()
    (folder / "sai.xlsx").write_bytes(make_workbook(B06="x"))
    (folder / "~$sai.xlsx").write_bytes(b"lock")
    (folder / "ghi chú.txt").write_text("không phải biểu mẫu", "utf-8")
    code, found = check_json(right, folder, folder / "sai.xlsx")
    assert code == 1
    assert found["summary"] == {"files": 2, "accepted": 1, "rejected": 1, "not_run": 0}
    assert [(each["file"], each["status"]) for each in found["files"]] == [
        (str(right), "accepted"),
        (str(folder / "sai.xlsx"), "rejected"),
    ]
    assert {key: value for key, value in found["files"][0].items() if key != "file"} == check_json(right)[1]


def test_a_file_among_others_that_is_not_there_is_told_and_the_others_are_checked(right: Path, tmp_path: Path) -> None:
    code, found = check_json(right, tmp_path / "none.xlsx")
    assert code == 2
    assert found["summary"] == {"files": 2, "accepted": 1, "rejected": 0, "not_run": 1}
    assert [each["status"] for each in found["files"]] == ["accepted", "not_run"]
    said = run("check", right, tmp_path / "none.xlsx").stdout
    assert "Tổng số 2 tệp: 1 đạt, 0 không đạt, 1 không mở được." in said


def test_a_folder_without_workbooks_exits_2(tmp_path: Path) -> None:
    result = run("check", tmp_path)
    assert (result.exit_code, "Không có tệp Excel nào trong" in result.stderr) == (2, True)


def test_a_mark_of_secrecy_in_the_name_of_the_file_is_told(right: Path) -> None:
    code, outcome = check_json(right.rename(right.with_name("Báo cáo MẬT.xlsx")))
    assert (code, [issue["code"] for issue in outcome["issues"]]) == (1, ["file.classified"])


def test_an_unknown_programme_exits_2(right: Path) -> None:
    result = run("check", right, "--programme", "khong-co")
    assert (result.exit_code, "“khong-co”" in result.stderr) == (2, True)


def test_the_marked_copy_can_be_asked_for(tmp_path: Path, make_workbook: Callable[..., bytes]) -> None:
    path, marked = tmp_path / "sai.xlsx", tmp_path / "danh-dau.xlsx"
    path.write_bytes(make_workbook(B06="x"))
    assert run("check", path, "--marked", marked).exit_code == 1
    assert marked.read_bytes()[:2] == b"PK"


def test_a_workbook_that_is_taken_is_said_to_have_nothing_to_mark(right: Path, tmp_path: Path) -> None:
    marked = tmp_path / "danh-dau.xlsx"
    result = run("check", right, "--marked", marked)
    assert (result.exit_code, marked.exists()) == (0, False)
    assert "Tệp được nhận, không có lỗi hay cảnh báo nào để đánh dấu" in result.stderr


def test_the_warnings_of_a_workbook_that_is_taken_are_marked(
    tmp_path: Path, right_contents: Callable[..., Contents], make_workbook: Callable[..., bytes]
) -> None:
    path, marked = tmp_path / "canh-bao.xlsx", tmp_path / "danh-dau.xlsx"
    all_models = right_contents().values["D31"]
    path.write_bytes(make_workbook(D40a=all_models, D40b=all_models))
    result = run("check", path, "--marked", marked)
    assert result.exit_code == 0
    assert "Bản đánh dấu cảnh báo; tệp được nhận" in result.stderr
    assert any(cell.comment for sheet in openpyxl.load_workbook(marked) for row in sheet for cell in row)


def test_a_marked_copy_never_takes_the_place_of_the_workbook(
    tmp_path: Path, make_workbook: Callable[..., bytes]
) -> None:
    path = tmp_path / "sai.xlsx"
    path.write_bytes(data := make_workbook(B06="x"))
    result = run("check", path, "--marked", path)
    assert (result.exit_code, "phải ghi ra tệp khác" in result.stderr) == (2, True)
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    ("place", "why"), [("khong-co/m.xlsx", "không có thư mục hoặc tệp này"), (".", "tên này là một thư mục")]
)
def test_where_nothing_can_be_written_is_told_in_words(
    tmp_path: Path, make_workbook: Callable[..., bytes], place: str, why: str
) -> None:
    path = tmp_path / "sai.xlsx"
    path.write_bytes(make_workbook(B06="x"))
    result = run("check", path, "--marked", tmp_path / place)
    assert (result.exit_code, why in result.stderr) == (2, True)


def test_a_blank_form_of_any_unit_can_be_made_and_only_wants_filling_in(tmp_path: Path) -> None:
    path = tmp_path / "mau.xlsx"
    assert run("template", "--form", "bao-cao-6-thang", "--unit", "185", "-o", path).exit_code == 0
    _, outcome = check_json(path)
    assert {issue["code"] for issue in outcome["issues"]} == {"cell.missing", "text.missing"}


def test_the_second_programme_needs_no_other_command(tmp_path: Path) -> None:
    path = tmp_path / "mau.xlsx"
    result = run("template", "--form", "bao-cao-xa", "--unit", "06040", "--period", "nam", "-o", path)
    assert result.exit_code == 0
    assert check_json(path)[1]["form"] == "bao-cao-xa"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--form", "khong-co", "--unit", "180"), "cả biểu “khong-co” và đơn vị “180”"),
        (("--form", "bao-cao-nam", "--unit", "999"), "cả biểu “bao-cao-nam” và đơn vị “999”"),
        (("--form", "bao-cao-nam", "--unit", "180", "--period", "6-thang"), "gửi biểu “bao-cao-nam” ở các kỳ: nam."),
        (("--form", "bao-cao-xa", "--unit", "06040"), "ở các kỳ: 6-thang, nam. Chọn bằng --period."),
    ],
)
def test_a_form_that_nobody_owes_exits_2(arguments: tuple[str, ...], why: str, tmp_path: Path) -> None:
    result = run("template", *arguments, "-o", tmp_path / "a.xlsx")
    assert (result.exit_code, why in result.stderr, (tmp_path / "a.xlsx").exists()) == (2, True, False)


def test_a_programme_is_renewed_into_a_new_folder(tmp_path: Path) -> None:
    target = tmp_path / "ct138-2023"
    result = run("renew", "ct138-2022", "--year", "2023", "-o", target)
    assert result.exit_code == 0
    assert "Xin lưu ý: programme.toml: bỏ chỉ tiêu T6" in result.stdout
    assert "ngày ký chương trình mới chưa có" in result.stdout
    shown = run("programmes", target)
    assert shown.exit_code == 0
    assert "Cần xác nhận – Chương trình: chưa có số, ký hiệu văn bản" in shown.stdout
    assert run("renew", "ct138-2022", "--year", "2023", "-o", target).exit_code == 2
    source = folders.SHIPPED / "ct138-2022"
    changed = {path.name for path in source.iterdir() if path.read_bytes() != (target / path.name).read_bytes()}
    assert changed == {"programme.toml"}


def test_a_renewed_programme_has_the_number_and_the_day_that_are_given(tmp_path: Path) -> None:
    target = tmp_path / "ct138-2026"
    given = ("--number", "05/CTr-BCĐ", "--signed", "15/01/2026")
    result = run("renew", "ct138-2022", "--year", "2026", *given, "-o", target)
    assert "Xin lưu ý: units.csv: bỏ Huyện Tràng Định (180)" in result.stdout
    renewed = folders.load_folder(target)
    assert (renewed.number, renewed.signed) == ("05/CTr-BCĐ", date(2026, 1, 15))
    units = (target / "units.csv").read_bytes()
    assert units.startswith(codecs.BOM_UTF8), "as Excel needs it"
    assert b"\n" not in units.replace(b"\r\n", b"")
    assert "180" not in renewed.unit_by_code
    wrong = run("renew", "ct138-2022", "--year", "2026", "--signed", "hôm nay", "-o", tmp_path / "sai")
    assert (wrong.exit_code, "hôm nay" in wrong.stderr) == (2, True)


@pytest.mark.parametrize("code", ["ct138-2022", "ct138-2026"])
def test_a_copied_programme_works_at_once(tmp_path: Path, code: str) -> None:
    copied = shutil.copytree(folders.SHIPPED / code, tmp_path / "ct-moi")
    written = (copied / "programme.toml").read_text("utf-8")
    (copied / "programme.toml").write_text(written.replace(f'code = "{code}"', 'code = "ct-moi"', 1), "utf-8")
    result = run("programmes", copied)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.output.startswith("ct-moi: ")


def test_a_programme_of_which_nothing_is_left_is_not_renewed(tmp_path: Path) -> None:
    units = folders.read_folder(folders.SHIPPED / "ct138-2022")["units.csv"].splitlines()
    source = shutil.copytree(folders.SHIPPED / "ct138-2022", tmp_path / "ct138-2022")
    (source / "units.csv").write_text("\n".join(line for line in units if "178" in line or line == units[0]), "utf-8")
    for name in ("indicators.csv", "programme.toml"):
        text = (source / name).read_text("utf-8-sig")
        (source / name).write_text(re.sub(r'(unit:|\["|, ")18\d\b', r"\g<1>178", text), "utf-8")
    result = run("renew", source, "--year", "2026", "-o", tmp_path / "moi")
    assert (result.exit_code, "units.csv" in result.stderr) == (2, True)
    assert not (tmp_path / "moi").exists()


def test_a_programme_is_rehearsed_at_another_time_with_all_its_units(tmp_path: Path) -> None:
    target = tmp_path / "dien-tap"
    assert run("renew", "ct138-2022", "--due", "6-thang=2026-11-27T17:00:00", "-o", target).exit_code == 0
    assert len(folders.load_folder(target).obligations("6-thang")) == 11


def test_a_mistake_in_a_programme_is_named_with_file_and_row(tmp_path: Path) -> None:
    target = tmp_path / "hong"
    run("renew", "ct138-2022", "--year", "2023", "-o", target)
    units = (
        (target / "units.csv")
        .read_text("utf-8-sig")
        .replace("180,Tràng Định,Huyện Tràng Định,district", "180,Tràng Định,,district")
    )
    (target / "units.csv").write_text(units, "utf-8")
    result = run("programmes", target)
    assert result.exit_code == 2
    assert "units.csv, dòng 3" in result.stderr


def break_word_template(folder: Path) -> None:
    document = docx.Document(str(folder / "bao-cao-tong-hop.docx"))
    document.add_paragraph("Của {{ co_quam }}.")
    document.save(str(folder / "bao-cao-tong-hop.docx"))


@pytest.fixture
def programme_of_2023(tmp_path: Path) -> Path:
    target = tmp_path / "ct138-2023"
    run("renew", "ct138-2022", "--year", "2023", "-o", target)
    return target


@pytest.fixture
def sent(tmp_path: Path, right: Path) -> Path:
    """A folder with one workbook that a unit has filled in."""
    (tmp_path / "bieu").mkdir()
    right.rename(tmp_path / "bieu" / "a.xlsx")
    return tmp_path / "bieu"


MISTAKE = r"đoạn \d+ \(“Của {{ co_quam }}.”\): không có trường “co_quam”"


def test_a_mistake_in_a_word_template_is_named_with_file_and_paragraph(programme_of_2023: Path) -> None:
    break_word_template(programme_of_2023)
    result = run("programmes", programme_of_2023)
    assert result.exit_code == 2
    assert re.search(rf"bao-cao-tong-hop\.docx: {MISTAKE}", result.stderr)


def test_a_mistake_in_a_word_template_costs_the_word_document_alone(sent: Path, tmp_path: Path) -> None:
    own = shutil.copytree(folders.SHIPPED / "ct138-2022", tmp_path / "ct138-2022")
    break_word_template(own)
    result = run("consolidate", sent, "--programme", own, "-o", tmp_path / "ra", "--pdf")
    assert result.exit_code == 2
    assert "Chưa lập được bao-cao-tong-hop.docx" in result.stderr
    assert re.search(MISTAKE, result.stderr)
    made = {path.name for path in (tmp_path / "ra").iterdir()}
    assert {"bao-cao-tong-hop.xlsx", "tong-hop.json", "tong-hop.csv", "datapackage.json"} <= made
    assert not {"bao-cao-tong-hop.docx", "bao-cao-tong-hop.pdf"} & made
    (tmp_path / "ra" / "bao-cao-tong-hop.docx").write_bytes(b"")
    again = run("consolidate", sent, "--programme", own, "-o", tmp_path / "ra")
    assert "đang có là của lần tổng hợp trước" in again.stderr


ISSUER = """
[[branches]]
unit = "178"
name = "BAN CHỈ ĐẠO THÀNH PHỐ"
abbreviation = "BCĐTP"
signer_title = "TRƯỞNG BAN"
signer_name = "Trần Thị B"
addressee = "Ban Chỉ đạo tỉnh"
recipients = ["BCĐ tỉnh"]
"""


def test_a_folder_is_consolidated_for_one_branch_that_has_a_signer(sent: Path, tmp_path: Path) -> None:
    own = shutil.copytree(folders.SHIPPED / "ct138-2022", tmp_path / "ct138-2022")
    units = (own / "units.csv").read_text("utf-8")
    (own / "units.csv").write_text(re.sub(r"(?m)^(18[0-9],[^,]*,[^,]*,district,),", r"\g<1>178,", units), "utf-8")
    refused = {branch: run("consolidate", sent, "--programme", own, "-o", tmp_path / "ra", "--branch", branch).stderr
               for branch in ("178", "180")}  # fmt: skip
    assert "chưa ghi cơ quan, người ký và nơi nhận báo cáo của Thành phố Lạng Sơn" in refused["178"]
    assert "Không có đơn vị nào trực thuộc “180”. Các đơn vị cấp trên: 178." in refused["180"]
    with (own / "programme.toml").open("a", encoding="utf-8") as file:
        file.write(ISSUER)
    done = run("consolidate", sent, "--programme", own, "-o", tmp_path / "ra", "--branch", "178")
    assert done.exit_code == 0, done.stderr
    told = json.loads((tmp_path / "ra" / "tong-hop.json").read_text("utf-8"))
    assert told["branch"] == "178"
    assert "178" in {each["code"] for each in told["units"]}
    assert "SCT" not in {each["code"] for each in told["units"]}


def test_a_folder_is_consolidated_with_what_came_before(
    sent: Path, tmp_path: Path, make_workbook: Callable[..., bytes]
) -> None:
    done = run("consolidate", sent, "-o", tmp_path / "6-thang")
    assert (done.exit_code, "Dùng để so sánh" in done.output) == (0, False)
    year = tmp_path / "nam"
    year.mkdir()
    (year / "180.xlsx").write_bytes(make_workbook("180", "bao-cao-nam", "nam", A01=0))
    (year / "181.xlsx").write_bytes(make_workbook("181", "bao-cao-nam", "nam"))
    for before, files in ((sent, "a.xlsx"), (tmp_path / "6-thang", "tong-hop.json")):
        done = run("consolidate", year, "-o", tmp_path / "ra", "--before", before)
        assert done.exit_code == 0
        assert f"Dùng để so sánh: 6 tháng đầu năm 2022 (1 tệp): {before / files}" in done.output
        assert "Số lũy kế 0 nhỏ hơn số đã báo cáo ở kỳ trước" in done.output


def test_a_supplement_needs_the_edition_that_it_supplements(sent: Path, tmp_path: Path) -> None:
    alone = run("consolidate", sent, "-o", tmp_path / "ra", "--reason", "Bổ sung huyện Bình Gia.")
    assert alone.exit_code == 2
    assert "Báo cáo bổ sung cần dữ liệu (tong-hop.json) của lần phát hành trước" in alone.stderr
    assert not (tmp_path / "ra").exists()
    run("consolidate", sent, "-o", tmp_path / "lan-1")
    same = run("consolidate", sent, "-o", tmp_path / "ra", "--before", tmp_path / "lan-1", "--reason", "Thêm phụ lục.")
    assert (same.exit_code, "Không có gì thay đổi" in same.stderr) == (2, True)
    (sent / "du-thao").mkdir()
    (sent / "du-thao" / "kho-khan.txt").write_text("Thêm một câu.", "utf-8")
    done = run("consolidate", sent, "-o", tmp_path / "ra", "--before", tmp_path / "lan-1", "--reason", "Thêm phụ lục.")
    assert done.exit_code == 0
    told = json.loads((tmp_path / "ra" / "tong-hop.json").read_text("utf-8"))
    assert (told["edition"]["number"], told["edition"]["reason"]) == (1, "Thêm phụ lục.")


def test_no_edition_is_written_over_one_that_it_is_compared_with(sent: Path, tmp_path: Path) -> None:
    first = tmp_path / "lan-1"
    run("consolidate", sent, "-o", first)
    kept = (first / "tong-hop.json").read_bytes()
    for before in (first, first / "tong-hop.json"):
        done = run("consolidate", sent, "-o", first, "--before", before)
        assert (done.exit_code, "Xin ghi báo cáo mới vào thư mục khác" in done.stderr) == (2, True)
    assert (first / "tong-hop.json").read_bytes() == kept


def test_the_offices_own_texts_lie_in_a_folder_beside_the_workbooks(sent: Path, tmp_path: Path) -> None:
    (sent / "du-thao").mkdir()
    (sent / "du-thao" / "kho-khan.txt").write_text("Lời của **cơ quan tổng hợp**: [B05] cuộc.\r\n", "utf-8-sig")
    (sent / "du-thao" / "ghi-chu.docx").write_bytes(b"PK")
    done = run("consolidate", sent, "-o", tmp_path / "ra")
    assert done.exit_code == 0
    assert "Không tính “du-thao/ghi-chu.docx”" in done.output
    assert "Dự thảo: lấy lời của 1 mục: kho-khan" in done.output
    document = docx.Document(str(tmp_path / "ra" / "bao-cao-tong-hop.docx"))
    assert [each.text for each in document.paragraphs if each.text.startswith("Lời của cơ quan tổng hợp: ")]


def test_a_folder_that_is_not_there_is_told_in_vietnamese(sent: Path, tmp_path: Path) -> None:
    done = run("consolidate", sent, "-o", tmp_path / "ra", "--draft", tmp_path / "khong-co")
    assert f"Không có '{tmp_path / 'khong-co'}'." in done.stderr


def test_a_draft_with_mistakes_stops_and_names_file_and_line(sent: Path, tmp_path: Path) -> None:
    draft = tmp_path / "loi-van"
    draft.mkdir()
    (draft / "khong-co.txt").write_text("Đúng.", "utf-8")
    (draft / "kho-khan.txt").write_text("Đúng.\nCó [B99] cuộc.", "utf-8")
    done = run("consolidate", sent, "-o", tmp_path / "ra", "--draft", draft)
    assert done.exit_code == 2
    assert "khong-co.txt: đề cương không có mục mang mã này; các mục: " in done.stderr
    assert "kho-khan.txt, dòng 2: không có chỉ tiêu mang mã B99" in done.stderr
    (draft / "kho-khan.txt").write_bytes("Đúng.".encode("utf-16"))
    assert (
        "kho-khan.txt: cần được lưu bằng bảng mã UTF-8"
        in run("consolidate", sent, "-o", tmp_path / "ra", "--draft", draft).stderr
    )
    assert not (tmp_path / "ra").exists()


def test_without_libreoffice_the_missing_pdf_is_told_and_the_rest_is_there(
    sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.report.pdf._list_programs", lambda: iter(()))
    done = run("consolidate", sent, "-o", tmp_path / "ra", "--pdf")
    assert done.exit_code == 2
    assert "Máy này chưa cài LibreOffice" in done.stderr
    assert (tmp_path / "ra" / "bao-cao-tong-hop.docx").exists()


def click_words() -> Iterator[str]:
    """Everything that the modules of click which talk to people have marked for translation."""
    for module in SPEAKING:
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                yield from (each.value for each in node.args if isinstance(each, ast.Constant))


FOR_PROGRAMMERS = (
    "Could not determine name", "No options defined", "Arguments take exactly one", "Name '{name}' defined",
    "Boolean option", "Invalid start character", "Unknown color", "Choice({choices})",
)  # fmt: skip
"""Only somebody who writes a command wrongly reads these."""


def test_all_that_click_says_to_people_is_in_vietnamese() -> None:
    said = {each for each in click_words() if not each.startswith(FOR_PROGRAMMERS)}
    assert said - WORDS.keys() == set()


def test_placeholders_survive_the_translation() -> None:
    for english, vietnamese in WORDS.items():
        assert set(re.findall(r"{\w+", vietnamese)) <= set(re.findall(r"{\w+", english)), english


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--help"], "Cách dùng:"),
        (["check"], "Thiếu tham số 'TỆP_HOẶC_THƯ_MỤC...'"),
        (["check", "--jsom"], "Không có tùy chọn"),
        (["chek"], "Không có lệnh 'chek'"),
        (["renew", "x", "--year", "hai"], "không phải là số"),
        (["operate", "purge"], "Thiếu tham số 'MÃ_LẦN_NỘP'"),
    ],
)
def test_help_and_mistakes_are_told_in_vietnamese(arguments: list[str], said: str) -> None:
    output = run(*arguments).output
    assert said in output
    assert not re.search(r"\b(Usage|Options|Commands|Error|Missing|Show|Try)\b", output)


@pytest.mark.parametrize(
    "arguments", [["letters", "list"], ["verify"], ["links", "create", "mau", "--all", "-o", "x.csv"]]
)
def test_a_command_without_its_settings_says_how_to_get_them(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("TONGHOP_")]:
        monkeypatch.delenv(name)
    read_settings.cache_clear()
    result = run("operate", *arguments)
    assert result.exit_code == 2
    assert 'eval "$(.venv/bin/python -m infra.local env)"' in result.stderr
    assert "infra.deploy env --stage" in result.stderr


@pytest.mark.parametrize("page", ["README.md", "README.vi.md", "docs/operations.md", "forms/README.md"])
def test_every_command_that_a_page_names_is_there(page: str) -> None:
    for words in re.findall(
        r"(?:\.venv/bin/|`)tonghop ((?:[a-z][a-z-]* )*[a-z][a-z-]*)\b", (ROOT / page).read_text("utf-8")
    ):
        command: click.Command = main
        for word in words.split():
            if not isinstance(command, click.Group):
                break
            assert word in command.commands, f"tonghop {words}"
            command = command.commands[word]


def test_the_version_has_its_section_in_the_changelog() -> None:
    version = run("--version").output.split()[-1]
    first = re.search(r"^## \[([0-9.]+)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert first is not None
    assert first[1] == version


# A programme as a workbook


def test_a_programme_goes_out_as_a_workbook_and_comes_back_as_a_folder(tmp_path: Path) -> None:
    book, folder = tmp_path / "sổ.xlsx", tmp_path / "ct"
    assert run("programme", "export", "ct138-2022", "-o", book).exit_code == 0
    assert run("programme", "check", book).exit_code == 0
    assert run("programme", "import", book, "-o", folder).exit_code == 0
    assert folders.load_folder(folder) == folders.load_folder(folders.SHIPPED / "ct138-2022")
    assert run("programme", "check", folder).exit_code == 0
    assert run("programme", "import", book, "-o", folder).exit_code == 2
    assert run("programme", "export", "khong-co", "-o", book).exit_code == 2


def test_nothing_is_taken_from_a_workbook_with_mistakes_and_they_are_marked_in_it(tmp_path: Path) -> None:
    book, folder, marked = tmp_path / "sổ.xlsx", tmp_path / "ct", tmp_path / "đánh dấu.xlsx"
    assert run("programme", "new", "-o", book).exit_code == 0
    result = run("programme", "import", book, "-o", folder, "--marked", marked)
    assert result.exit_code == 1
    assert "Ô B1, trang tính “Chương trình” (Mã chương trình): Thiếu." in result.output
    assert not folder.exists()
    assert "B1" in {
        cell.coordinate for row in openpyxl.load_workbook(marked)["Chương trình"] for cell in row if cell.comment
    }


@pytest.mark.parametrize("data", [b"", b"abc", b"PK\x03\x04abc"])
def test_what_is_no_workbook_is_told_as_one(data: bytes, tmp_path: Path) -> None:
    book = tmp_path / "sổ.xlsx"
    book.write_bytes(data)
    result = run("programme", "check", book)
    assert (result.exit_code, "Traceback" in result.output) == (1, False)


def test_a_folder_with_mistakes_is_told_them(tmp_path: Path) -> None:
    shutil.copytree(folders.SHIPPED / "ct138-2022", tmp_path / "ct")
    (tmp_path / "ct" / "units.csv").write_text("code\n1\n", "utf-8")
    result = run("programme", "check", tmp_path / "ct")
    assert (result.exit_code, "units.csv, dòng 1: thiếu cột name" in result.output) == (1, True)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("units.csv", "code,name".encode("utf-16"), "units.csv: tệp lưu theo UTF-16; trong Excel chọn “CSV UTF-8”"),
        ("units.csv", "Trẻ em".encode("cp1258", "ignore") + b"\xe8", "units.csv: tệp không phải UTF-8"),
        ("laws.csv", "number\nSè liÖu tÝnh ®Õn ngµy".encode(), "laws.csv, dòng 2: chữ gõ bằng phông cũ"),
    ],
)
def test_a_file_that_is_not_unicode_is_told_with_what_it_is(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    shutil.copytree(folders.SHIPPED / "ct138-2022", tmp_path / "ct")
    (tmp_path / "ct" / name).write_bytes(data)
    result = run("programme", "check", tmp_path / "ct")
    assert (result.exit_code > 0, told in result.output) == (True, True)
    assert run("programmes", tmp_path / "ct").exit_code == 2


PROGRAMMES = sorted(
    path.parent for root in (folders.SHIPPED, ROOT / "tests" / "data") for path in root.glob("*/programme.toml")
)


@pytest.mark.parametrize("folder", PROGRAMMES, ids=lambda folder: str(folder.name))
def test_every_programme_that_is_shipped_or_tested_is_right_as_a_folder_and_as_a_workbook(
    folder: Path, tmp_path: Path
) -> None:
    book = tmp_path / "sổ.xlsx"
    assert run("programme", "export", folder, "-o", book).exit_code == 0
    for source in (folder, book):
        result = run("programme", "check", source)
        mistakes = [line for line in result.stderr.splitlines() if not line.startswith("Xin lưu ý: ")]
        assert (result.exit_code, "Không có lỗi." in result.output, mistakes) == (0, True, [])


def test_a_folder_that_cannot_be_read_and_a_place_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_bytes(b'code = "\xe1"')
    for source in (tmp_path, "ct138-2022"):
        result = run("programme", "export", source, "-o", tmp_path / "programme.toml" / "so.xlsx")
        assert (result.exit_code, "Không" in result.output) == (2, True)
    assert run("programme", "check", tmp_path).exit_code == 2
