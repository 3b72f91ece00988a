"""The sheets about reporting: cover, reporting status, targets, comparison, findings, changes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from chalicelib.domain.language.vietnamese import format_count, format_day, format_flag, format_moment
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Comparison, Consolidation
from chalicelib.domain.period.edition import EditionInfo, PlainValue
from chalicelib.domain.period.targets import ConditionResult, TargetState, UnitResult
from chalicelib.domain.period.timeliness import ALL_TYPES, ObligationStatus, Rate, Standing
from chalicelib.domain.period.totals import FigureState
from chalicelib.domain.submission.records import Review
from chalicelib.report.sheets import layout
from chalicelib.report.sheets.figures import PERCENT
from chalicelib.report.sheets.styles import SheetWriter

TARGET_STYLES = {
    TargetState.UNMET: "bad", TargetState.UNKNOWN: "doubtful", TargetState.IN_PROGRESS: "doubtful",
    TargetState.MET: "good",
}  # fmt: skip
STATUS_HEAD = 3
TARGETS_HEAD = 3


def write_cover(sheet: SheetWriter, consolidation: Consolidation, edition: EditionInfo) -> dict[str, str]:
    """Writes the edition's description; returns the cells that get a name."""
    office, rate = consolidation.programme.office, consolidation.reporting.rates[-1]
    sheet.widths(34, 96)
    sheet.text(0, 0, f"{office.parent} – {office.name}", style="bold")
    sheet.text(2, 0, "BÁO CÁO TỔNG HỢP", style="title")
    sheet.text(3, 0, consolidation.programme.title, style="bold")
    facts = [
        ("Kỳ báo cáo", consolidation.period.name),
        (
            "Thời gian lấy số liệu",
            f"{format_day(consolidation.period.data_from)} – {format_day(consolidation.period.data_to)}",
        ),
        ("Lần phát hành", edition.title),
        ("Lập lúc", format_moment(edition.made)),
        ("Tình trạng kỳ", words.PHASE[consolidation.phase]),
        ("Đã có / phải gửi", f"{rate.expected - rate.missing}/{rate.expected} báo cáo"),
        ("Đúng hạn, muộn, chưa có", f"{rate.on_time}, {rate.late}, {rate.missing} (trong đó trả lại {rate.returned})"),
        ("Chương trình", f"số {consolidation.programme.number}, dữ liệu phiên bản {consolidation.programme.version}"),
        ("Mã băm đầu vào (SHA-256)", consolidation.inputs_hash),
        *([("Lý do", edition.reason)] if edition.reason else []),
    ]
    for row, (label, text) in enumerate(facts, start=5):
        sheet.text(row, 0, label, style="label")
        sheet.text(row, 1, text, style="label")
    _write_legend(sheet, 7 + len(facts))
    sheet.raw.set_column(2, 2, 2)
    sheet.raw.activate()
    return {"LAN_PHAT_HANH": _at(layout.COVER, 7, 1), "KY_BAO_CAO": _at(layout.COVER, 5, 1),
            "MA_BAM": _at(layout.COVER, 13, 1)}  # fmt: skip


def _write_legend(sheet: SheetWriter, row: int) -> None:
    sheet.text(row, 0, "Chú giải", style="bold")
    marks = (
        (
            words.FIGURE[FigureState.MISSING],
            "sample_bad",
            "được yêu cầu báo cáo, chưa có bản nộp được tính; không phải số 0",
        ),
        (
            words.FIGURE[FigureState.EMPTY],
            "sample_doubtful",
            "bản nộp để trống (chỉ tiêu không bắt buộc, hoặc tỷ lệ không có mẫu số)",
        ),
        ("(ước)", "sample_doubtful", "đơn vị đánh dấu số ước; hết khi có bản nộp bổ sung"),
        (
            f"{words.STANDING[Standing.LATE]}, {words.STANDING[Standing.MISSING]}, {words.TARGET[TargetState.UNMET]}",
            "sample_bad",
            "nộp sau hạn; chưa có báo cáo; chưa đạt chỉ tiêu của Chương trình",
        ),
        ("ô xám", "unasked", "đơn vị không phải báo cáo chỉ tiêu này"),
    )
    for offset, (mark, style, meaning) in enumerate(marks, start=1):
        sheet.text(row + offset, 0, mark, style=style)
        sheet.text(row + offset, 1, meaning, style="plain")


def _at(name: str, row: int, column: int) -> str:
    return f"='{name}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"


STATUS_LABELS = ("Mã", "Đơn vị", "Loại đơn vị", "Biểu", "Tình trạng", "Nhận lần đầu", "Bản nộp", "Nhận bản này",
                 "Xử lý", "Ý kiến, lý do", "Được gia hạn đến", "Tệp", "SHA-256 của tệp")  # fmt: skip


def write_statuses(sheet: SheetWriter, consolidation: Consolidation) -> None:
    """Writes every obligation, then rates per unit type as live counts."""
    sheet.heading(
        "TÌNH HÌNH GỬI BÁO CÁO",
        subtitle=f"{consolidation.period.name}. Đúng hạn tính theo lần nhận đầu tiên được chấp nhận.",
    )
    sheet.head(STATUS_HEAD, list(STATUS_LABELS))
    sheet.widths(9, 30, 18, 17, 11, 16, 8, 16, 10, 32, 16, 30, 66)
    for row, status in enumerate(consolidation.reporting.statuses, start=STATUS_HEAD + 1):
        for column, text in enumerate(_describe_status(consolidation, status)):
            sheet.text(
                row, column, text, style="mono" if column == 12 else "centre" if column in (0, 4, 6) else "label"
            )
    last = STATUS_HEAD + max(1, len(consolidation.reporting.statuses))
    for word, style in (
        (words.STANDING[Standing.MISSING], "bad"), (words.STANDING[Standing.LATE], "bad"),
        (words.REVIEW[Review.RETURNED], "doubtful"), (words.STANDING[Standing.ON_TIME], "good"),
    ):  # fmt: skip
        sheet.raw.conditional_format(
            STATUS_HEAD + 1, 4, last, 8,
            {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": sheet.styles.get(style)},
        )  # fmt: skip
    sheet.freeze(STATUS_HEAD + 1, 2)
    sheet.raw.autofilter(STATUS_HEAD, 0, last, len(STATUS_LABELS) - 1)
    _write_rates(sheet, consolidation, last)
    sheet.raw.print_area(0, 0, last + 5 + len(consolidation.reporting.rates), 11)


def _describe_status(consolidation: Consolidation, status: ObligationStatus) -> list[str]:
    unit = consolidation.tally.unit_by_code[status.unit]
    extra = "" if status.is_expected else " (ngoài nghĩa vụ)"
    notes = [status.comment, status.justification, status.exception_reason]
    titles = consolidation.programme.form_by_code[status.form].name_sections(status.confirmed)
    notes += [f"{words.CONFIRMED}: {'; '.join(titles)}"] if titles else []
    notes += ["đã gửi tệp nhưng chưa đạt yêu cầu"] if status.was_refused else []
    return [
        status.unit,
        unit.full_name,
        consolidation.programme.unit_types[unit.type] + extra,
        consolidation.programme.form_by_code[status.form].title,
        words.STANDING[status.standing],
        format_moment(status.first_received) if status.first_received else "",
        str(status.revision) if status.revision else "",
        format_moment(status.received) if status.received else "",
        words.REVIEW[status.review] if status.review else "",
        "; ".join(note for note in notes if note),
        format_moment(status.exception_until) if status.exception_until else "",
        status.file_name,
        status.sha256,
    ]


RATE_LABELS = (
    "", "Loại đơn vị", "Phải gửi", words.STANDING[Standing.ON_TIME], words.STANDING[Standing.LATE], "Không xét hạn",
    words.STANDING[Standing.MISSING], words.REVIEW[Review.RETURNED], words.REVIEW[Review.APPROVED], "Tỷ lệ đúng hạn",
)  # fmt: skip


def _write_rates(sheet: SheetWriter, consolidation: Consolidation, last: int) -> None:
    head = last + 3
    sheet.text(head - 1, 1, "Tỷ lệ theo loại đơn vị", style="bold")
    for column, label in enumerate(RATE_LABELS[1:], start=1):
        sheet.text(head, column, label, style="head")
    for row, rate in enumerate(consolidation.reporting.rates, start=head + 1):
        _write_rate(sheet, consolidation, row, rate, last)


def _write_rate(sheet: SheetWriter, consolidation: Consolidation, row: int, rate: Rate, last: int) -> None:
    """Live counts over the list above. Submissions that are not owed have another type in that list."""
    name = "Tất cả" if rate.unit_type == ALL_TYPES else consolidation.programme.unit_types[rate.unit_type]
    sheet.text(row, 1, name, style="label")
    types, standings, reviews = (xl_range_abs(STATUS_HEAD + 1, column, last, column) for column in (2, 4, 8))
    kept = f'{types},"<>*ngoài nghĩa vụ*"' if rate.unit_type == ALL_TYPES else f"{types},B{row + 1}"
    kept = f'{kept},{types},"<>"'

    def reviewed(review: Review) -> str:
        return f'COUNTIFS({kept},{reviews},"{words.REVIEW[review]}")'

    counts = (
        (rate.expected, f"=COUNTIFS({kept})"),
        *((number, f'=COUNTIFS({kept},{standings},"{words.STANDING[standing]}")') for number, standing in (
            (rate.on_time, Standing.ON_TIME), (rate.late, Standing.LATE),
            (rate.unjudged, Standing.RECEIVED), (rate.missing, Standing.MISSING),
        )),
        (rate.returned, f"={reviewed(Review.RETURNED)}+{reviewed(Review.WITHDRAWN)}"),
        (rate.approved, f"={reviewed(Review.APPROVED)}"),
    )  # fmt: skip
    for column, (number, formula) in enumerate(counts, start=2):
        sheet.formula(row, column, formula, number)
    share = f'=IF(C{row + 1}=0,"",D{row + 1}/C{row + 1})'
    value = rate.shares[Standing.ON_TIME] / 100 if rate.expected else None
    exact = None if value is None else rate.on_time / rate.expected
    sheet.raw.write_formula(
        row, 9, share, sheet.styles.get("total", num_format=PERCENT), "" if exact is None else exact
    )


def write_targets(sheet: SheetWriter, consolidation: Consolidation) -> None:
    """Units are rows, targets are columns: the state with the value reached; live counts below."""
    note = "Không đạt là nhận xét của báo cáo, không phải lỗi của bản nộp."
    sheet.heading("CHỈ TIÊU CỦA CHƯƠNG TRÌNH", subtitle=f"{consolidation.period.name}. {note}")
    sheet.head(TARGETS_HEAD, ["Đơn vị", *(result.target.code for result in consolidation.targets)])
    sheet.widths(30, *[22.0] * len(consolidation.targets))
    sheet.height(TARGETS_HEAD + 1, 112)
    sheet.text(TARGETS_HEAD + 1, 0, "Nội dung", style="head")
    for column, result in enumerate(consolidation.targets, start=1):
        sheet.text(TARGETS_HEAD + 1, column, result.target.title, style="head")
    first = TARGETS_HEAD + 2
    names = target_units(consolidation)
    for row, (unit, name) in enumerate(names, start=first):
        sheet.text(row, 0, name, style="label")
        for column, result in enumerate(consolidation.targets, start=1):
            own = next((each for each in result.units if each.unit == unit), None)
            sheet.text(row, column, describe_result(own) if own else "", style="centre" if own else "unasked")
    last = first + max(1, len(names)) - 1
    _write_target_counts(sheet, consolidation, first, last)
    for state, style in TARGET_STYLES.items():
        rule = {"type": "text", "criteria": "begins with", "value": words.TARGET[state]}
        mark = rule | {"format": sheet.styles.get(style)}
        sheet.raw.conditional_format(first, 1, last, max(1, len(consolidation.targets)), mark)
    sheet.freeze(TARGETS_HEAD + 2, 1)


def target_units(consolidation: Consolidation) -> list[tuple[str, str]]:
    """Code and name of every unit that a target concerns; the province ("") comes last."""
    concerned = {each.unit for result in consolidation.targets for each in result.units}
    names = [(unit.code, unit.full_name) for unit in consolidation.programme.units
             if unit.code in concerned and unit.is_valid_on(consolidation.period.data_to)]  # fmt: skip
    return names + ([("", "Toàn tỉnh")] if "" in concerned else [])


def describe_result(result: UnitResult) -> str:
    """ "Chưa đạt: 01/02", with every condition; estimates are marked."""
    return f"{words.TARGET[result.state]}: {'; '.join(map(_describe_condition, result.conditions))}"


def _describe_condition(condition: ConditionResult) -> str:
    if condition.at_least is None:
        return "chưa đủ số liệu"
    if condition.value is None:
        return f"cần {format_count(condition.at_least)}"
    estimated = " (ước)" if condition.estimated else ""
    return f"{format_count(condition.value)}/{format_count(condition.at_least)}{estimated}"


COUNTED_STATES = (TargetState.MET, TargetState.UNMET, TargetState.IN_PROGRESS, TargetState.UNKNOWN)


def _write_target_counts(sheet: SheetWriter, consolidation: Consolidation, first: int, last: int) -> None:
    for offset, state in enumerate(COUNTED_STATES, start=1):
        sheet.text(last + offset, 0, f"Số đơn vị: {words.TARGET[state].lower()}", style="section")
        for column, result in enumerate(consolidation.targets, start=1):
            cells = xl_range(first, column, last, column)
            number = len(result.of_state(state))
            sheet.formula(last + offset, column, f'=COUNTIF({cells},"{words.TARGET[state]}:*")', number)


COMPARISON_HEAD = 4


def compared_rows(consolidation: Consolidation, comparison: Comparison) -> list[str]:
    return [indicator.code for indicator in consolidation.tally.indicators if indicator.code in comparison.changes]


def write_comparison(sheet: SheetWriter, consolidation: Consolidation, comparison: Comparison) -> None:
    """Before and after over the same units, with live differences and percentages."""
    note = "Chỉ so sánh những đơn vị có số liệu ở cả hai kỳ."
    if comparison.is_cumulative:
        note += " Số cộng dồn của kỳ này đã gồm kỳ trước."
    if comparison.divided:
        note += f" Đơn vị đã chia tách, chỉ so sánh gộp cả vùng, không chia số: {', '.join(comparison.divided)}."
    sheet.heading(f"SO SÁNH VỚI: {comparison.period_name.upper()}", subtitle=note)
    labels = ["Mã", "Chỉ tiêu", "Đơn vị tính", "Kỳ so sánh", "Kỳ này", "Tăng, giảm", "Tỷ lệ", "Số đơn vị", "Ghi chú"]
    sheet.head(COMPARISON_HEAD, labels)
    sheet.widths(7, 62, 14, 15, 15, 14, 10, 9, 30)
    by_code = {indicator.code: indicator for indicator in consolidation.tally.indicators}
    for row, code in enumerate(compared_rows(consolidation, comparison), start=COMPARISON_HEAD + 1):
        change, indicator = comparison.changes[code], by_code[code]
        sheet.text(row, 0, code, style="code")
        sheet.text(row, 1, indicator.label)
        sheet.text(row, 2, indicator.measure_unit, style="centre")
        shown = PERCENT if indicator.kind.is_quotient else ""
        sheet.number(row, 3, change.before, num_format=shown)
        sheet.number(row, 4, change.after, num_format=shown)
        sheet.formula(row, 5, f"=E{row + 1}-D{row + 1}", change.difference, "number", num_format=shown)
        percent = None if not change.before else Decimal(change.difference) / Decimal(change.before)
        if not indicator.kind.is_quotient:
            sheet.formula(row, 6, f'=IF(D{row + 1}=0,"",(E{row + 1}-D{row + 1})/D{row + 1})',
                          percent, "number", num_format=PERCENT)  # fmt: skip
        else:
            sheet.text(row, 6, "", style="unasked")
        sheet.number(row, 7, len(change.units))
        sheet.text(row, 8, "" if change.is_whole else "không đủ các đơn vị của kỳ này")
    sheet.freeze(COMPARISON_HEAD + 1, 2)


def write_findings(sheet: SheetWriter, consolidation: Consolidation) -> None:
    sheet.heading("NHỮNG ĐIỂM CẦN LƯU Ý", subtitle="Do phần mềm phát hiện khi tổng hợp; không phải lỗi của bản nộp.")
    sheet.head(3, ["Đơn vị", "Về", "Nội dung"])
    sheet.widths(30, 18, 110)
    for row, finding in enumerate(consolidation.findings, start=4):
        unit = consolidation.tally.unit_by_code.get(finding.unit)
        sheet.text(row, 0, unit.full_name if unit else finding.unit or "Chung")
        sheet.text(row, 1, finding.subject, style="centre")
        sheet.text(row, 2, finding.text)
    sheet.freeze(4)


def write_differences(sheet: SheetWriter, consolidation: Consolidation, edition: EditionInfo) -> None:
    sheet.heading(f"THAY ĐỔI SO VỚI LẦN PHÁT HÀNH {edition.previous_number}", subtitle=edition.reason)
    sheet.head(3, ["Đơn vị", "Chỉ tiêu, biểu", "Trước", "Sau", "Lý do"])
    sheet.widths(30, 60, 22, 22, 50)
    indicators = {indicator.code: indicator for indicator in consolidation.tally.indicators}
    forms = consolidation.programme.form_by_code
    for row, each in enumerate(edition.differences, start=4):
        unit = consolidation.tally.unit_by_code.get(each.unit)
        indicator = indicators.get(each.indicator)
        named = f"{indicator.code}. {indicator.label}" if indicator else each.indicator
        subject = named or forms[each.form].title
        values = (words.print_kept(value, indicator.kind if indicator else None) for value in (each.before, each.after))
        for column, text in enumerate((unit.full_name if unit else each.unit, subject, *values, each.why)):
            sheet.text(row, column, text)
    sheet.freeze(4)


def show_plain(value: PlainValue) -> str:
    if isinstance(value, bool):
        return format_flag(value)
    return "" if value is None else str(value)


def write_texts(sheet: SheetWriter, consolidation: Consolidation) -> None:
    """Narratives in the senders' words, with their cells."""
    sheet.heading("THUYẾT MINH CỦA CÁC ĐƠN VỊ", subtitle=f"{consolidation.period.name}. Nguyên văn của đơn vị.")
    sheet.head(3, ["Nội dung", "Đơn vị", "Nguyên văn", "Nguồn"])
    sheet.widths(28, 24, 100, 22)
    for row, text in enumerate(consolidation.texts, start=4):
        shown = (
            text.narrative.label,
            consolidation.tally.unit_by_code[text.unit].full_name,
            text.text,
            f"{text.sheet}!{text.cell}",
        )
        for column, each in enumerate(shown):
            sheet.text(row, column, each)
    sheet.freeze(4)


def write_table(sheet: SheetWriter, consolidation: Consolidation, code: str) -> None:
    """A repeating table of the forms, the rows of all units below each other."""
    table = next(each for each in consolidation.tables if each.code == code)
    sheet.heading(table.title.upper(), subtitle=f"{consolidation.period.name}. Theo bảng kê của các đơn vị.")
    labels = [f"{each.label} ({each.measure_unit})" if each.measure_unit else each.label for each in table.columns]
    sheet.head(3, ["Đơn vị", *labels, "Nguồn"], height=32)
    sheet.widths(24, *[_column_width(each.label, bool(each.measure_unit)) for each in table.columns], 24)
    for row, line in enumerate(consolidation.rows[code], start=4):
        sheet.text(row, 0, consolidation.tally.unit_by_code[line.unit].full_name)
        for column, each in enumerate(table.columns, start=1):
            value = line.row.values.get(each.code)
            if isinstance(value, str | bool) or value is None:
                sheet.text(row, column, show_plain(value))
            else:
                sheet.number(row, column, value)
        first = next(iter(line.row.cells.values()), "")
        sheet.text(row, len(table.columns) + 1, f"{line.row.sheet}!{first}")
    sheet.freeze(4, 1)
    sheet.raw.autofilter(3, 0, 3 + max(1, len(consolidation.rows[code])), len(table.columns) + 1)


def _column_width(label: str, is_number: bool) -> float:
    return 12 if is_number else 22 if len(label) < 20 else 34


def sheet_names(taken: Sequence[str], *, titles: Sequence[str]) -> list[str]:
    """A unique sheet name for each title: at most 31 characters, without []:*?/\\."""
    names: list[str] = []
    for title in titles:
        plain = "".join(" " if char in "[]:*?/\\'" else char for char in title).strip()
        base = name = plain[:31].rstrip()
        number = 2
        while name.lower() in {each.lower() for each in (*taken, *names)}:
            name = f"{base[:28]} {number}"
            number += 1
        names.append(name)
    return names
