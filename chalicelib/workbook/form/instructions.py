"""The sheet of help of a blank form: how it is filled in, what changed, the reporting regime."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from chalicelib.domain.language.vietnamese import format_day, format_number, render_deadline
from chalicelib.domain.programme.form_changes import tell_changes
from chalicelib.domain.programme.model import Indicator, Period, Programme
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.blank import Blank
from chalicelib.workbook.form.styles import FormStyles, find_height, set_up_page

_GENERAL_NOTES = (
    "Chỉ điền vào các ô nền vàng. Không đổi mã ở cột đầu; đổi tên trang tính, thêm hoặc ẩn dòng không ảnh hưởng.",
    "Ô trống nghĩa là chưa có số liệu. Nếu không phát sinh, ghi 0.",
    "Ô bắt buộc chưa ghi có nền vàng đậm hơn; ô cần xem lại có nền cam. Đầu trang có dòng cho biết số ô đó.",
    "Nếu Excel hỏi lại vì nội dung khác mẫu ghi, xem lại rồi chọn Có (Yes) để giữ hoặc Không (No) để sửa.",
    "Ghi con số chính xác, không ghi “hơn”, “gần”, “khoảng”. Mỗi ô một con số.",
    "Dấu chấm phân cách hàng nghìn, dấu phẩy là dấu thập phân: 1.234,5.",
    "Không ghi họ tên, số định danh, số điện thoại của cá nhân: biểu mẫu chỉ thu số lượng.",
    "Tài liệu có nội dung bí mật nhà nước không được soạn thảo, gửi qua hệ thống này.",
)


_NOTE_OF_MARK = (
    f"Cả mục không phát sinh thì đánh dấu x vào ô “{marks.NOTHING}” ở dòng tên mục và để trống các ô số liệu,"
    " bảng kê (nếu có) của mục."
)


_NOTE_OF_HELP = (
    "Cần hỗ trợ khi điền hoặc gửi biểu, xin liên hệ {helpdesk}."
    " Hướng dẫn có hình: bấm “Hướng dẫn nộp báo cáo” ở cuối trang nộp báo cáo của đơn vị."
)
"""The address is not known here: blank forms are also made away from any site."""


_NOTE_OF_CONDITION = (
    "Dòng hoặc mục “chỉ ghi khi …” được để trống khi điều kiện không đúng; ô của dòng đó chuyển sang nền xám."
)


_NOTE_OF_SCALE = (
    "Ghi số liệu theo đơn vị tính in trên biểu. Số tính theo đơn vị khác thì ghi kèm đủ đơn vị, ví dụ {example} {unit}."
)


def _tell_scales(blank: Blank, asked: Iterable[Indicator]) -> Iterator[str]:
    """How to write figures that are asked in another unit than they are kept in."""
    tables = blank.programme.tables(blank.form, blank.unit, blank.period)
    columns = (column.scale for table in tables for column in table.columns)
    scale = next(filter(None, (*map(blank.form.find_scale, asked), *columns)), None)
    if scale:
        yield _NOTE_OF_SCALE.format(example=format_number(scale.store(Decimal("1.5"))), unit=scale.measured)


def write_instructions(sheet: Worksheet, blank: Blank, styles: FormStyles) -> None:
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, 84)
    sheet.merge_range(0, 0, 0, 1, "HƯỚNG DẪN ĐIỀN BIỂU", styles.subject)
    asked = blank.programme.rows(blank.form, blank.unit, blank.period)
    notes = [*_GENERAL_NOTES, *([_NOTE_OF_MARK] if blank.form.list_markable(asked) else [])]
    notes += [_NOTE_OF_HELP.format(helpdesk=blank.programme.office.helpdesk)]
    notes += [_NOTE_OF_CONDITION] if any(blank.form.find_condition(row).on_form for row in asked) else []
    notes += [*_tell_scales(blank, asked), *_tell_bands(asked), *_tell_announced(blank, asked)]
    for row, note in enumerate([*notes, *(_fill_dates(note, blank.period) for note in blank.form.notes)], start=2):
        sheet.set_row(row, find_height(note, 84))
        sheet.write_string(row, 0, str(row - 1), styles.centre)
        sheet.write_string(row, 1, note, styles.label)
    changed = tell_changes(blank.programme, blank.form)
    free = _write_part(sheet, "THAY ĐỔI CỦA BIỂU SO VỚI PHIÊN BẢN TRƯỚC", changed, styles, row + 2)
    _write_part(sheet, "CHẾ ĐỘ BÁO CÁO", _list_regime(blank.programme), styles, free)
    set_up_page(sheet)


def _list_regime(programme: Programme) -> list[str]:
    return [f"{title}: {text}" for title, text in programme.regime.parts]


def _write_part(sheet: Worksheet, title: str, lines: Sequence[str], styles: FormStyles, first: int) -> int:
    """Lines under a title; nothing where there are none. Returns the row after the next blank one."""
    if not lines:
        return first
    sheet.merge_range(first, 0, first, 1, title, styles.subject)
    for row, line in enumerate(lines, start=first + 1):
        sheet.set_row(row, find_height(line, 84))
        sheet.write_blank(row, 0, None, styles.centre)
        sheet.write_string(row, 1, line, styles.label)
    return first + len(lines) + 2


def _tell_bands(asked: Iterable[Indicator]) -> Iterator[str]:
    for indicator in asked:
        if indicator.bands:
            yield f"Xếp loại “{indicator.label}”: {'; '.join(indicator.bands)}."


def _tell_announced(blank: Blank, asked: Iterable[Indicator]) -> Iterator[str]:
    """The rules that only warn now, so that whoever fills in the form knows what will be refused and when."""
    codes = {indicator.code for indicator in asked}
    for rule in blank.form.rules:
        if rule.refuses_from and rule.is_announced(blank.period) and codes.issuperset(rule.requirement.codes):
            day = format_day(rule.refuses_from)
            yield f"{rule.message} Kỳ này chưa đúng thì chỉ bị nhắc; ở các kỳ chốt số liệu từ ngày {day} là lỗi."


def _fill_dates(note: str, period: Period) -> str:
    """Replaces {due}, {data_from} and {data_to} by the period's dates, so that a renewed programme shows its own."""
    dates = {
        "{due}": render_deadline(period.due),
        "{data_from}": format_day(period.data_from),
        "{data_to}": format_day(period.data_to),
    }
    for mark, text in dates.items():
        note = note.replace(mark, text)
    return note
