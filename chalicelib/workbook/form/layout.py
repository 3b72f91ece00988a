"""Finds a form's cells in a workbook that people have worked in.

Cells are found by the codes and column tokens that the template wrote, never by fixed addresses: sheets may
be renamed, copied or reordered, rows and columns inserted or hidden. If the tokens are lost, printed headings
and labels are matched, with a warning. If two readings are possible, neither is chosen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from chalicelib.domain.issues.issue import make_issue, refuse
from chalicelib.domain.language.spelling import fold_spaces, make_key
from chalicelib.domain.programme.model import Form, Indicator, Narrative, Section, Table
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.labels import compare_columns, compare_labels, list_printed
from chalicelib.workbook.form.places import (
    Located,
    Place,
    TokenBlock,
    find_anchor,
    find_block,
    find_blocks,
    find_content,
    lift,
    make_place,
    make_printed_key,
    take_printed,
)
from chalicelib.workbook.form.tables import locate_table
from chalicelib.workbook.form.unused import find_unused
from chalicelib.workbook.reading.book import Book, Cell, CellKind, Sheet, Visibility

MOST_BLOCKS = 500
"""Rows of tokens in one workbook: a form has some ten, and each is held against merged ranges and headings."""

# Which form is this?


def find_identities(book: Book) -> list[marks.Identity]:
    """The identities that the workbook's marks name, most trusted first, without repetitions."""
    found = [identity for sheet in book.sheets if (identity := _read_meta(sheet))]
    for sheet in book.sheets:
        for cell in sheet.cells.values():
            if cell.kind is CellKind.TEXT and "Mã biểu:" in cell.text and cell.text.lstrip().startswith("Mã biểu:"):
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
    book: Book, form: Form, rows: Sequence[Indicator], tables: Sequence[Table], narratives: Sequence[Narrative],
    *, is_current: bool = True,
) -> Located:  # fmt: skip
    """The places of `rows`, `tables` and `narratives` of `form`; an issue for each that is not found.

    A workbook of another version than the form's current one may have other printed labels. Raises Refused where more
    rows of tokens were copied than anybody copies.
    """
    located = Located()
    sheets = [sheet for sheet in book.sheets if make_key(sheet.name) not in marks.OWN_SHEETS]
    blocks = [block for sheet in sheets for block in find_blocks(sheet)]
    if len(blocks) > MOST_BLOCKS:
        raise refuse("file.too_complex", found=blocks[MOST_BLOCKS].sheet.name)
    coded = [block for block in blocks if marks.CODE in block.columns]
    sections = form.list_markable(rows)
    is_found = _locate_coded(coded, sheets, rows, sections, narratives, located)
    for table in tables:
        marked = [block for block in blocks if marks.TABLE_PREFIX + table.code in block.columns]
        locate_table(marked, table, located)
        located.issues += compare_columns(marked, table, is_current=is_current)
    if is_found:
        printed = list_printed(form, rows, narratives)
        located.issues += compare_labels(located, coded, printed, is_current=is_current)
        _warn_of_unasked(coded, form, rows, located)
        known = _key_codes((*form.codes, *printed, *(section.code for section in sections))).keys()
        located.issues += find_unused(blocks, known, prose=_key_codes(tuple(each.code for each in narratives)).keys())
    return located


def _locate_coded(
    blocks: Sequence[TokenBlock], sheets: Sequence[Sheet], rows: Sequence[Indicator], sections: Sequence[Section],
    narratives: Sequence[Narrative], located: Located,
) -> bool:  # fmt: skip
    """Whether most of the form's rows were found. A section's mark may be missing: older workbooks have none."""
    wanted = {row.code: row.label for row in rows} | {narrative.code: narrative.label for narrative in narratives}
    titles = {section.code: section.title for section in sections}
    candidates = _find_coded(blocks, [*wanted, *titles])
    estimates = _find_coded(blocks, wanted, token=marks.ESTIMATE)
    if not any(row.code in candidates for row in rows):
        candidates |= _find_by_label(sheets, rows, titles, located)
    missing = [code for code in wanted if code not in candidates]
    if 2 * len(missing) > len(wanted):
        located.issues.append(make_issue("form.mangled", found=f"{len(wanted) - len(missing)}/{len(wanted)} mã"))
        return False
    narrative_codes = {narrative.code for narrative in narratives}
    for code, label in wanted.items():
        if code in missing:
            located.issues.append(make_issue("form.row_missing", indicator=code, label=label, code_missing=code))
            continue
        place = _choose(code, label=label, places=candidates[code], located=located)
        if place is not None:
            (located.narratives if code in narrative_codes else located.values)[code] = place
            _add_remark(code, place, blocks, located)
        if code in estimates and len({find_content(each) for each in estimates[code]}) == 1:
            located.estimates[code] = estimates[code][0]
    _locate_marks(titles, candidates, located)
    return True


def _locate_marks(titles: Mapping[str, str], candidates: Mapping[str, Sequence[Place]], located: Located) -> None:
    """The cells for marks. Under a merged heading there is none, so nothing is marked and the blanks are told."""
    for code, title in titles.items():
        places = [place for place in candidates.get(code, ()) if find_anchor(place) is None]
        mark = _choose(code, label=title, places=places, located=located) if places else None
        if mark is not None:
            located.marks[code] = mark


def _add_remark(code: str, place: Place, blocks: Sequence[TokenBlock], located: Located) -> None:
    block = find_block(place, blocks)
    if block is None or marks.REMARK not in block.columns:
        return
    remark = make_place(place.sheet, place.row, block.columns[marks.REMARK])
    remark = lift(remark, find_anchor(remark))
    if remark.cell is not None:
        located.remarks[code] = remark


def _find_coded(
    blocks: Sequence[TokenBlock], wanted: Iterable[str], *, token: str = marks.VALUE
) -> dict[str, list[Place]]:
    """Places by code. A column without any filled-in cell is ignored if a copy of it is filled in."""
    code_by_key = _key_codes(tuple(wanted))
    columns = [_read_column(block, code_by_key, column) for block in blocks for column in block.list_columns(token)]
    found: dict[str, list[Place]] = defaultdict(list)
    for places in sorted(columns, key=lambda column: not _is_filled(column)):
        for code, some in places.items():
            if not (found[code] and not _is_filled(places)):
                found[code].extend(some)
    return dict(found)


@lru_cache(maxsize=64)
def _key_codes(codes: tuple[str, ...]) -> Mapping[str, str]:
    """Codes of a form by their keys."""
    return {make_key(code): code for code in codes}


def _read_column(block: TokenBlock, code_by_key: Mapping[str, str], column: int) -> dict[str, list[Place]]:
    places: dict[str, list[Place]] = defaultdict(list)
    for row, key in block.codes.items():
        if key in code_by_key:
            places[code_by_key[key]].append(make_place(block.sheet, row, column))
    return places


def _is_filled(places: Mapping[str, list[Place]]) -> bool:
    return any(place.cell is not None and not place.cell.formula for some in places.values() for place in some)


def _choose(code: str, *, label: str, places: Sequence[Place], located: Located) -> Place | None:
    """The one place of a code. Equal copies count as one; different copies are an error that names both."""
    visible = [place for place in places if place.sheet.visibility is Visibility.VISIBLE]
    chosen = (visible or places)[0]
    here: dict[str, Any] = {"sheet": chosen.sheet.name, "cell": chosen.reference, "indicator": code, "label": label}
    if not visible:
        located.issues.append(make_issue("sheet.hidden", **here))
    for other in visible[1:] if visible else places[1:]:
        where = f"ô {other.reference}, trang tính “{other.sheet.name}”"
        if find_content(other) != find_content(chosen):
            located.issues.append(make_issue("form.code_twice", found=find_content(other)[1], expected=where, **here))
            return None
    if find_anchor(chosen):
        located.issues.append(make_issue("cell.merged", **here))
        return None
    return chosen


# Without tokens: printed headings and labels


_VALUE_HEADINGS = frozenset(make_key(text) for text in ("Số liệu", "Kết quả", "Số lượng", "Kết quả thực hiện"))


def _find_by_label(
    sheets: Sequence[Sheet], rows: Sequence[Indicator], sections: Iterable[str], located: Located
) -> dict[str, list[Place]]:
    """Places by code column or printed label under a known heading, if all tokens are lost."""
    label_count = Counter(make_key(row.label) for row in rows)
    code_by_key = {make_key(row.label): row.code for row in rows if label_count[make_key(row.label)] == 1}
    code_by_key |= {make_key(code): code for code in (*sections, *(row.code for row in rows))}
    found: dict[str, list[Place]] = defaultdict(list)
    for sheet in sheets:
        value_column = _find_value_column(sheet)
        if value_column is None:
            continue
        heading_row, column = value_column
        matched: dict[str, set[int]] = defaultdict(set)
        for (row, _), cell in sheet.cells.items():
            code = _match_text(cell, code_by_key) if row > heading_row else None
            if code:
                matched[code].add(row)
        for code, matched_rows in matched.items():
            found[code].extend(make_place(sheet, row, column) for row in sorted(matched_rows))
        if number := len(matched.keys() - set(sections)):
            located.issues.append(
                make_issue("form.matched_by_label", sheet=sheet.name, found=f"{number}/{len(rows)} chỉ tiêu")
            )
    return dict(found)


def _match_text(cell: Cell, code_by_key: Mapping[str, str]) -> str | None:
    """The code that the cell's text names; a condition may follow the label on further lines."""
    if cell.kind is not CellKind.TEXT:
        return None
    text = take_printed(cell.text)
    texts = dict.fromkeys((text, text.split("\n", 1)[0]))
    return next((code for each in texts if (code := code_by_key.get(make_key(each)))), None)


def _find_value_column(sheet: Sheet) -> tuple[int, int] | None:
    headings = [
        place for place, cell in sheet.cells.items()
        if cell.kind is CellKind.TEXT and make_printed_key(cell.text) in _VALUE_HEADINGS
    ]  # fmt: skip
    return headings[0] if len(headings) == 1 else None


def _warn_of_unasked(blocks: Sequence[TokenBlock], form: Form, rows: Sequence[Indicator], located: Located) -> None:
    """Warns of a figure in a row that this unit is not asked for; the figure is not used."""
    asked = {row.code for row in rows}
    others = [code for code in form.codes if code not in asked]
    for code, places in _find_coded(blocks, others).items():
        for place in places:
            if place.cell is not None:
                where: dict[str, Any] = {"sheet": place.sheet.name, "cell": place.reference, "indicator": code}
                located.issues.append(make_issue("form.row_not_asked", found=place.cell.text, **where))
