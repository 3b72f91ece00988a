"""Finds a form's cells in a workbook that people have worked in.

Cells are found by the codes and column tokens that the template wrote, never by fixed addresses: sheets may
be renamed, copied or reordered, rows and columns inserted or hidden. Where the tokens are lost, printed
headings and labels are matched, and a warning says so. Nothing is chosen between two readings.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.language.spelling import fold_spaces, make_key
from chalicelib.domain.programme.model import Form, Indicator, Narrative, Table
from chalicelib.workbook.form import marks
from chalicelib.workbook.reading.book import Book, Cell, CellKind, Sheet, Visibility, reference


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the form where it was found; `cell` is None where it is blank."""

    sheet: Sheet
    row: int
    column: int
    cell: Cell | None

    @property
    def reference(self) -> str:
        return reference(self.row, self.column)


@dataclass(frozen=True, slots=True)
class LocatedRow:
    """A filled row of a repeating table: places by column code."""

    sheet: Sheet
    row: int
    places: Mapping[str, Place]


@dataclass
class Located:
    """Everything of a form that was found, and what stood in the way."""

    values: dict[str, Place] = field(default_factory=dict)
    estimates: dict[str, Place] = field(default_factory=dict)
    tables: dict[str, list[LocatedRow]] = field(default_factory=dict)
    narratives: dict[str, Place] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TokenBlock:
    """Rows under one row of tokens: columns by token, and the last row that belongs to it."""

    sheet: Sheet
    row: int
    columns: Mapping[str, int]
    last: int


# Which form is this?


def find_identities(book: Book) -> list[marks.Identity]:
    """The identities that the workbook's marks name, most trusted first, each once."""
    found = [identity for sheet in book.sheets if (identity := _read_meta(sheet))]
    for sheet in book.sheets:
        for cell in sheet.cells.values():
            if cell.kind is CellKind.TEXT and cell.text.lstrip().startswith("Mã biểu:"):
                identity = marks.parse_line(fold_spaces(cell.text))
                if identity:
                    found.append(identity)
    return list(dict.fromkeys(found))


def _read_meta(sheet: Sheet) -> marks.Identity | None:
    if make_key(sheet.name) != marks.META_SHEET:
        return None
    pairs = {
        cell.text: sheet.cells[row, 2].text
        for (row, column), cell in sheet.cells.items()
        if column == 1 and (row, 2) in sheet.cells
    }
    version = pairs.get("version", "")
    if not version.isdecimal() or not set(marks.Identity._fields) <= set(pairs):
        return None
    return marks.Identity(pairs["programme"], pairs["form"], int(version), pairs["unit"], pairs["period"])


# Where do its cells stand?


def locate(
    book: Book, form: Form, rows: Sequence[Indicator], tables: Sequence[Table], narratives: Sequence[Narrative]
) -> Located:
    """The places of `rows`, `tables` and `narratives` of `form`; what cannot be found is an issue."""
    located = Located()
    sheets = [sheet for sheet in book.sheets if make_key(sheet.name) not in marks.OWN_SHEETS]
    blocks = [block for sheet in sheets for block in find_blocks(sheet)]
    coded = [block for block in blocks if marks.CODE in block.columns]
    _locate_coded(coded, sheets, rows, narratives, located)
    for table in tables:
        marked = [block for block in blocks if marks.TABLE_PREFIX + table.code in block.columns]
        _locate_table(marked, table, located)
    _warn_of_unasked(coded, form, rows, located)
    return located


def find_blocks(sheet: Sheet) -> Iterator[TokenBlock]:
    """Each row of tokens in a sheet, with the rows down to the next one."""
    token_rows: dict[int, dict[str, int]] = defaultdict(dict)
    last = 0
    for (row, column), cell in sheet.cells.items():
        last = max(last, row)
        if cell.kind is CellKind.TEXT and cell.text.startswith("@"):
            token_rows[row][fold_spaces(cell.text)] = column
    starts = sorted(
        row for row, tokens in token_rows.items()
        if marks.CODE in tokens or any(token.startswith(marks.TABLE_PREFIX) for token in tokens)
    )  # fmt: skip
    for position, start in enumerate(starts):
        following = starts[position + 1] if position + 1 < len(starts) else last + 1
        yield TokenBlock(sheet, start, token_rows[start], following - 1)


def _locate_coded(
    blocks: Sequence[TokenBlock], sheets: Sequence[Sheet], rows: Sequence[Indicator], narratives: Sequence[Narrative],
    located: Located,
) -> None:  # fmt: skip
    wanted = {row.code: row.label for row in rows} | {narrative.code: narrative.label for narrative in narratives}
    candidates = _find_coded(blocks, wanted)
    estimates = _find_coded(blocks, wanted, token=marks.ESTIMATE)
    if not any(row.code in candidates for row in rows):
        candidates |= _find_by_label(sheets, rows, located)
    missing = [code for code in wanted if code not in candidates]
    if 2 * len(missing) > len(wanted):
        located.issues.append(make_issue("form.mangled", found=f"{len(wanted) - len(missing)}/{len(wanted)} mã"))
        return
    narrative_codes = {narrative.code for narrative in narratives}
    for code, label in wanted.items():
        if code in missing:
            located.issues.append(make_issue("form.row_missing", indicator=code, label=label, code_missing=code))
            continue
        place = _choose(code, label, candidates[code], located)
        if place is not None:
            (located.narratives if code in narrative_codes else located.values)[code] = place
        if code in estimates and len(estimates[code]) == 1:
            located.estimates[code] = estimates[code][0]


def _find_coded(
    blocks: Sequence[TokenBlock], wanted: Mapping[str, str], *, token: str = marks.VALUE
) -> dict[str, list[Place]]:
    """Places by code. A block in which nothing at all is filled in gives way to a copy that is filled in."""
    code_by_key = {make_key(code): code for code in wanted}
    per_block = [_read_block(block, code_by_key, token) for block in blocks if token in block.columns]
    found: dict[str, list[Place]] = defaultdict(list)
    for places in sorted(per_block, key=lambda block: not _is_filled(block)):
        for code, some in places.items():
            if not (found[code] and not _is_filled(places)):
                found[code].extend(some)
    return dict(found)


def _read_block(block: TokenBlock, code_by_key: Mapping[str, str], token: str) -> dict[str, list[Place]]:
    places: dict[str, list[Place]] = defaultdict(list)
    code_column, value_column = block.columns[marks.CODE], block.columns[token]
    for (row, column), cell in block.sheet.cells.items():
        if column != code_column or not block.row < row <= block.last or cell.kind is not CellKind.TEXT:
            continue
        code = code_by_key.get(make_key(cell.text))
        if code:
            places[code].append(_place(block.sheet, row, value_column))
    return places


def _place(sheet: Sheet, row: int, column: int) -> Place:
    return Place(sheet, row, column, _filled(sheet.get(row, column)))


def _filled(cell: Cell | None) -> Cell | None:
    """The cell, or None for one that holds only spaces or an empty text."""
    if cell is None or (cell.kind is CellKind.TEXT and not fold_spaces(cell.text)):
        return None
    return cell


def _is_filled(places: Mapping[str, list[Place]]) -> bool:
    return any(place.cell is not None and not place.cell.formula for some in places.values() for place in some)


def _choose(code: str, label: str, places: Sequence[Place], located: Located) -> Place | None:
    """The one place of a code. Copies that agree are one; copies that differ are an error naming both."""
    visible = [place for place in places if place.sheet.visibility is Visibility.VISIBLE]
    chosen = (visible or places)[0]
    here: dict[str, Any] = {"sheet": chosen.sheet.name, "cell": chosen.reference, "indicator": code, "label": label}
    if not visible:
        located.issues.append(make_issue("sheet.hidden", **here))
    for other in visible[1:] if visible else places[1:]:
        where = f"ô {other.reference}, trang tính “{other.sheet.name}”"
        if _content(other) != _content(chosen):
            located.issues.append(make_issue("form.code_twice", found=_content(other)[1], expected=where, **here))
            return None
    if _is_covered(chosen):
        located.issues.append(make_issue("cell.merged", **here))
        return None
    return chosen


def _content(place: Place) -> tuple[str, str]:
    return (place.cell.kind, place.cell.text) if place.cell else ("", "")


def _is_covered(place: Place) -> bool:
    """Whether the place lies under a merged range that begins in another cell."""
    return any(
        top <= place.row <= bottom and left <= place.column <= right and (place.row, place.column) != (top, left)
        for top, left, bottom, right in place.sheet.merged
    )


# Without tokens: printed headings and labels


_VALUE_HEADINGS = frozenset(make_key(text) for text in ("Số liệu", "Kết quả", "Số lượng", "Kết quả thực hiện"))


def _find_by_label(sheets: Sequence[Sheet], rows: Sequence[Indicator], located: Located) -> dict[str, list[Place]]:
    """Places by code column or printed label under a known heading, where all tokens are gone."""
    label_count = Counter(make_key(row.label) for row in rows)
    code_by_key = {make_key(row.label): row.code for row in rows if label_count[make_key(row.label)] == 1}
    code_by_key |= {make_key(row.code): row.code for row in rows}
    found: dict[str, list[Place]] = defaultdict(list)
    for sheet in sheets:
        value_column = _find_value_column(sheet)
        if value_column is None:
            continue
        heading_row, column = value_column
        matched: dict[str, set[int]] = defaultdict(set)
        for (row, _), cell in sheet.cells.items():
            code = code_by_key.get(make_key(cell.text)) if cell.kind is CellKind.TEXT and row > heading_row else None
            if code:
                matched[code].add(row)
        for code, matched_rows in matched.items():
            found[code].extend(_place(sheet, row, column) for row in sorted(matched_rows))
        if matched:
            located.issues.append(
                make_issue("form.matched_by_label", sheet=sheet.name, found=f"{len(matched)}/{len(rows)} chỉ tiêu")
            )
    return dict(found)


def _find_value_column(sheet: Sheet) -> tuple[int, int] | None:
    headings = [
        place for place, cell in sheet.cells.items()
        if cell.kind is CellKind.TEXT and make_key(cell.text) in _VALUE_HEADINGS
    ]  # fmt: skip
    return headings[0] if len(headings) == 1 else None


# Tables


def _locate_table(blocks: Sequence[TokenBlock], table: Table, located: Located) -> None:
    filled = [(block, rows) for block in blocks if (rows := list(_read_rows(block, table, located)))]
    if not blocks:
        located.issues.append(make_issue("table.missing", label=table.title, title=table.title))
    elif len(filled) > 1 and any(_row_contents(rows) != _row_contents(filled[0][1]) for _, rows in filled[1:]):
        names = ", ".join(f"“{block.sheet.name}”" for block, _ in filled)
        located.issues.append(make_issue("table.twice", label=table.title, title=table.title, found=names))
    elif filled:
        located.tables[table.code] = filled[0][1]


def _read_rows(block: TokenBlock, table: Table, located: Located) -> Iterator[LocatedRow]:
    columns = {
        column.code: block.columns[f"@{column.code}"] for column in table.columns if f"@{column.code}" in block.columns
    }
    for column in table.columns:
        if column.code not in columns:
            issue = make_issue("table.column_missing", sheet=block.sheet.name, label=table.title, column=column.label)
            located.issues.append(issue)
    number_column = block.columns[marks.TABLE_PREFIX + table.code]
    used = {row for (row, column) in block.sheet.cells if column in columns.values() and block.row < row <= block.last}
    for row in sorted(used):
        places = {code: _place(block.sheet, row, column) for code, column in columns.items()}
        if all(place.cell is None for place in places.values()):
            continue
        if _is_total_row(block.sheet, row, [number_column, *columns.values()]):
            issue = make_issue("table.total_row", sheet=block.sheet.name, cell=reference(row, number_column))
            located.issues.append(issue)
            continue
        yield LocatedRow(block.sheet, row, places)


_TOTAL_WORDS = frozenset(make_key(text) for text in ("Tổng", "Cộng", "Tổng cộng", "Tổng số"))


def _is_total_row(sheet: Sheet, row: int, columns: Iterable[int]) -> bool:
    return any(
        (cell := sheet.get(row, column)) is not None
        and cell.kind is CellKind.TEXT
        and make_key(cell.text).rstrip(":") in _TOTAL_WORDS
        for column in columns
    )


def _row_contents(rows: Sequence[LocatedRow]) -> list[list[tuple[str, str]]]:
    return [[_content(place) for place in row.places.values()] for row in rows]


def _warn_of_unasked(blocks: Sequence[TokenBlock], form: Form, rows: Sequence[Indicator], located: Located) -> None:
    """A figure in a row that this unit is not asked for is not used, and the sender is told."""
    asked = {row.code for row in rows}
    others = {code: code for code in form.codes if code not in asked}
    for code, places in _find_coded(blocks, others).items():
        for place in places:
            if place.cell is not None:
                where: dict[str, Any] = {"sheet": place.sheet.name, "cell": place.reference, "indicator": code}
                located.issues.append(make_issue("form.row_not_asked", found=place.cell.text, **where))
