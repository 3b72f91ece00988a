"""The styles of an .ods, as far as they change what a cell says: number formats and fonts of old letters.

A number format is written as elements (OpenDocument 1.3, part 3, 16.29); here it becomes the code that Excel has for
it, which `formats.py` reads. A style inherits from others, of the document itself and of its `styles.xml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from chalicelib.domain.language.legacy_text import find_encoding
from chalicelib.workbook.reading.bounds import Budget
from chalicelib.workbook.reading.dates import Style
from chalicelib.workbook.reading.formats import PLAIN, CellFormat, NumberFormat, read_paid_format
from chalicelib.workbook.reading.markup import Attributes, Handler

OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
STYLE: Final = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_NUMBER: Final = "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0 "
_FONT_FAMILIES: Final = (
    "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0 font-family",
    "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0 font-family",
)
_CONDITION: Final = re.compile(r"value\(\)(?P<sign>[<>]=?|=|!=)(?P<bound>-?\d{1,15}(?:\.\d{1,15})?)", re.ASCII)
_SCALES: Final = {"1000": ",", "1000000": ",,", "1000000000": ",,,"}
_MOST_PLACES: Final = 30
_MOST_PARENTS: Final = 16
_MOST_STYLES: Final = 65_536

Key = tuple[str, str]
"""A style's family and its name."""


@dataclass(frozen=True, slots=True)
class _InheritedStyle:
    parent: Key
    format: str
    font: str = ""


class _FormatCode:
    """A number format while it is read; `sections` are those for numbers of which a condition holds."""

    def __init__(self, *, is_percentage: bool) -> None:
        self.code = ""
        self.sections: list[tuple[str, str]] = []
        self._is_percentage = is_percentage

    def add_words(self, words: str) -> None:
        percent = "%" if self._is_percentage else '"%"'
        self.code += percent.join(f'"{piece}"' for piece in words.replace('"', "").split("%"))

    def add_digits(self, places: str, *, factor: str) -> None:
        count = int(places) if places.isascii() and places.isdigit() and len(places) < 3 else 0
        self.code += f"0{'.' * bool(count)}{'0' * min(count, _MOST_PLACES)}{_SCALES.get(factor, '')}"


class DocumentStyles:
    """The styles that handlers come upon, and what they make of a cell."""

    def __init__(self, budget: Budget) -> None:
        self.has_old_fonts = False
        self._budget = budget
        self._styles: dict[Key, _InheritedStyle] = {}
        self._families: dict[str, str] = {}
        self._codes: dict[str, _FormatCode] = {}
        self._numbers: dict[str, NumberFormat | None] = {}
        self._formats: dict[str, CellFormat] = {}
        self._open = ("", "")
        self._code: _FormatCode | None = None
        """The number format that is open: dates and others have words too, which are no matter."""
        self._handler: Handler | None = None

    def listen(self, handler: Handler) -> None:
        """Take the styles that come by in a part. `style:style` is for the handler to pass on."""
        self._handler = handler
        handler.starts |= {
            f"{STYLE}font-face": self._take_font_face,
            f"{STYLE}default-style": self.open_style,
            f"{STYLE}text-properties": self._take_text_properties,
            f"{STYLE}map": self._take_map,
            **{f"{_NUMBER}{kind}-style": self._open_code for kind in ("number", "currency")},
            f"{_NUMBER}percentage-style": self._open_percentage,
            **{f"{_NUMBER}{kind}": self._take_digits for kind in ("number", "scientific-number", "fraction")},
            **{f"{_NUMBER}{kind}": self._open_words for kind in ("text", "currency-symbol")},
        }
        handler.ends |= {
            **{f"{_NUMBER}{kind}": self._close_words for kind in ("text", "currency-symbol")},
            **{f"{_NUMBER}{kind}-style": self._close_code for kind in ("number", "currency", "percentage")},
        }

    def open_style(self, attributes: Attributes) -> None:
        family = attributes.get(f"{STYLE}family", "")
        self._open = family, attributes.get(f"{STYLE}name", "")
        parent = family, attributes.get(f"{STYLE}parent-style-name", "")
        if len(self._styles) < _MOST_STYLES:
            self._styles[self._open] = _InheritedStyle(parent, attributes.get(f"{STYLE}data-style-name", ""))

    def find_format(self, name: str) -> CellFormat:
        """What the style of this name makes of a cell."""
        known = self._formats.get(name)
        if known is None:
            known = self._formats[name] = self._make_format(name)
        return known

    def find_font(self, name: str, *, family: str) -> str:
        """The font of old letters that a style has or inherits, or ""."""
        font = self._inherit((family, name), "font") if self.has_old_fonts else ""
        return font if find_encoding(font) else ""

    def _make_format(self, name: str) -> CellFormat:
        number = self._find_number_format(self._inherit(("table-cell", name), "format"))
        font = self.find_font(name, family="table-cell")
        return CellFormat(Style.NUMBER, number, font) if number or font else PLAIN

    def _find_number_format(self, name: str) -> NumberFormat | None:
        """Raises Refused when the codes use up the budget."""
        code = self._codes.get(name)
        if code is not None and name not in self._numbers:
            self._numbers[name] = read_paid_format(self._join(code), self._budget)
        return self._numbers.get(name)

    def _inherit(self, key: Key, field: str) -> str:
        """The nearest value of a style, of its parents, and last of the family's default style, whose name is ""."""
        for _ in range(_MOST_PARENTS):
            style = self._styles.get(key)
            if style is None:
                break
            if value := getattr(style, field):
                return str(value)
            key = style.parent
        return ""

    def _join(self, code: _FormatCode) -> str:
        sections = [f"[{sign}]{self._codes[name].code}" for sign, name in code.sections if name in self._codes]
        return ";".join([*sections, code.code])

    def _take_font_face(self, attributes: Attributes) -> None:
        family = next((attributes[name] for name in _FONT_FAMILIES if name in attributes), "")
        self._families[attributes.get(f"{STYLE}name", "")] = family.strip("'\" ")

    def _take_text_properties(self, attributes: Attributes) -> None:
        stated = attributes.get(f"{STYLE}font-name", "")
        family = next((attributes[name] for name in _FONT_FAMILIES if name in attributes), "")
        font = self._families.get(stated, stated) if stated else family.strip("'\" ")
        style = self._styles.get(self._open)
        if font and style is not None:
            self._styles[self._open] = _InheritedStyle(style.parent, style.format, font)
            self.has_old_fonts = self.has_old_fonts or bool(find_encoding(font))

    def _open_code(self, attributes: Attributes) -> None:
        self._begin(attributes, is_percentage=False)

    def _open_percentage(self, attributes: Attributes) -> None:
        self._begin(attributes, is_percentage=True)

    def _begin(self, attributes: Attributes, *, is_percentage: bool) -> None:
        self._code = _FormatCode(is_percentage=is_percentage)
        if len(self._codes) < _MOST_STYLES:
            self._codes[attributes.get(f"{STYLE}name", "")] = self._code

    def _close_code(self) -> None:
        self._code = None

    def _take_digits(self, attributes: Attributes) -> None:
        places, factor = (attributes.get(f"{_NUMBER}{name}", "") for name in ("decimal-places", "display-factor"))
        if self._code is not None:
            self._code.add_digits(places, factor=factor)

    def _open_words(self, _: Attributes) -> None:
        """The words follow as text."""

    def _close_words(self) -> None:
        if self._handler is not None and self._code is not None:
            self._code.add_words("".join(self._handler.texts))

    def _take_map(self, attributes: Attributes) -> None:
        condition = _CONDITION.fullmatch(attributes.get(f"{STYLE}condition", ""))
        if condition and self._code is not None:
            sign = condition["sign"].replace("!=", "<>")
            self._code.sections.append((f"{sign}{condition['bound']}", attributes.get(f"{STYLE}apply-style-name", "")))


class StyleSheet(Handler):
    """`styles.xml`: the styles that have names, and those that hold where nothing else is said."""

    def __init__(self, part: str, styles: DocumentStyles) -> None:
        super().__init__(part, [f"{OFFICE}document-styles"])
        styles.listen(self)
        self.starts[f"{STYLE}style"] = styles.open_style
