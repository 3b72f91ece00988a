"""The office's letters on paper: to whom, about what, one to all or one to each; and as a Word document."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import docx
import pytest

from chalicelib import folders
from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.official_letters import (
    Concerned,
    Occasion,
    OfficialLetter,
    return_each,
    return_together,
    urge_each,
    urge_together,
)
from chalicelib.domain.period.reminders import Missing
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.intake.receive import receive
from chalicelib.office import official_letters as office
from chalicelib.office.official_letters import LetterKind, make_letters
from chalicelib.office.refusals import Refusal
from chalicelib.office.review import Subject, return_submission
from chalicelib.report.document.official_letter import LETTERS, render_letters
from chalicelib.store import obligations
from infra.word_template.letter import make_letters as make_template
from tests.office.audit import read_audit
from tests.store.sample import ADDRESS, NOON, check, make_programme, now, numbered, send, workbook

MAU = make_programme()
PERIOD = MAU.period_by_code["6-thang"]
FORM = MAU.form_by_code[next(iter(MAU.obligations("6-thang"))).form]
FIRST, SECOND = MAU.unit_by_code["178"], MAU.unit_by_code["180"]
BY = date(2022, 5, 20)


def urge(*, late: bool = False, by: date | None = None) -> Occasion:
    return Occasion(MAU, PERIOD, PERIOD.due + timedelta(days=1 if late else -5), by)


MISSING = [
    Missing(FIRST, FORM, None, returned=False, reminded=()),
    Missing(SECOND, FORM, None, returned=True, reminded=(), extended=PERIOD.due + timedelta(days=5)),
]


def test_one_letter_urges_all_and_its_list_says_how_each_report_stands() -> None:
    letter = urge_together(urge(), MISSING)
    assert letter.subject == "đôn đốc gửi báo cáo kỳ 6 tháng"
    assert letter.addressees == ("Thành phố Lạng Sơn", "Huyện Tràng Định")
    assert "chưa nhận được 02 báo cáo của 02 đơn vị (danh sách kèm theo)" in letter.paragraphs[0]
    assert letter.enclosed
    assert [row[2] for row in letter.enclosed.rows] == [
        "chưa gửi", "đã trả lại, chưa nhận bản chỉnh lý; được gia hạn, gửi trước ngày 20/5/2022",
    ]  # fmt: skip


def test_each_unit_is_urged_by_a_letter_of_its_own() -> None:
    first, second = urge_each(urge(), MISSING)
    assert (first.addressees, second.addressees) == (("Thành phố Lạng Sơn",), ("Huyện Tràng Định",))
    assert first.enclosed is None
    assert "Huyện Tràng Định" not in " ".join(first.paragraphs)


@pytest.mark.parametrize(
    ("occasion", "said"),
    [
        (urge(), "gửi báo cáo đúng thời hạn"),
        (urge(late=True), "gửi báo cáo ngay khi nhận được công văn này"),
        (urge(late=True, by=BY), "gửi báo cáo chậm nhất ngày 20/5/2022"),
    ],
)
def test_a_letter_names_the_day_that_the_office_gives_and_no_other(occasion: Occasion, said: str) -> None:
    for letter in (urge_together(occasion, MISSING), *urge_each(occasion, MISSING)):
        assert said in " ".join(letter.paragraphs)


def test_a_returned_report_goes_back_with_its_reasons_line_by_line() -> None:
    returned = [Concerned(FIRST, FORM, "Mục A thiếu.\n- Mục B sai."), Concerned(SECOND, FORM, "Thiếu mô hình.")]
    first, _ = return_each(urge(), returned)
    assert first.paragraphs[1:3] == ("- Mục A thiếu.", "- Mục B sai.")
    together = return_together(urge(), returned)
    assert together.enclosed
    assert [row[2] for row in together.enclosed.rows] == ["Mục A thiếu.\n- Mục B sai.", "Thiếu mô hình."]


def test_more_than_five_units_are_addressed_by_their_list() -> None:
    units = [FIRST.model_copy(update={"code": f"A{n}", "full_name": f"Xã Số {n}"}) for n in range(6)]
    many = [Missing(unit, FORM, None, returned=False, reminded=()) for unit in units]
    assert urge_together(urge(), many).addressees == ("Các đơn vị có tên trong danh sách kèm theo",)


# As a Word document


def read_words(letters: list[OfficialLetter]) -> str:
    document = docx.Document(io.BytesIO(render_letters(letters, MAU, now=NOON)))
    return str(document.element.body.xpath("string(.)"))


def test_a_letter_has_what_the_decree_asks_for_and_leaves_number_and_day_to_the_signer() -> None:
    words = read_words([urge_together(urge(), MISSING)])
    for said in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "V/v đôn đốc gửi báo cáo kỳ 6 tháng", "Số:         /BCĐ",
                 "Kính gửi:", "- Như trên;", "- Lưu: VT.", "KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "Người ký",
                 "ngày       tháng       năm 2022", "DANH SÁCH BÁO CÁO CHƯA GỬI"):  # fmt: skip
        assert said in words


def test_letters_to_several_units_are_pages_of_their_own_counted_from_one() -> None:
    letters = urge_each(urge(), MISSING)
    document = docx.Document(io.BytesIO(render_letters(letters, MAU, now=NOON)))
    assert len(document.sections) == len(letters)
    assert all(section.different_first_page_header_footer for section in document.sections)
    assert read_words(letters).count("Kính gửi:") == 2


def test_the_same_letter_has_the_same_bytes() -> None:
    letters = urge_each(urge(), MISSING)
    assert render_letters(letters, MAU, now=NOON) == render_letters(letters, MAU, now=NOON)


def test_the_shipped_template_is_the_one_that_the_script_makes() -> None:
    assert (folders.SHIPPED / LETTERS).read_bytes() == make_template()


# Making them


@pytest.fixture
def period(programme: Programme) -> Period:
    return programme.period_by_code["6-thang"]


def make(programme: Programme, period: Period, kind: LetterKind, stamp: Stamp, *, together: bool = True) -> str:
    return make_letters(programme, period, kind, together=together, by=None, stamp=stamp)


def test_the_audit_tells_which_letters_were_made(programme: Programme, period: Period, stamp: Stamp) -> None:
    assert "don-doc-6-thang.docx" in make(programme, period, LetterKind.URGING, stamp, together=False)
    assert read_audit("letter.written") == [
        (stamp.actor, "letter.written", "6-thang", {"letters": "2", "kind": "urging"})
    ]


def test_only_what_the_office_returned_goes_back(programme: Programme, period: Period, stamp: Stamp) -> None:
    receive(*send(workbook(A1=7), numbered(9)), now=now, check=check)
    with pytest.raises(Refusal, match="Không có báo cáo nào đang trả lại"):
        make(programme, period, LetterKind.RETURNING, stamp)
    return_submission(Subject(programme, ADDRESS, obligations.find_state(ADDRESS).change), "Thiếu mục A.", stamp=stamp)
    assert "tra-lai" in make(programme, period, LetterKind.RETURNING, stamp)


@pytest.mark.parametrize(
    ("at", "by", "reason"),
    [
        (PERIOD.opens - timedelta(days=1), None, "Kỳ chưa mở"),
        (PERIOD.due, PERIOD.due.date() - timedelta(days=2), "từ hôm nay trở đi"),
    ],
)
def test_what_makes_no_sense_is_refused(
    programme: Programme, period: Period, at: datetime, by: date | None, reason: str
) -> None:
    with pytest.raises(Refusal, match=reason):
        make_letters(programme, period, LetterKind.URGING, together=True, by=by, stamp=Stamp("pv05:an", at))
    assert read_audit("letter.written") == []


def test_more_letters_than_a_page_can_make_are_refused(
    programme: Programme, period: Period, stamp: Stamp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "MOST_LETTERS", 1)
    with pytest.raises(Refusal, match="một công văn chung"):
        make(programme, period, LetterKind.URGING, stamp, together=False)
    assert make(programme, period, LetterKind.URGING, stamp)
