"""Finds figures in or beside the form that nothing reads, so that the sender is told.

Searched are rows without a code of the form, from the first row of a block to the last one with a code and on while
rows follow without a gap; and, in these rows and a table's, the columns that are not the form's. Anything else, such
as a calculation further down or on another sheet, is the sender's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import count

from chalicelib.domain.issues.issue import Issue, make_issue, shorten
from chalicelib.domain.language.spelling import fold_spaces
from chalicelib.domain.programme import kinds
from chalicelib.domain.submission.typed_figures import read_typed
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.places import TokenBlock
from chalicelib.workbook.form.signatures import is_signature
from chalicelib.workbook.reading.book import Cell, CellKind, Sheet, Visibility

Lines = Mapping[int, Sequence[Cell]]

_NO_CODE = "dòng không có mã chỉ tiêu của biểu"
_NO_COLUMN = "ô nằm ngoài các cột của biểu"
_NO_FIGURES = frozenset({"cell.not_a_number", "cell.placeholder"})
_BARE_FIGURES = frozenset({"", "cell.ambiguous", "cell.not_whole", "cell.negative"})


def find_unused(blocks: Sequence[TokenBlock], known: Set[str], *, prose: Set[str]) -> Iterator[Issue]:
    """An issue for each row with figures that are not used. `known` and `prose` are keys of codes."""
    sheets = {id(block.sheet): block.sheet for block in blocks}
    lines = {key: _list_lines(sheet) for key, sheet in sheets.items()}
    for block in blocks:
        own = lines[id(block.sheet)]
        if block.sheet.visibility is not Visibility.VISIBLE:
            continue
        if marks.CODE not in block.columns:
            yield from _find_beside_table(block, own)
        elif block.codes.keys() & _find_rows(block, known):
            yield from _find_in_coded(block, own, known, is_prose=not (set(block.codes.values()) & known) - prose)


def _list_lines(sheet: Sheet) -> Lines:
    """The cells of each row that is not blank, from left to right."""
    lines: dict[int, list[Cell]] = defaultdict(list)
    for cell in sorted(sheet.cells.values()):
        lines[cell.row].append(cell)
    return lines


def _find_rows(block: TokenBlock, known: Set[str]) -> set[int]:
    """The rows of a block: down to the last one with a code, and those that follow it without a gap."""
    coded = [row for row, key in block.codes.items() if key in known]
    if not coded:
        return set()
    last, filled = max(coded), set(block.rows)
    end = next(row for row in count(last + 1) if row not in filled)
    return {row for row in block.rows if row < end}


def _find_in_coded(block: TokenBlock, lines: Lines, known: Set[str], *, is_prose: bool) -> Iterator[Issue]:
    values = {column for token in (marks.VALUE, marks.ESTIMATE) for column in block.list_columns(token)}
    own = block.own_columns
    for row in sorted(_find_rows(block, known)):
        beside = [cell for cell in lines[row] if cell.column not in own and _is_number(cell)]
        if block.codes.get(row) in known:
            if beside:
                yield _make_issue(block, row, beside, _NO_COLUMN)
            continue
        unread = [cell for cell in lines[row] if cell.column in values and _is_unread(cell, is_prose)]
        if unread or beside:
            yield _make_issue(block, row, [*unread, *beside], _NO_CODE)


def _find_beside_table(block: TokenBlock, lines: Lines) -> Iterator[Issue]:
    columns = {column for token, column in block.columns.items() if not token.startswith(marks.TABLE_PREFIX)}
    own = block.own_columns
    for row in block.rows:
        beside = [cell for cell in lines[row] if cell.column not in own and _is_number(cell)]
        if beside and any(cell.column in columns for cell in lines[row]):
            yield _make_issue(block, row, beside, _NO_COLUMN)


def _is_number(cell: Cell) -> bool:
    """Whether the cell is a number, a number typed as text, or a formula that should give a number."""
    if cell.kind is CellKind.TEXT:
        return _has_digit(cell.text) and read_typed(cell.text, kinds.find_plain_kind()).code in _BARE_FIGURES
    return cell.kind in (CellKind.NUMBER, CellKind.UNCALCULATED, CellKind.ERROR)


def _is_unread(cell: Cell, is_prose: bool) -> bool:
    """Whether the sender would expect the content of the column of figures, or of prose, to be read."""
    if cell.kind is not CellKind.TEXT:
        return cell.kind is not CellKind.BOOL
    if is_signature(cell.text) or not fold_spaces(cell.text):
        return False
    return is_prose or (
        _has_digit(cell.text) and read_typed(cell.text, kinds.find_plain_kind()).code not in _NO_FIGURES
    )


def _has_digit(text: str) -> bool:
    return any(char.isdecimal() for char in text)


def _make_issue(block: TokenBlock, row: int, cells: Sequence[Cell], reason: str) -> Issue:
    first, *others = cells
    return make_issue(
        "row.unused",
        sheet=block.sheet.name,
        cell=first.reference,
        found=first.text or "công thức",
        related=[cell.reference for cell in others],
        row=_name_row(block, row),
        reason=reason,
    )


def _name_row(block: TokenBlock, row: int) -> str:
    """The row's number, with what stands as its code and label."""
    tokens = (marks.CODE, marks.LABEL)
    cells = [block.sheet.get(row, block.columns[token]) for token in tokens if token in block.columns]
    text = " ".join(fold_spaces(cell.text) for cell in cells if cell is not None)
    return f"{row} “{shorten(text, 80)}”" if text else str(row)
