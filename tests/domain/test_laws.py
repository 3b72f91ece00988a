"""Acts of law: a text cites what was in force at its date, and every citation in a text is recognised."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from chalicelib.domain.issues.catalogue import CATALOGUE
from chalicelib.domain.issues.issue import make_issue
from chalicelib.domain.issues.laws import ACT_BY_NUMBER, ACTS, Act, LegalBasis, cite, find_citations
from chalicelib.domain.issues.telling import cite_laws

SECRETS_2018 = "Luật Bảo vệ bí mật nhà nước số 29/2018/QH14, Điều 5 khoản 5"
SECRETS_2025 = "Luật Bảo vệ bí mật nhà nước số 117/2025/QH15, Điều 5"
DATA_2023 = "Nghị định số 13/2023/NĐ-CP, Điều 2"
DATA_2025 = "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15; Nghị định số 356/2025/NĐ-CP"


@pytest.mark.parametrize(
    ("basis", "day", "cited"),
    [
        (LegalBasis.SECRECY, date(2022, 5, 10), SECRETS_2018),
        (LegalBasis.SECRECY, date(2026, 2, 28), SECRETS_2018),
        (LegalBasis.SECRECY, date(2026, 3, 1), SECRETS_2025),
        (LegalBasis.PERSONAL_DATA, date(2022, 5, 10), ""),
        (LegalBasis.PERSONAL_DATA, date(2025, 12, 31), DATA_2023),
        (LegalBasis.PERSONAL_DATA, date(2026, 1, 1), DATA_2025),
    ],
)
def test_a_text_cites_the_law_of_its_day(basis: LegalBasis, day: date, cited: str) -> None:
    assert cite(basis, day) == cited


@pytest.mark.parametrize("basis", LegalBasis)
def test_no_day_lies_between_an_act_and_what_took_its_place(basis: LegalBasis) -> None:
    assert cite(basis)
    ends = sorted(act.valid_to for act in ACTS if act.valid_to and act.name in cite(basis, act.valid_to))
    assert all(cite(basis, date.fromordinal(end.toordinal() + 1)) for end in ends)
    assert all(earlier < later for earlier, later in pairwise(ends))


def test_what_took_an_acts_place_is_in_the_table_and_begins_the_day_after() -> None:
    for act in ACTS:
        for number in act.replaced_by:
            assert act.valid_to
            assert ACT_BY_NUMBER[number].valid_from == date.fromordinal(act.valid_to.toordinal() + 1)


def test_an_issue_rests_on_the_law_of_the_day_on_which_the_workbook_was_sent() -> None:
    issues = [
        make_issue("file.classified", found="MẬT", where="tên tệp"), make_issue("cell.missing"),
        make_issue("text.citizen_number"), make_issue("text.phone_number"),
    ]  # fmt: skip
    assert cite_laws(issues, date(2026, 2, 28)) == (SECRETS_2018, DATA_2025)
    assert cite_laws(issues, date(2022, 2, 28)) == (SECRETS_2018,)
    assert cite_laws([make_issue("cell.missing")], date(2026, 3, 1)) == ()


def test_the_catalogue_explains_with_the_law_as_it_stands() -> None:
    assert CATALOGUE["file.classified"].explain().endswith(f"Căn cứ: {SECRETS_2025}.")
    assert CATALOGUE["file.classified"].explain(date(2022, 1, 1)).endswith(f"Căn cứ: {SECRETS_2018}.")
    assert CATALOGUE["cell.missing"].explain() == CATALOGUE["cell.missing"].cause


CIRCULAR = Act(number="124/2021/TT-BCA", kind="Thông tư", title="Khu dân cư", also=("TT124",))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("(Luật số 91/2025/QH15 và Nghị định 356/2025/NĐ-CP).", ["91/2025/QH15", "356/2025/NĐ-CP"]),
        ("the measures of NĐ 30/2020, Phụ lục I", ["30/2020/NĐ-CP"]),
        ("before it Luật BVBMNN 2018", ["29/2018/QH14"]),
        ("theo Luật Bảo vệ bí mật nhà nước 2018", ["29/2018/QH14"]),
        ("Thông tư số 124/2021/TT-BCA; TT124 Đ4-Đ10", ["124/2021/TT-BCA", "124/2021/TT-BCA"]),
        ("Kế hoạch số 100-KH/TU thực hiện Kết luận số 44-KL/TW", [None, None]),
        ("Chỉ thị số 06/2008/CT-TTg, Hướng dẫn số 05/HD-BCA-V05", [None, None]),
        ("Luật Nhà ở 2023", [None]),
        ("Số 04/KH-BCĐ, 16/CTr-BCĐ, 12/KH-UBND; TT 1/2; ngày 30/2020", []),
        ("Bộ luật 2015 khoản; pháp luật năm 2022", []),
    ],
)
def test_a_citation_is_recognised_however_it_is_written(text: str, numbers: list[str | None]) -> None:
    found = find_citations(text, (*ACTS, CIRCULAR))
    assert sorted(each.act.number if each.act else "" for each in found) == sorted(number or "" for number in numbers)


def test_a_citation_has_its_line() -> None:
    assert [each.line for each in find_citations("a\nNĐ 30/2020\n\nNĐ 13/2023")] == [2, 4]
