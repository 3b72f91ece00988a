"""What of a programme is to be confirmed is said in one list, whichever file says it."""

from __future__ import annotations

import pytest

from chalicelib import folders
from chalicelib.domain.issues.laws import ACT_BY_NUMBER
from chalicelib.domain.programme.confirming import list_unconfirmed
from chalicelib.domain.programme.loading import INDICATORS, LAWS, PROGRAMME, UNITS, load_programme
from chalicelib.domain.programme.model import Branch
from tests.domain.builders import make_programme, make_unit
from tests.domain.test_loading import FILES

LATER = ACT_BY_NUMBER["117/2025/QH15"]
LAWS_OF = (
    "number,kind,title,subject,valid_from,valid_to,certain,replaced_by,also,note\n"
    "124/2021/TT-BCA,Thông tư,Khu dân cư,,2022-02-10,,{certain},,TT124,\n"
)


def list_points(**changes: str) -> list[str]:
    """The points of the small programme whose files end with these lines, or in which words were replaced."""
    return [str(each) for each in list_unconfirmed(load_programme({**FILES, **changes}))]


PLAIN = ["Cơ quan tổng hợp: chưa có họ tên người ký", "Đơn vị, Sở, ban, ngành: Sở Công Thương"]


def change(name: str, before: str, after: str) -> dict[str, str]:
    assert before in FILES[name]
    return {name: FILES[name].replace(before, after, 1)}


@pytest.mark.parametrize(
    ("changes", "point"),
    [
        (change(PROGRAMME, '"01/CTr"', '"…/CTr"'), "Chương trình: chưa có số, ký hiệu văn bản"),
        (change(PROGRAMME, "signed = 2022-01-19\n", ""), "Chương trình: chưa có ngày ký văn bản"),
        (change(PROGRAMME, "year = 2022\n", 'year = 2022\nconfirm = "bộ chỉ tiêu"\n'), "Chương trình: bộ chỉ tiêu"),
        (
            change(PROGRAMME, 'recipients = ["V05"]\n', 'recipients = ["V05"]\nconfirm = "nơi nhận"\n'),
            "Cơ quan tổng hợp: nơi nhận",
        ),
        (
            change(PROGRAMME, "lock = 2022-12-15\n", 'lock = 2022-12-15\nconfirm = "ngày khóa"\n'),
            "Kỳ “Năm 2022”: ngày khóa",
        ),
        (
            change(PROGRAMME, 'form = "bao-cao"\n', 'form = "bao-cao"\nconfirm = "ai gửi"\n'),
            "Báo cáo phải nộp “Báo cáo”, Năm 2022, Huyện, thành phố: ai gửi",
        ),
        (
            change(PROGRAMME, 'periods = ["nam"]\n', 'periods = ["nam"]\nconfirm = "phạm vi"\n'),
            "Chỉ tiêu T1: phạm vi",
        ),
        (
            change(UNITS, "district,,,,chắc chắn", "district,,,,cần xác nhận"),
            "Đơn vị, Huyện, thành phố: Thành phố Lạng Sơn",
        ),
        (
            change(PROGRAMME, 'form = "bao-cao"\n', 'form = "bao-cao"\nsource = "05/HD-BCA-V05"\n'),
            "Viện dẫn: 05/HD-BCA-V05: chưa có trong bảng văn bản pháp luật",
        ),
        (
            change(PROGRAMME, 'form = "bao-cao"\n', 'form = "bao-cao"\nsource = "117/2025/QH15"\n'),
            f"Viện dẫn: {LATER.name}: không có hiệu lực trong thời gian của chương trình",
        ),
        (
            change(PROGRAMME, 'form = "bao-cao"\n', 'form = "bao-cao"\nsource = "TT124"\n')
            | {LAWS: LAWS_OF.format(certain="")},
            "Viện dẫn: Thông tư số 124/2021/TT-BCA: chưa đối chiếu với văn bản gốc",
        ),
    ],
)
def test_each_file_says_what_is_to_be_confirmed(changes: dict[str, str], point: str) -> None:
    assert sorted(list_points(**changes)) == sorted([*PLAIN, point])


def test_an_act_that_was_read_is_not_to_be_confirmed() -> None:
    cited = change(PROGRAMME, 'form = "bao-cao"\n', 'form = "bao-cao"\nsource = "TT124"\n')
    assert list_points(**cited, **{LAWS: LAWS_OF.format(certain="chắc chắn")}) == PLAIN


def test_indicators_may_have_a_column_of_certainty() -> None:
    rows = FILES[INDICATORS].splitlines()
    marked = [f"{rows[0]},certain", f"{rows[1]},cần xác nhận", *(f"{row}," for row in rows[2:])]
    code, group = rows[1].split(",")[:2]
    assert f"Chỉ tiêu báo cáo, {group}: {code}" in list_points(**{INDICATORS: "\n".join(marked) + "\n"})


def test_the_shipped_programmes_say_what_is_to_be_confirmed() -> None:
    points = {
        folder.name: [str(each) for each in list_unconfirmed(folders.load_folder(folder))]
        for folder in folders.find_folders()
        if folder.parent == folders.SHIPPED
    }
    assert any("thời gian lấy số liệu" in each for each in points["ct138-2022"])
    assert any(each.startswith("Đơn vị, Sở, ban, ngành: ") for each in points["ct138-2022"])
    assert all(points.values())


def test_a_branch_whose_signer_is_not_known_is_to_be_confirmed() -> None:
    issuer = Branch(
        unit="178", name="BCĐ", abbreviation="BCĐ", signer_title="TRƯỞNG BAN", signer_name="", addressee="Tỉnh",
        recipients=(), confirm="nơi nhận",
    )  # fmt: skip
    units = (make_unit("178", "Lạng Sơn"), make_unit("180", "Tràng Định").model_copy(update={"parent": "178"}))
    told = list_unconfirmed(make_programme(units=units, branches=(issuer,)))
    about = f"Báo cáo nhánh “{units[0].full_name}”"
    assert [each.what for each in told if each.about == about] == ["chưa có họ tên người ký", "nơi nhận"]
