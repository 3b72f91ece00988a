"""The sheets of lists: findings, differences from the edition before, the units' prose and their repeating tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chalicelib.domain.language.vietnamese import format_flag
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation, Finding
from chalicelib.domain.period.digest import Question, read_digest
from chalicelib.domain.period.edition import EditionInfo, PlainValue, name_subject
from chalicelib.report.sheets.layout import MOST_LINKS, STATUS, TARGETS, Layout
from chalicelib.report.sheets.styles import SheetWriter

HEAD = 3
_MOST_PRINTED = 60
TOPICS = {
    "report": "Gửi báo cáo", "unit": "Gửi báo cáo", "period": "Kỳ báo cáo", "figure": "Số liệu",
    "target": "Chỉ tiêu Chương trình", "submission": "Cảnh báo khi nộp",
}  # fmt: skip
"""What a finding is about, by the first part of its code."""


def write_findings(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> None:
    """What concerns the whole report comes first; of very many findings only that is printed. Each leads to what it is
    about."""
    findings = sorted(consolidation.findings, key=lambda each: bool(each.unit))
    subtitle = "Do phần mềm phát hiện khi tổng hợp; không phải lỗi của bản nộp."
    if len(findings) > _MOST_PRINTED:
        subtitle += " Chỉ in những điểm chung; của từng đơn vị xem trên máy."
        sheet.print_to(HEAD + sum(not each.unit for each in findings), 2)
    sheet.heading("NHỮNG ĐIỂM CẦN LƯU Ý", subtitle=subtitle)
    sheet.head(HEAD, ["Đơn vị", "Về", "Nội dung"])
    sheet.widths(28, 20, 125)
    for row, finding in enumerate(findings, start=HEAD + 1):
        sheet.text(row, 0, plan.consolidation.tally.name_fully(finding.unit) if finding.unit else "Chung")
        if row <= MOST_LINKS:
            sheet.link_to(row, 1, _find_place(plan, finding))
        sheet.text(row, 1, TOPICS.get(finding.code.partition(".")[0], "Điểm cần xem lại"))
        sheet.text(row, 2, finding.text)
    sheet.freeze(HEAD + 1)
    sheet.raw.autofilter(HEAD, 0, HEAD + max(1, len(consolidation.findings)), 2)


def _find_place(plan: Layout, finding: Finding) -> tuple[str, str] | None:
    """The figure that a finding is about, or else the sheet that tells more of it."""
    sheet = {"target": TARGETS, "report": STATUS}.get(finding.code.partition(".")[0])
    return (sheet, "A1") if sheet else plan.find_cell(finding.subject, unit=finding.unit)


def write_differences(sheet: SheetWriter, consolidation: Consolidation, edition: EditionInfo, plan: Layout) -> None:
    sheet.heading(f"THAY ĐỔI SO VỚI LẦN PHÁT HÀNH {edition.previous_number}", subtitle=edition.reason)
    sheet.head(HEAD, ["Đơn vị", "Chỉ tiêu, biểu", "Trước", "Sau", "Lý do"])
    sheet.widths(30, 60, 22, 22, 50)
    for row, each in enumerate(edition.differences, start=HEAD + 1):
        indicator = consolidation.tally.indicator_by_code.get(each.indicator)
        subject = name_subject(each, consolidation.programme)
        subject = f"{indicator.code}. {subject}" if indicator else subject
        values = (words.print_kept(value, indicator.kind if indicator else None) for value in (each.before, each.after))
        for column, text in enumerate((plan.consolidation.tally.name_fully(each.unit), subject, *values, each.why)):
            sheet.text(row, column, text)
    sheet.freeze(HEAD + 1)


def write_texts(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> None:
    """Narratives in the senders' words, with their cells: what several units wrote alike stands once, in one row."""
    subtitle = f"{consolidation.period.name}. Nguyên văn của đơn vị; đơn vị viết giống nhau được gộp vào một dòng."
    sheet.heading("THUYẾT MINH CỦA CÁC ĐƠN VỊ", subtitle=subtitle, is_printed=False)
    sheet.head(HEAD, ["Nội dung", "Số đơn vị", "Đơn vị", "Nguyên văn", "Nguồn"])
    sheet.widths(28, 9, 36, 100, 22)
    answers = [each for question in read_digest(consolidation) for each in _list_answers(question)]
    for row, answer in enumerate(answers, start=HEAD + 1):
        sheet.text(row, 0, answer.label)
        sheet.number(row, 1, len(answer.units))
        sheet.text(row, 2, "; ".join(plan.consolidation.tally.name_fully(unit) for unit in answer.units))
        sheet.text(row, 3, answer.text)
        sheet.text(row, 4, "; ".join(answer.places))
    sheet.raw.freeze_panes(HEAD + 1, 0)
    sheet.raw.autofilter(HEAD, 0, HEAD + max(1, len(answers)), 4)


class _Answer(NamedTuple):
    label: str
    units: tuple[str, ...]
    text: str
    places: tuple[str, ...] = ()


def _list_answers(question: Question) -> Iterator[_Answer]:
    """The answers to a field of prose; last who says nothing."""
    label = question.narrative.label
    yield from (_Answer(label, each.units, each.text, each.places) for each in question.opinions)
    silent = ((question.declined, "(trả lời không có)"), (question.blank, "(để trống)"))
    yield from (_Answer(label, units, text) for units, text in silent if units)


def write_table(sheet: SheetWriter, consolidation: Consolidation, plan: Layout, code: str) -> None:
    """A repeating table of the forms, the rows of all units below each other."""
    table = next(each for each in consolidation.tables if each.code == code)
    subtitle = f"{consolidation.period.name}. Theo bảng kê của các đơn vị."
    sheet.heading(table.title.upper(), subtitle=subtitle, is_printed=False)
    labels = [f"{each.label} ({each.measure_unit})" if each.measure_unit else each.label for each in table.columns]
    sheet.head(HEAD, ["Đơn vị", *labels, "Nguồn"], height=32)
    sheet.widths(24, *[_column_width(each.label, bool(each.measure_unit)) for each in table.columns], 24)
    for row, line in enumerate(consolidation.rows[code], start=HEAD + 1):
        sheet.text(row, 0, plan.consolidation.tally.name_fully(line.unit))
        for column, each in enumerate(table.columns, start=1):
            value = line.row.values.get(each.code)
            if isinstance(value, str | bool) or value is None:
                sheet.text(row, column, show_plain(value))
            else:
                sheet.number(row, column, value)
        first = next(iter(line.row.cells.values()), "")
        sheet.text(row, len(table.columns) + 1, f"{line.row.sheet}!{first}")
    sheet.raw.freeze_panes(HEAD + 1, 1)
    sheet.raw.autofilter(HEAD, 0, HEAD + max(1, len(consolidation.rows[code])), len(table.columns) + 1)


def show_plain(value: PlainValue) -> str:
    if isinstance(value, bool):
        return format_flag(value)
    return "" if value is None else str(value)


def _column_width(label: str, is_number: bool) -> float:
    return 12 if is_number else 22 if len(label) < 20 else 34


LONGEST_NAME = 31
_HANGING = frozenset({"và", "về", "của", "theo", "hoặc", "các", "những", "cho", "trong", "tại", "ở", "với", "có"})
"""Words that a name does not end with."""


def sheet_names(taken: Sequence[str], *, titles: Sequence[str]) -> list[str]:
    """A unique sheet name for each title: whole words of at most 31 characters, without []:*?/\\."""
    names: list[str] = []
    for title in titles:
        plain = " ".join("".join(" " if char in "[]:*?/\\'" else char for char in title).split())
        base = name = _shorten(plain, most=LONGEST_NAME)
        number = 2
        while name.lower() in {each.lower() for each in (*taken, *names)}:
            name = f"{_shorten(base, most=LONGEST_NAME - len(f' {number}'))} {number}"
            number += 1
        names.append(name)
    return names


def _shorten(text: str, *, most: int) -> str:
    """The first words that fit, without one that hangs in the air; a single word that is longer is cut."""
    if len(text) <= most:
        return text
    kept = text[: most + 1].rpartition(" ")[0].split() or [text[:most]]
    while len(kept) > 1 and kept[-1].lower() in _HANGING:
        kept.pop()
    return " ".join(kept).rstrip(" ,;–-")


__all__ = ["sheet_names", "write_differences", "write_findings", "write_table", "write_texts"]
