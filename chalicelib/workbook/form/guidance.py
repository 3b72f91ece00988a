"""What the blank form says while it is being filled in: a prompt and a warning, a colour, and a line that counts.

Excel warns and never refuses: what the reader takes ("1,4 tỷ", "09 tổ", "không") may be typed, and anything else may be
kept. A formula tells only what it can tell simply; what it cannot tell is left to the check of the workbook. Formulas
use functions that Excel and LibreOffice share, and no IF, so that one text serves a single cell and, in SUMPRODUCT, a
range of cells. Cells of one hint share one validation and one conditional format: many single ones cost reading time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Final, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chalicelib.domain.language.vietnamese import NO_WORDS, YES_WORDS, format_day, format_number
from chalicelib.domain.programme.kinds import Kind, Shape
from chalicelib.domain.programme.ranges import Range
from chalicelib.domain.programme.scales import Scale
from chalicelib.domain.programme.windows import DataWindow
from chalicelib.domain.values import simplify
from chalicelib.workbook.reading.book import reference

LONGEST_FORMULA: Final = 8_000
_LONGEST_VALIDATION: Final = 255
_LONGEST_PROMPT: Final = 255
"""What Excel accepts as a formula in a cell (nearly), as a formula of a validation, and as its text."""
_LONGEST_TEXT: Final = 250
"""In a formula, nearly."""

_STARTS: Final = "0123456789-–—−+₫$€£’‘"
"""What a figure typed as text begins with, if it does not begin with a word."""
_WORDS: Final = ("khô", "một", "hai", "ba ", "bốn", "năm", "sáu", "bảy", "bẩy", "tám", "chí", "mườ", "vnđ", "vnd")
"""The first three letters of the words with which a figure begins: "không", numerals, a currency."""
_ESTIMATE: Final = "ước"
_DAY_STARTS: Final = "0123456789’‘"
_DAY_WORDS: Final = ("ng", "nt", "n.", "nh")
"""The first two letters of "ngày 5 tháng 2 …", and of "nt", "như trên" in a table."""
_MARKS: Final = ("x", "v", "✓", "có", "không phát sinh")
"""What marks a section in every program; the reader takes a few more."""
_DECIMAL_MARK: Final = "MID(1/2,2,1)"
"""The decimal mark of the machine's own locale."""


@dataclass(frozen=True, slots=True)
class Hint:
    """How cells of one kind are guided.

    `odd` is a formula that is 1 where the content of {cell} asks to be looked at, otherwise 0; "" where no formula
    tells it. `outside` is one that is 1 where {cell} is a figure like any other, and not plausible. `source` is a list
    to choose from: its texts, or the range that holds them. `longest` is in characters.
    """

    prompt: str
    warning: str
    odd: str = ""
    source: tuple[str, ...] | str = ()
    longest: int = 0
    outside: str = ""

    def make_validation(self, cell: str) -> dict[str, object]:
        """The validation in XlsxWriter's words, for cells of which `cell` is the first."""
        told: dict[str, object] = {
            "input_title": "Cách ghi", "input_message": self.prompt[:_LONGEST_PROMPT],
            "error_title": "Xem lại", "error_message": self.warning[:_LONGEST_PROMPT], "error_type": "warning",
        }  # fmt: skip
        if self.source:
            return told | {
                "validate": "list",
                "source": self.source if isinstance(self.source, str) else [*self.source],
            }
        if self.longest:
            return told | {"validate": "length", "criteria": "<=", "value": self.longest}
        both = "+".join(filter(None, (self.odd, self.outside)))
        formulas = (f"=({each.format(cell=cell)})=0" for each in dict.fromkeys((both, self.outside)) if each)
        formula = next((each for each in formulas if len(each) <= _LONGEST_VALIDATION), "")
        return told | ({"validate": "custom", "value": formula} if formula else {"validate": "any"})


def make_hint(
    kind: Kind, prompt: str, *, window: DataWindow, estimates: bool = False, within: Range | None = None, unit: str = ""
) -> Hint:
    """The hint for cells of this kind. `within` is the range of plausible figures, in `unit`."""
    if kind.shape is Shape.FLAG:
        return make_choice(("Có", "Không"), prompt, odd=_tell_odd_flag())
    if kind.shape is Shape.DATE:
        days = f"từ {format_day(window.first)} đến {format_day(window.last)}"
        warning = f"Có thể không phải là ngày thuộc kỳ ({days})."
        return Hint(prompt, warning, odd=_tell_odd_day(window.first, window.last))
    if kind.shape is Shape.TEXT:
        return Hint(prompt, prompt)
    warning = "Có thể không đọc được thành số. Ghi con số chính xác; không có thì ghi 0."
    odd = _tell_odd_number(kind, (*_WORDS, _ESTIMATE) if estimates else _WORDS)
    if not within:
        return Hint(prompt, warning, odd=odd)
    told = f"Thường {within.say(unit)}."
    return Hint(f"{told} {prompt}", f"{told} {warning}", odd=odd, outside=_tell_outside(kind, within))


def make_scaled_prompt(scale: Scale) -> str:
    """The prompt of a cell that asks in another unit than the figure is kept in."""
    example = format_number(scale.store(Decimal("1.5")))
    return (
        f"Ghi số tính bằng {scale.asked}, ví dụ 1,5 là {example} {scale.measured} (dấu phẩy là dấu thập phân). "
        "Không phát sinh thì ghi 0."
    )


def make_word_hint(words: Sequence[str], *, source: str, prompt: str) -> Hint:
    """The hint for a cell that holds one of the words, which stand in the range `source`."""
    return make_choice(source, prompt, odd=_tell_odd_word([word.lower() for word in words]))


def make_choice(source: tuple[str, ...] | str, prompt: str, *, odd: str = "") -> Hint:
    return Hint(prompt, "Không có trong danh sách của ô.", odd=odd, source=source)


def make_mark_hint(prompt: str) -> Hint:
    """The hint for the mark of a section: anything but a mark is to be looked at, and waives nothing."""
    return make_choice(("x",), prompt, odd=f"(LEN(TRIM({{cell}}))>0)*{tell_other('{cell}', _MARKS)}")


def _tell_odd_number(kind: Kind, words: Sequence[str]) -> str:
    """A number that the kind cannot be, or a text that begins like no figure."""
    wrong = "({cell}<0)"
    if kind.is_whole:
        wrong += f'+ISNUMBER(FIND({_DECIMAL_MARK},{{cell}}&""))'
    if kind.at_most is not None:
        wrong += f"+({{cell}}>{kind.at_most})"
    return f"ISNUMBER({{cell}})*({wrong}>0)+{_tell_odd_text(_STARTS, words, letters=3)}"


def _tell_outside(kind: Kind, within: Range) -> str:
    """A number that the kind can be, outside the range. The cell of a percentage holds a hundredth of it."""
    low, high = (
        None if bound is None else simplify(Decimal(bound) / 100 if kind.is_percent else Decimal(bound))
        for bound in (within.low, within.high)
    )
    wrong = [f"({{cell}}>=0)*({{cell}}<{low})"] if low is not None and low > 0 else []
    wrong += [f"({{cell}}>{high})"] if high is not None else []
    whole = f'*ISERROR(FIND({_DECIMAL_MARK},{{cell}}&""))' if kind.is_whole else ""
    return f"ISNUMBER({{cell}})*({'+'.join(wrong)}>0){whole}" if wrong else ""


def _tell_odd_day(first: date, last: date) -> str:
    """A day outside the period, a year alone, or a text that begins like no date."""
    serials = [(day - date(1899, 12, 30)) // timedelta(days=1) for day in (first, last)]
    outside = f"ISNUMBER({{cell}})*(({{cell}}<{serials[0]})+({{cell}}>={serials[1] + 1})>0)"
    return f"{outside}+{_tell_odd_text(_DAY_STARTS, _DAY_WORDS, letters=2)}"


def _tell_odd_text(starts: str, words: Sequence[str], *, letters: int) -> str:
    listed = "".join(f"|{word}" for word in words)
    return (
        f'ISTEXT({{cell}})*ISERROR(FIND(LEFT(TRIM({{cell}})),"{starts}"))'
        f'*ISERROR(FIND("|"&LOWER(LEFT(TRIM({{cell}}),{letters})),"{listed}"))'
    )


def _tell_odd_flag() -> str:
    return _tell_odd_word([word.lower() for word in (*YES_WORDS, *NO_WORDS)])


def _tell_odd_word(words: Sequence[str]) -> str:
    return f"(LEN(TRIM({{cell}}))>0)*{tell_other('{cell}', words)}"


def tell_blank(cell: str) -> str:
    return _BLANK.format(cell=cell)


def tell_unmarked(cell: str) -> str:
    """A formula that is true where the cell of a section's mark holds none."""
    return tell_other(cell, _MARKS)


def tell_other(cell: str, words: Sequence[str]) -> str:
    """A formula that is true where the cell holds none of the words; no text in a formula is longer than Excel's."""
    lists = [""]
    for word in words:
        lists += [""] if len(lists[-1]) + len(word) > _LONGEST_TEXT else []
        lists[-1] += f"{word}|"
    return "*".join(f'ISERROR(FIND("|"&LOWER(TRIM({cell}))&"|","|{each}"))' for each in lists)


def ask_kind(kind: Kind, scale: Scale | None) -> Kind:
    """The kind as the cell asks for it: a part of a larger unit has decimals."""
    return replace(kind, is_whole=False) if scale else kind


# The cells of a sheet


class Stretch(NamedTuple):
    """Cells one below the other, counted from 0. With `only_if` they are to be filled in where that formula is 1."""

    column: int
    first: int
    last: int
    only_if: str = ""

    @property
    def start(self) -> str:
        return reference(self.first + 1, self.column + 1)

    @property
    def end(self) -> str:
        return reference(self.last + 1, self.column + 1)

    @property
    def fixed(self) -> str:
        """The name with its column fixed."""
        return f"${self.start}" + ("" if self.first == self.last else f":${self.end}")

    @property
    def corners(self) -> tuple[int, int, int, int]:
        return self.first, self.column, self.last, self.column

    @property
    def name(self) -> str:
        return self.start if self.first == self.last else f"{self.start}:{self.end}"


def join_cells(cells: Iterable[tuple[int, int]], only_if: str = "") -> list[Stretch]:
    """The stretches of cells given as (row, column), left to right and top to bottom.

    >>> [stretch.name for stretch in join_cells([(4, 1), (3, 1), (6, 1), (3, 2)])]
    ['B4:B5', 'B7', 'C4']
    """
    ordered = enumerate(sorted((column, row) for row, column in cells))
    found = groupby(ordered, key=lambda each: (each[1][0], each[1][1] - each[0]))
    stretches = [[cell for _, cell in stretch] for _, stretch in found]
    return [Stretch(stretch[0][0], stretch[0][1], stretch[-1][1], only_if) for stretch in stretches]


@dataclass(frozen=True, slots=True)
class Look:
    """The formats of the guidance: of the counting line, of a cell not yet filled in, of one to look at, and of one
    that is not asked."""

    line: Format
    missing: Format
    odd: Format
    unasked: Format


@dataclass
class Guide:
    """What guides the cells of one sheet. A row asks to be filled in if one of the columns `asking` is not blank.

    `listed` are the rows of a table: the unit decides how many it fills in, and the counting line counts them too.
    `required` are the cells that must be filled in, by the formula on which that depends; `unasked` those that are to
    stay blank where a formula is 1.
    """

    asking: Sequence[int]
    listed: range = range(0)
    cells: dict[Hint, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    required: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    unasked: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: int, column: int, *, hint: Hint | None, required: bool = False, only_if: str = "") -> None:
        """A cell to fill in. With `only_if` it is required only where that formula is 1."""
        if hint:
            self.cells[hint].append((row, column))
        if required:
            self.required[only_if].append((row, column))

    def write(self, sheet: Worksheet, look: Look, *, line: tuple[int, int, int]) -> None:
        """Writes validations, colours and the counting line: its row, first and last column.

        A colour whose formula Excel could not hold is left out, as Excel would refuse the whole file.
        """
        for hint, cells in self.cells.items():
            stretches = join_cells(cells)
            told = hint.make_validation(stretches[0].start) | {"multi_range": _name_all(stretches)}
            sheet.data_validation(*stretches[0].corners, told)
        for formula, stretches, colour in self._list_colours(look):
            criteria = f"=({formula.format(cell=stretches[0].start)})>0"
            if len(criteria) > LONGEST_FORMULA:
                continue
            condition = {"type": "formula", "criteria": criteria, "format": colour, "multi_range": _name_all(stretches)}
            sheet.conditional_format(*stretches[0].corners, condition)
        row, first, last = line
        if first < last:
            sheet.merge_range(row, first, row, last, "", look.line)
        sheet.write_formula(row, first, f"={self.make_line()}", look.line, self._count_blank())

    def make_line(self) -> str:
        """The formula of the counting line. Where it would grow too long it does not count what is to be looked at."""
        parts = [f'"{_HERE}"']
        if self.listed:
            parts.append(f"TEXT(SUMPRODUCT(--{self._tell_asking(self.listed[0], self.listed[-1])}),{_ROWS})")
        stretches = sorted(
            stretch for only_if, cells in self.required.items() for stretch in join_cells(cells, only_if)
        )
        missing = _count(stretches, lambda stretch: f"{self._tell_asking(stretch.first, stretch.last)}*{_BLANK}")
        parts.append(f"TEXT({missing},{_MISSING_IN_ROWS if self.listed else _MISSING})")
        odd = [_count(stretches, lambda _: formula) for formula, stretches in self._list_odd()]  # noqa: B023
        longer = [*parts, *([f"TEXT({'+'.join(odd)},{_ODD})"] if odd else [])]
        told = (_join(longer), _join(parts))
        return next((text for text in told if len(text) <= LONGEST_FORMULA), f'"{_UNCOUNTED}"')

    def _count_blank(self) -> str:
        """What the counting line says while nothing is filled in: programs that do not calculate show this."""
        if self.listed:
            return f"{_HERE}chưa kê dòng nào"
        missing = sum(map(len, self.required.values()))
        return _HERE + (f"còn {missing} ô bắt buộc chưa ghi" if missing else "đã ghi đủ các ô bắt buộc")

    def _list_odd(self) -> list[tuple[str, list[Stretch]]]:
        cells: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for hint, guided in self.cells.items():
            cells[hint.odd] += guided
            cells[hint.outside] += guided
        for unasked, guided in self.unasked.items():
            cells[f"{unasked}*(1-{_BLANK})*{tell_other('{cell}', _NOTHING)}"] += guided
        return [(formula, join_cells(each)) for formula, each in cells.items() if formula]

    def _list_colours(self, look: Look) -> list[tuple[str, list[Stretch], Format]]:
        colours = [(formula, stretches, look.odd) for formula, stretches in self._list_odd()]
        for unasked, cells in self.unasked.items():
            colours.append((f"{unasked}*{_BLANK}", join_cells(cells), look.unasked))
        for stretches in (join_cells(cells, only_if) for only_if, cells in self.required.items()):
            first = stretches[0].first
            missing = f"{self._tell_asking(first, first)}*{_BLANK}{_tell_only_if(stretches[0])}"
            colours.append((missing, stretches, look.odd if self.listed else look.missing))
        return colours

    def _tell_asking(self, first: int, last: int) -> str:
        stretches = [Stretch(column, first, last) for column in self.asking]
        return "(" + "+".join(f'({stretch.fixed}<>"")' for stretch in stretches) + ">0)"


_BLANK: Final = "(LEN(TRIM({cell}))=0)"
_NOTHING: Final = ("0", "không")
"""What may stand in a cell that is not asked."""
_HERE: Final = "Trang tính này "
_MISSING: Final = '"""còn ""0"" ô bắt buộc chưa ghi"";;""đã ghi đủ các ô bắt buộc"""'
_ROWS: Final = '"""đã kê ""0"" dòng"";;""chưa kê dòng nào"""'
_MISSING_IN_ROWS: Final = '"""; còn ""0"" ô bắt buộc chưa ghi"";;"'
_ODD: Final = '"""; ""0"" ô cần xem lại"";;"'
"""Number formats: for a number of cells, and for none."""
_UNCOUNTED: Final = "Ô bắt buộc chưa ghi có nền vàng, ô cần xem lại có nền cam"
_BROKEN: Final = f"{_HERE}có ô báo lỗi công thức: sửa ô đó trước"


def _join(parts: Sequence[str]) -> str:
    return f'IFERROR({"&".join(parts)},"{_BROKEN}")'


def _name_all(stretches: Iterable[Stretch]) -> str:
    return " ".join(stretch.name for stretch in stretches)


def _count(stretches: Sequence[Stretch], tell: Callable[[Stretch], str]) -> str:
    """The formula that counts the cells of the stretches for which the formula of `tell` is 1.

    It is written once for each column, over all rows between, and masked: it is longer than its mask.
    """
    columns = [list(found) for _, found in groupby(stretches, key=lambda stretch: stretch.column)]
    return "+".join(_count_column(found, tell) for found in columns) or "0"


def _count_column(stretches: Sequence[Stretch], tell: Callable[[Stretch], str]) -> str:
    whole = Stretch(stretches[0].column, stretches[0].first, stretches[-1].last)
    rows = f"ROW({whole.name})"
    told = f"({tell(whole).format(cell=whole.name)})"
    if len(stretches) == 1:
        return f"SUMPRODUCT(1*{told}{_tell_only_if(stretches[0])})"
    mask = "+".join(
        f"({rows}>=ROW({stretch.start}))*({rows}<=ROW({stretch.end})){_tell_only_if(stretch)}" for stretch in stretches
    )
    return f"SUMPRODUCT(({mask})*{told})"


def _tell_only_if(stretch: Stretch) -> str:
    return f"*{stretch.only_if}" if stretch.only_if else ""
