"""Reads a sổ chương trình into the parts of a programme, and says at which cell each value stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any, NamedTuple

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.language.legacy_text import OLD_ENCODINGS, Run, repair_runs
from chalicelib.domain.language.spelling import compose, make_key, suggest
from chalicelib.domain.programme.defaults import FORM
from chalicelib.domain.programme.making import Misfit, Path, Raw
from chalicelib.workbook.programme.sheets import MAIN, SHEETS, BookSheet, SheetColumn
from chalicelib.workbook.programme.values import NOTHING, OF_DAYS, WORD
from chalicelib.workbook.reading import book
from chalicelib.workbook.reading.book import Book, Cell, CellKind, reference

EXAMPLE = "Ví dụ:"
"""How a row begins that is there to be looked at."""
_HEADINGS_WITHIN = 10
_VALUES_OF_MAIN = 2


class CellPlace(NamedTuple):
    """A cell with its sheet, the heading of its column or line, and what stands in it."""

    sheet: str
    cell: str = ""
    heading: str = ""
    text: str = ""


@dataclass
class ProgrammeBook:
    """The parts as the sổ has them, and what could not be read. `columns` are those of the record at a path.

    `absent` are the columns, as sheet and field, that a sheet should have.
    """

    raw: Raw = field(default_factory=dict)
    places: dict[Path, CellPlace] = field(default_factory=dict)
    columns: dict[Path, dict[str, CellPlace]] = field(default_factory=dict)
    has_own_forms: bool = True
    absent: set[tuple[str, str]] = field(default_factory=set)
    issues: list[Issue] = field(default_factory=list)

    def locate(self, misfit: Misfit, code: str) -> Issue:
        """The misfit as an issue of this code, at the cell of its value, or where the value is missing."""
        place = self._find_place(misfit.path)
        text = misfit.what[:1].upper() + misfit.what[1:]
        return make_issue(code, sheet=place.sheet, cell=place.cell, label=place.heading, found=place.text, text=text)

    def is_told(self, misfit: Misfit) -> bool:
        """Whether the value is missing because the whole column is, which has an issue."""
        columns = self.columns.get(misfit.path[:-1], {})
        sheet = next(iter(columns.values()), CellPlace("")).sheet
        return (sheet, str(misfit.path[-1])) in self.absent if misfit.path else False

    def _find_place(self, path: Path) -> CellPlace:
        while path:
            if path in self.places:
                return self.places[path]
            missing = self.columns.get(path[:-1], {}).get(str(path[-1]))
            if missing:
                return missing
            path = path[:-1]
        return CellPlace(SHEETS[0].name)


def read_programme_book(source: Book) -> ProgrammeBook:
    """Everything that the sheets say. Nothing is guessed: what is not known has an issue."""
    read = ProgrammeBook()
    found = {make_key(sheet.name): sheet for sheet in source.sheets}
    for sheet in SHEETS:
        names = (make_key(name) for name in (sheet.name, *sheet.also))
        given = next((found.pop(name) for name in names if name in found), None)
        if given is not None:
            _read_sheet(read, sheet, given)
        elif sheet.is_needed:
            read.issues.append(make_issue("programme.sheet_missing", found=sheet.name))
    _tell_empty(read, source)
    for other in found.values():
        if other.cells and make_key(other.name) != make_key(GUIDE):
            hint = suggest(other.name, [sheet.name for sheet in SHEETS])
            read.issues.append(make_issue("programme.sheet_unknown", sheet=other.name, found=other.name, hint=hint))
    return read


def _tell_empty(read: ProgrammeBook, source: Book) -> None:
    """A sheet that a programme needs has a row, but for periods that rules make. One that is not there is told so."""
    there = {make_key(sheet.name) for sheet in source.sheets}
    unread = {make_key(issue.sheet) for issue in read.issues if issue.code == "programme.no_headings"}
    for sheet in SHEETS:
        part = sheet.levels[0].part if sheet.levels and sheet.is_needed else ""
        if (
            part
            and make_key(sheet.name) in there - unread
            and not read.raw.get(part)
            and not (part == "periods" and read.raw.get("recurring"))
        ):
            hint = ", trang “Kỳ lặp lại” cũng chưa có" if part == "periods" else ""
            read.issues.append(make_issue("programme.sheet_empty", sheet=sheet.name, hint=hint))


GUIDE = "Hướng dẫn"
"""The sheet of help, which nothing is read from."""


def _read_sheet(read: ProgrammeBook, sheet: BookSheet, given: book.Sheet) -> None:
    reader = _PageReader(read, sheet, given.name)
    rows: dict[int, dict[int, Cell]] = {}
    for place, cell in given.cells.items():
        rows.setdefault(cell.row, {})[cell.column] = reader.compose(cell, given.runs.get(place, ()))
    if sheet.columns is MAIN:
        reader.read_main(rows)
        return
    headings = reader.find_headings(rows)
    if headings:
        reader.tell_above(headings, rows)
        below = list(_number_rows(rows, after=headings))
        reader.tell_nameless(headings, below)
        reader.read_rows(below)


def _number_rows(rows: Mapping[int, dict[int, Cell]], *, after: int) -> Iterator[tuple[int, dict[int, Cell]]]:
    """The rows below the headings that hold something, but for examples."""
    for number in sorted(row for row in rows if row > after):
        first = min(rows[number])
        if not make_key(rows[number][first].text).startswith(make_key(EXAMPLE)):
            yield number, rows[number]


class OuterRecord(NamedTuple):
    """A record that others are put into."""

    path: Path
    values: Any


_INNER = {level.part: {inner.part} for sheet in SHEETS for level, inner in pairwise(sheet.levels)}
_INNER["forms"] = {sheet.levels[0].part for sheet in SHEETS if sheet.owner}
"""What records hold, though it may be nothing."""


class _PageReader:
    """Reads the rows of one sheet; `positions` are the columns that it has."""

    def __init__(self, read: ProgrammeBook, sheet: BookSheet, name: str) -> None:
        self.read, self.sheet, self.name = read, sheet, name
        self.positions: dict[SheetColumn, int] = {}
        self.unknown: set[int] = set()

    def tell(self, code: str, row: int, column: int, *, found: str = "", expected: str = "", **more: Any) -> None:
        cell = reference(row, column)
        issue = make_issue(code, sheet=self.name, cell=cell, found=found, expected=expected, **more)
        self.read.issues.append(issue)

    def find_cell(self, cells: Mapping[int, Cell], column: SheetColumn) -> Cell | None:
        """The row's cell in this column, if the sheet has the column and the cell is filled in."""
        position = self.positions.get(column)
        return cells.get(position) if position else None

    def compose(self, cell: Cell, runs: Iterable[Run]) -> Cell:
        """The cell in composed Unicode; what was typed in a font from before Unicode is told."""
        if cell.kind is not CellKind.TEXT:
            return cell
        repaired = repair_runs(run._replace(text=compose(run.text)) for run in (runs or [Run(cell.text)]))
        if not (repaired.flagged or repaired.converted_from in OLD_ENCODINGS):
            return cell._replace(text=compose(cell.text))
        self.tell("programme.old_font", cell.row, cell.column, found=cell.text, expected=repaired.text)
        return cell._replace(text=repaired.text)

    # Headings

    def find_headings(self, rows: Mapping[int, dict[int, Cell]]) -> int:
        """The row of the headings, or 0; each heading that is not known, stands twice or is missing is told."""
        known = {make_key(column.heading): column for column in self.sheet.all_columns}
        near = [number for number in sorted(rows) if number <= _HEADINGS_WITHIN]
        scored = [(sum(make_key(cell.text) in known for cell in rows[number].values()), -number) for number in near]
        known_ones, number = max(scored, default=(0, 0))
        if known_ones < min(2, len(known)):
            self.read.issues.append(make_issue("programme.no_headings", sheet=self.name))
            return 0
        self._read_headings(-number, rows[-number])
        return -number

    def _read_headings(self, row: int, cells: Mapping[int, Cell]) -> None:
        waiting = list(self.sheet.all_columns)
        for position, cell in sorted(cells.items()):
            column = next((each for each in waiting if make_key(each.heading) == make_key(cell.text)), None)
            if column is not None:
                waiting.remove(column)
                self.positions[column] = position
                continue
            headings = [each.heading for each in self.sheet.all_columns]
            is_known = make_key(cell.text) in map(make_key, headings)
            code = "programme.column_twice" if is_known else "programme.column_unknown"
            hint = "" if is_known else suggest(cell.text, [each.heading for each in waiting])
            self.unknown.add(position)
            self.tell(code, row, position, found=cell.text, hint=hint)
        free = (position for position in count(1) if position not in cells)
        for column in waiting:
            if column.is_needed or column == self.sheet.owner:
                self.tell("programme.column_missing", row, next(free), found=column.heading)
                self.read.absent.add((self.name, column.field))

    def tell_above(self, headings: int, rows: Mapping[int, dict[int, Cell]]) -> None:
        """Rows above the headings, where a list was sorted with them; a title is one cell."""
        for number, cells in sorted(rows.items()):
            if number < headings and len(cells) > 1 and self.positions:
                self.tell("programme.above_headings", number, min(cells))

    def tell_nameless(self, row: int, rows: Iterable[tuple[int, dict[int, Cell]]]) -> None:
        """Columns that hold something below no heading: whatever they are, they are not left out unsaid."""
        filled = {position for _, cells in rows for position in cells}
        for position in sorted(filled - set(self.positions.values()) - self.unknown):
            self.tell("programme.column_nameless", row, position)

    # Values

    def read_value(self, cell: Cell, column: SheetColumn) -> Any:
        """The value of a cell, or None where it has an issue."""
        if cell.kind in (CellKind.ERROR, CellKind.UNCALCULATED):
            state = f"báo lỗi {cell.text}" if cell.text else "chưa có kết quả"
            self.tell("programme.cell_formula", cell.row, cell.column, found=cell.text, state=state)
            return None
        if cell.kind is CellKind.DATE and column.kind not in OF_DAYS:
            self.tell("programme.cell_date", cell.row, cell.column, found=cell.text, expected=column.kind.expected)
            return None
        try:
            return column.kind.read(cell.text)
        except ValueError:
            expected = column.kind.expected + suggest(cell.text, column.kind.choices)
            self.tell("programme.cell", cell.row, cell.column, found=cell.text, expected=expected)
            return None

    def _make_place(self, address: str, column: SheetColumn, cell: Cell | None) -> CellPlace:
        return CellPlace(self.name, address, column.heading, cell.text if cell else "")

    def read_record(self, row: int, cells: Mapping[int, Cell], *, columns: Iterable[SheetColumn], path: Path) -> Any:
        """What the columns of a level say on a row; a level of one column without a field is the value itself."""
        record: dict[str, Any] = {}
        for column in columns:
            position = self.positions.get(column)
            if position is None:
                continue
            cell = self.find_cell(cells, column)
            place = self._make_place(reference(row, position), column, cell)
            self.read.columns.setdefault(path, {})[column.field] = place
            value = self.read_value(cell, column) if cell else None
            if not column.field:
                self.read.places[path] = place
                return value
            if value is not None:
                self.read.places[*path, column.field] = place
                record[column.field] = value
        self.read.places.setdefault(path, next(iter(self.read.columns[path].values())))
        return record

    def read_main(self, rows: Mapping[int, dict[int, Cell]]) -> None:
        """A line for each value: its name in the first column, the value in the second."""
        known = {make_key(column.heading): column for column in self.sheet.columns}
        seen: set[SheetColumn] = set()
        for number, cells in sorted(rows.items()):
            name = cells[1].text if 1 in cells else ""
            column = known.get(make_key(name))
            if column is None or column in seen:
                self._tell_line(number, name, is_known=column is not None, is_filled=_VALUES_OF_MAIN in cells)
                continue
            seen.add(column)
            self._read_line(number, cells, column)
        for column in self.sheet.columns:
            if column.is_needed and column not in seen:
                self.read.issues.append(make_issue("programme.line_missing", sheet=self.name, found=column.heading))

    def _tell_line(self, row: int, name: str, *, is_known: bool, is_filled: bool) -> None:
        """A line of this name stands twice, or nothing is called so; titles, which have no value, are left alone."""
        if is_filled:
            code = "programme.line_twice" if is_known else "programme.line_unknown"
            hint = "" if is_known else suggest(name, [column.heading for column in self.sheet.columns])
            self.tell(code, row, 1, found=name, hint=hint)

    def _read_line(self, row: int, cells: Mapping[int, Cell], column: SheetColumn) -> None:
        path = tuple(column.field.split("."))
        cell = cells.get(_VALUES_OF_MAIN)
        self.read.places[path] = self._make_place(reference(row, _VALUES_OF_MAIN), column, cell)
        value = self.read_value(cell, column) if cell else None
        if value is None and not column.is_needed:
            return
        record = self.read.raw
        for key in path[:-1]:
            record = record.setdefault(key, {})
        if value is not None:
            record[path[-1]] = value

    # Rows

    def read_rows(self, rows: Iterable[tuple[int, dict[int, Cell]]]) -> None:
        if self.sheet.pairs:
            for row, cells in rows:
                self._read_pair(row, cells)
            return
        inner = [None] * len(self.sheet.levels)
        around: list[OuterRecord | None] = [None if self.sheet.owner else OuterRecord((), self.read.raw), *inner]
        for row, cells in rows:
            if self._is_empty(cells):
                self._keep_empty()
                continue
            owner = self.find_cell(cells, self.sheet.owner) if self.sheet.owner else None
            if owner:
                around = [self._find_owner(owner), *inner]
            elif self.sheet.owner and around[0] is None:
                around = [self._find_default_form(), *inner]
            self._read_row(row, cells, around)

    @staticmethod
    def _is_empty(cells: Mapping[int, Cell]) -> bool:
        """Whether the row says that the sheet has nothing."""
        return [make_key(cell.text) for cell in cells.values()] == [make_key(NOTHING)]

    def _keep_empty(self) -> None:
        if not self.sheet.owner:
            self.read.raw.setdefault(self.sheet.levels[0].part, [])

    def _find_default_form(self) -> OuterRecord | None:
        """The form that a programme has without any on its sheet: what is said of no form is said of this one."""
        if "forms" not in self.read.raw:
            self.read.raw["forms"] = [{"code": FORM}]
            self.read.has_own_forms = False
        return None if self.read.has_own_forms else OuterRecord(("forms", 0), self.read.raw["forms"][0])

    def _find_owner(self, cell: Cell) -> OuterRecord:
        """The form of this code; what belongs to none is read and goes nowhere."""
        code = WORD.read(cell.text)
        if code == FORM and (default := self._find_default_form()):
            return default
        for number, form in enumerate(self.read.raw.get("forms", ())):
            if form.get("code") == code:
                return OuterRecord(("forms", number), form)
        known = [form.get("code", "") for form in self.read.raw.get("forms", ())]
        text = f"Không có biểu mẫu “{cell.text}”{suggest(cell.text, known)}"
        self.tell("programme.misfit", cell.row, cell.column, text=text)
        return OuterRecord(("",), {})

    def _read_row(self, row: int, cells: Mapping[int, Cell], around: list[OuterRecord | None]) -> None:
        """A level that is filled in on the row begins a record of its own within the last one around it."""
        for depth, level in enumerate(self.sheet.levels):
            filled = [cell for column in level.columns if (cell := self.find_cell(cells, column))]
            outer = around[depth]
            if filled and outer is None:
                self._tell_orphan(row, depth=depth, first=filled[0])
                return
            if filled and outer is not None:
                around[depth + 1] = self._add(row, cells, depth, outer)
                around[depth + 2 :] = [None] * len(around[depth + 2 :])

    def _tell_orphan(self, row: int, *, depth: int, first: Cell) -> None:
        """At the cell in which the record around it would begin."""
        around = self.sheet.levels[depth - 1].columns[0] if depth else self.sheet.owner
        position = self.positions.get(around) if around else None
        expected = around.heading if around else ""
        self.tell("programme.no_record_above", row, position or first.column, found=first.text, expected=expected)

    def _add(self, row: int, cells: Mapping[int, Cell], depth: int, outer: OuterRecord) -> OuterRecord:
        level = self.sheet.levels[depth]
        records = outer.values.setdefault(level.part, [])
        path = (*outer.path, level.part, len(records))
        records.append(self.read_record(row, cells, columns=level.columns, path=path))
        for part in _INNER.get(level.part, ()):
            records[-1].setdefault(part, [])
        return OuterRecord(path, records[-1])

    def _read_pair(self, row: int, cells: Mapping[int, Cell]) -> None:
        key, *columns = self.sheet.columns
        named = self.find_cell(cells, key)
        if named is None:
            self.tell("programme.misfit", row, self.positions.get(key, 1), text="Không được để trống")
            return
        code = self.read_value(named, key)
        if code is None:
            return
        for column in columns:
            cell = self.find_cell(cells, column)
            if cell is None and column.is_needed and column in self.positions:
                self.tell("programme.misfit", row, self.positions[column], text="Không được để trống")
            table = self.read.raw.setdefault(column.field, {})
            if cell and code in table:
                self.tell("programme.misfit", row, named.column, text=f"Mã “{code}” lặp lại")
            value = self.read_value(cell, column) if cell else None
            if cell and value is not None:
                table[code] = value
                self.read.places[column.field, code] = CellPlace(self.name, cell.reference, column.heading, cell.text)
