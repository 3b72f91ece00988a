"""What a cell's format says beyond its number: dates, words, percentages and scales, and fonts of old letters.

A number that is shown as "50%", "35 triệu" or, in millions, as "1,4" says something else on the screen than in its
file. Such formats are kept with the cell; all others say nothing, and cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from chalicelib.domain.language.legacy_text import find_encoding
from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.values import simplify
from chalicelib.workbook.reading.bounds import Budget
from chalicelib.workbook.reading.dates import LONGEST_CODE, Style, style_of

_BUILT_IN: Final = {9: "0%", 10: "0.00%"}
"""ECMA-376-1, 18.8.30. Those of currencies show what the reader's own machine is set to."""

_TOKEN: Final = re.compile(
    r"\"(?P<quoted>[^\"]*+)\"?|\\(?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*+)[^\]]*+\]?"
    r"|\[(?P<sign>[<>]=?|<>|=)(?P<bound>-?\d{1,15}(?:\.\d{1,15})?)\]|\[[^\]]*+\]?|(?P<general>general)"
    r"|(?P<digit>[0#?])|(?P<mark>[.,%;/@])|(?P<power>e[+-])|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
_DIGITS_ONLY: Final = re.compile(
    r"(?:[#0?.;@() -]|,(?=[#0?])|_.|\\[ ()-]|General|\[(?:Red|Blue|Black|Green|White)\])*", re.ASCII
)
"""The codes of most cells, known at a glance."""
_SAYS_NOTHING: Final = re.compile(r"[\s()+.,:/'’-]*+")
_CONDITIONS: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "<": lambda number, bound: number < bound,
    "<=": lambda number, bound: number <= bound,
    ">": lambda number, bound: number > bound,
    ">=": lambda number, bound: number >= bound,
    "=": lambda number, bound: number == bound,
    "<>": lambda number, bound: number != bound,
}
_ZERO: Final = Decimal(0)
_BY_SIGN: Final[tuple[tuple[str, ...], ...]] = ((), ("",), (">=", ""), (">", "<", ""))
"""What numbers a section is for, by how many there are: all, or positive and negative ones, or these and 0."""
_MOST_PLACES: Final = 30


@dataclass(frozen=True, slots=True)
class FormatSection:
    """How numbers are shown for which the condition holds: times `factor`, between words."""

    sign: str
    bound: Decimal
    before: str
    after: str
    factor: Decimal
    places: int | None

    @property
    def is_plain(self) -> bool:
        return self.factor == 1 and not self.before and not self.after

    def holds(self, number: Decimal) -> bool:
        return not self.sign or _CONDITIONS[self.sign](number, self.bound)

    def show(self, text: str) -> str:
        return f"{self.before}{text}{self.after}".strip()


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A number format that says something beyond the digits."""

    sections: tuple[FormatSection, ...]

    def show(self, number: Decimal) -> str:
        """The number as the screen shows it, by the Vietnamese rule: "50%", "1,4 triệu"."""
        return self._show(number, lambda section, shown: format_number(shown, section.places))

    def show_exactly(self, number: Decimal) -> str:
        """The same with every digit and no groups, to be read back."""
        return self._show(number, lambda _, shown: f"{Decimal(simplify(shown)):f}".replace(".", ","))

    def _show(self, number: Decimal, render: Callable[[FormatSection, Decimal], str]) -> str:
        section = next((each for each in self.sections if each.holds(number)), self.sections[-1])
        shown = section.show(render(section, abs(number) * section.factor))
        return f"-{shown}" if number < 0 else shown


class CellFormat(NamedTuple):
    """What a cell's format makes of its contents. `font` is the name of a font of old letters, or ""."""

    style: Style = Style.NUMBER
    number: NumberFormat | None = None
    font: str = ""


PLAIN: Final = CellFormat()


def make_cell_formats(stated: Iterable[tuple[int, str]], codes: dict[int, str], budget: Budget) -> list[CellFormat]:
    """The cell formats by the ids of number formats and the names of fonts; `codes` are the workbook's own, by id.

    Raises Refused when the codes use up the budget.
    """
    by_id: dict[int, CellFormat] = {}
    formats = []
    for number, font in stated:
        if number not in by_id:
            by_id[number] = _read_format(number, codes.get(number), budget)
        formats.append(by_id[number]._replace(font=font) if find_encoding(font) else by_id[number])
    return formats


def _read_format(number: int, code: str | None, budget: Budget) -> CellFormat:
    style = style_of(number, code)
    if style is not Style.NUMBER:
        return CellFormat(style)
    shown = read_paid_format(_BUILT_IN.get(number, "") if code is None else code, budget)
    return CellFormat(number=shown) if shown else PLAIN


def read_paid_format(code: str, budget: Budget) -> NumberFormat | None:
    """`read_number_format`, where a letter of a code that says something costs about as much as a tag."""
    if _DIGITS_ONLY.fullmatch(code):
        return None
    budget.spend_tags(min(len(code), LONGEST_CODE))
    return read_number_format(code)


def read_number_format(code: str) -> NumberFormat | None:
    """The format that a code writes; None where it shows the number as it is.

    >>> read_number_format('0" triệu"').show(Decimal(35)), read_number_format("0%").show(Decimal("0.5"))
    ('35 triệu', '50%')
    >>> read_number_format("#,##0;[Red]-#,##0")
    """
    drafts = [_Draft()]
    for token in _TOKEN.finditer(code[:LONGEST_CODE]):
        if token["mark"] == ";":
            drafts.append(_Draft())
        else:
            drafts[-1].take(token)
    numbers = [draft for draft in drafts if not draft.is_for_text][:3]
    if not any(draft.sign for draft in numbers):
        for draft, sign in zip(numbers, _BY_SIGN[len(numbers)], strict=True):
            draft.sign = sign
    sections = tuple(draft.close() for draft in numbers)
    return None if all(section.is_plain for section in sections) else NumberFormat(sections)


class _Draft:
    """A section while it is read. Words behind the first digit stand behind the number, wherever they are.

    A section without digits shows words in the place of the number, such as "-" for 0: it says nothing else.
    """

    def __init__(self) -> None:
        self.sign = ""
        self.is_for_text = False
        self._bound = _ZERO
        self._before: list[str] = []
        self._after: list[str] = []
        self._digits: list[str] = []
        self._power = 0
        self._is_odd = False

    def take(self, token: re.Match[str]) -> None:
        if token["sign"]:
            self.sign, self._bound = token["sign"], Decimal(token["bound"])
        elif token["digit"] or token["general"] or token["mark"] in (".", ","):
            self._digits.append("g" if token["general"] else token["digit"] or token["mark"])
        elif token["mark"] == "@":
            self.is_for_text = True
        elif token["mark"] == "/" or token["power"]:
            self._is_odd = True
        else:
            self._take_words(token)

    def _take_words(self, token: re.Match[str]) -> None:
        words = token["quoted"] or token["escaped"] or token["currency"] or token["plain"] or token["mark"] or ""
        self._power += 2 * (token["mark"] == "%")
        (self._after if self._digits else self._before).append(words)

    def close(self) -> FormatSection:
        whole, _, decimals = "".join(self._digits).partition(".")
        thousands = sum(len(part) - len(part.rstrip(",")) for part in (whole, decimals) if part.strip(","))
        places = None if "g" in whole or self._is_odd else min(len(decimals.replace(",", "")), _MOST_PLACES)
        return FormatSection(
            sign=self.sign,
            bound=self._bound,
            before=self._join(self._before),
            after=self._join(self._after),
            factor=Decimal(1).scaleb(self._power - 3 * thousands),
            places=places,
        )

    def _join(self, words: list[str]) -> str:
        """The words, without the minus and brackets by which a section says that a number is negative."""
        joined = "".join(words)
        return "" if not self._digits or _SAYS_NOTHING.fullmatch(joined) else joined.lstrip("-(").rstrip(")")
