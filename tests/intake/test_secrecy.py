"""A mark of secrecy refuses a workbook wherever it stands, says where, and leaves no byte behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Outcome, Status
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import make_marked_copy
from tests.intake.editing import Edit, edit


@pytest.fixture(scope="module")
def blank_workbook(make_workbook: Callable[..., bytes]) -> bytes:
    return make_workbook()


def merge_a_title(workbook: Workbook) -> None:
    sheet = workbook["Hướng dẫn"]
    sheet["D40"] = "T Ố I   M Ậ T"
    sheet.merge_cells("D40:G40")


def head_the_pages(workbook: Workbook) -> None:
    workbook["Thuyết minh"].oddHeader.center.text = "MẬT"
    workbook["Thuyết minh"].oddHeader.center.font = "Times New Roman,Bold"
    workbook["Thuyết minh"].oddHeader.center.size = 14
    workbook["Thuyết minh"].oddHeader.center.color = "FF0000"


def foot_the_pages(workbook: Workbook) -> None:
    workbook["Số liệu"].oddFooter.left.text = "Độ mật: Tối mật"


def comment(workbook: Workbook) -> None:
    workbook["Số liệu"]["E12"].comment = Comment("Lan:\nMẬT", "Lan")


def name_a_sheet(workbook: Workbook) -> None:
    workbook.create_sheet("MẬT")


@pytest.mark.parametrize(
    ("change", "degree", "where"),
    [
        (merge_a_title, "TỐI MẬT", "ô của bảng tính"),
        (head_the_pages, "MẬT", "đầu trang hoặc chân trang"),
        (foot_the_pages, "TỐI MẬT", "đầu trang hoặc chân trang"),
        (comment, "MẬT", "ghi chú của ô"),
        (name_a_sheet, "MẬT", "tên trang tính"),
    ],
)
def test_a_mark_is_found_where_documents_carry_it(
    change: Edit, degree: str, where: str, programme: Programme, blank_workbook: bytes
) -> None:
    data = edit(blank_workbook, change)
    outcome = check_workbook(data, programme)
    [issue] = outcome.issues
    assert (outcome.status, issue.code, issue.found) == (Status.REJECTED, "file.classified", degree)
    assert where in issue.message
    assert not outcome.keep_bytes
    assert make_marked_copy(data, outcome, programme) is None


def test_the_name_of_the_file_is_looked_at_whatever_the_file_is(programme: Programme, blank_workbook: bytes) -> None:
    for data in (blank_workbook, b"%PDF-1.4"):
        outcome = check_workbook(data, programme, file_name="Báo cáo 6 tháng - MẬT.xlsx")
        assert ([issue.code for issue in outcome.issues], outcome.keep_bytes) == (["file.classified"], False)
        assert "tên tệp" in outcome.issues[0].message


def talk(workbook: Workbook) -> None:
    """What speaks of secrecy in all these places."""
    sheet = workbook["Hướng dẫn"]
    sheet["D40"], sheet["E40"], sheet["F40"] = "TUYỆT MẬT", "TỐI MẬT", "MẬT"
    sheet["D41"] = "TUYÊN TRUYỀN VỀ TÀI LIỆU TUYỆT MẬT, TỐI MẬT, MẬT THEO LUẬT"
    sheet.oddHeader.center.text = "Bảo vệ bí mật nhà nước"
    sheet["D42"].comment = Comment("Mật độ dân số", "Lan")
    workbook.create_sheet("Bí mật nhà nước")


def test_talk_of_secrecy_is_accepted_everywhere(programme: Programme, blank_workbook: bytes) -> None:
    outcome: Outcome = check_workbook(
        edit(blank_workbook, talk), programme, file_name="Bảo vệ BÍ MẬT nhà nước, BẢO MẬT.xlsx"
    )
    assert "file.classified" not in {issue.code for issue in outcome.issues}
    assert outcome.status is Status.ACCEPTED
