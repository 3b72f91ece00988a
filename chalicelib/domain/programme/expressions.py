"""The small expression language for rules and totals in the form files.

    K02 <= K01                             one indicator against another
    K03 == K04 + K05                       sums
    count(lop, hoc_ky = "Học kỳ I") == K06 rows of a table
    sum(lop.hoc_sinh) <= K07               a column of a table

An operand without a value makes the whole expression unknown (None): missing is not zero.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.values import Number

TableRow = Mapping[str, object]


@dataclass(frozen=True)
class Figures:
    """The values of an expression: values by indicator code, rows by table code."""

    values: Mapping[str, Number | None]
    tables: Mapping[str, Sequence[TableRow]]


@dataclass(frozen=True)
class Term:
    """One operand with its sign. Exactly one of `code`, `number` and `table` is set."""

    sign: int
    code: str = ""
    number: int | None = None
    table: str = ""
    column: str = ""
    where: tuple[str, str] | None = None

    def compute(self, figures: Figures) -> Number | None:
        if self.number is not None:
            return self.sign * self.number
        if self.code:
            value = figures.values.get(self.code)
            return None if value is None else self.sign * value
        return self.sign * self._aggregate(figures.tables.get(self.table, ()))

    def _aggregate(self, rows: Sequence[TableRow]) -> Number:
        chosen = [row for row in rows if self.where is None or row.get(self.where[0]) == self.where[1]]
        if not self.column:
            return len(chosen)
        return sum((v for row in chosen if isinstance(v := row.get(self.column), int | Decimal)), start=0)


_TERM = re.compile(
    r"""\s*(?P<sign>[+-])?\s*(?:
        (?P<function>count|sum)\(\s*(?P<table>[a-z0-9-]+)(?:\.(?P<column>[a-z0-9_]+))?
            (?:\s*,\s*(?P<key>[a-z0-9_]+)\s*=\s*"(?P<value>[^"]*)")?\s*\)
        |(?P<code>[A-Z][A-Za-z0-9_]*)
        |(?P<number>\d+)
    )\s*""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Sum:
    """Terms added up."""

    terms: tuple[Term, ...]

    @staticmethod
    def parse(text: str) -> Sum:
        """Parses a sum. Raises ValueError with the text that could not be read."""
        return Sum(tuple(_read_terms(text)))

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(term.code for term in self.terms if term.code)

    @property
    def tables(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.table)

    def compute(self, figures: Figures) -> Number | None:
        parts = [term.compute(figures) for term in self.terms]
        known = [part for part in parts if part is not None]
        return sum(known, start=0) if len(known) == len(parts) else None


def _read_terms(text: str) -> Iterator[Term]:
    position = 0
    while position < len(text) or position == 0:
        match = _TERM.match(text, position)
        if match is None or (position > 0 and match["sign"] is None):
            raise ValueError(f"không đọc được biểu thức tại “{text[position:]}”")
        if match["function"] == "sum" and not match["column"]:
            raise ValueError(f"sum({match['table']}) thiếu tên cột")
        yield Term(
            sign=-1 if match["sign"] == "-" else 1,
            code=match["code"] or "",
            number=int(match["number"]) if match["number"] else None,
            table=match["table"] or "",
            column=match["column"] or "",
            where=(match["key"], match["value"]) if match["key"] else None,
        )
        position = match.end()


_COMPARE: dict[str, Callable[[Number, Number], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}


@dataclass(frozen=True)
class Requirement:
    """Two sums and the comparison that must hold between them."""

    left: Sum
    sign: str
    right: Sum

    @staticmethod
    def parse(text: str) -> Requirement:
        """Parses a requirement. Raises ValueError with the text that could not be read."""
        parts = re.split(r"(<=|>=|==|<|>)", text)
        if len(parts) != 3:
            raise ValueError(f"quy tắc phải có đúng một dấu so sánh: “{text}”")
        return Requirement(Sum.parse(parts[0].strip()), parts[1], Sum.parse(parts[2].strip()))

    @property
    def codes(self) -> tuple[str, ...]:
        return self.left.codes + self.right.codes

    @property
    def tables(self) -> tuple[Term, ...]:
        return self.left.tables + self.right.tables

    def holds(self, figures: Figures) -> bool | None:
        """Whether the requirement holds; None if an operand is missing."""
        left, right = self.left.compute(figures), self.right.compute(figures)
        return None if left is None or right is None else _COMPARE[self.sign](left, right)
