"""The small expression language for rules and computed figures.

    K02 <= K01                             one indicator against another
    K03 == K04 + K05                       sums
    K01 * 2 + K02 * 0,5 >= K03             weights; a comma is the decimal mark
    min(10, 2 * K01 + 0,5 * K02)           a cap; max(…) is a floor, (…) groups
    count(lop, hoc_ky = "Học kỳ I") == K06 rows of a table
    sum(lop.hoc_sinh) <= K07               a column of a table

The parts of min and max stand between semicolons, or between commas that a blank follows: “10,2” is one number.
An operand without a value makes the whole expression unknown (None): missing is not zero. Arithmetic is exact, and an
expression is short and shallow enough to stay so.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import cached_property

from chalicelib.domain.values import Number, simplify

TableRow = Mapping[str, object]

MOST_LETTERS, MOST_DEPTH, MOST_FACTORS = 2000, 6, 6
"""Of an expression: letters, brackets within brackets, and operands that are multiplied with each other."""

MOST_FACTORS_IN_ALL = 12
"""Of an expression and of all that its figures are computed from."""

_EXACT = Context(prec=400)
"""Digits for twelve factors of thirty digits each (fifteen before the comma, fifteen behind), and their sum."""

DegreeByCode = Mapping[str, int]
"""How many factors a computed figure is made of; one that is typed is one."""


@dataclass(frozen=True)
class Figures:
    """The values of an expression: values by indicator code, rows by table code."""

    values: Mapping[str, Number | None]
    tables: Mapping[str, Sequence[TableRow]]


@dataclass(frozen=True)
class Constant:
    value: Number

    @property
    def operands(self) -> tuple[Operand, ...]:
        return ()

    def find_degree(self, _: DegreeByCode) -> int:
        return 1

    def compute(self, _: Figures) -> Number | None:
        return self.value

    def render(self, _: Callable[[str], str]) -> str:
        return str(self.value)


@dataclass(frozen=True)
class Operand:
    """What an expression takes from a form: the figure `code`, the rows of `table`, or the sum of its `column`."""

    code: str = ""
    table: str = ""
    column: str = ""
    where: tuple[str, str] | None = None

    @property
    def operands(self) -> tuple[Operand, ...]:
        return (self,)

    def find_degree(self, degrees: DegreeByCode) -> int:
        return degrees.get(self.code, 1)

    def compute(self, figures: Figures) -> Number | None:
        return figures.values.get(self.code) if self.code else self._aggregate(figures.tables.get(self.table, ()))

    def _aggregate(self, rows: Sequence[TableRow]) -> Number:
        chosen = [row for row in rows if self.where is None or row.get(self.where[0]) == self.where[1]]
        if not self.column:
            return len(chosen)
        return sum((v for row in chosen if isinstance(v := row.get(self.column), int | Decimal)), start=0)

    def render(self, refer: Callable[[str], str]) -> str:
        return refer(self.code)


@dataclass(frozen=True)
class Term:
    """A product with its sign."""

    sign: int
    factors: tuple[Factor, ...]

    @property
    def operands(self) -> tuple[Operand, ...]:
        return tuple(each for factor in self.factors for each in factor.operands)

    def find_degree(self, degrees: DegreeByCode) -> int:
        return sum(factor.find_degree(degrees) for factor in self.factors)

    @property
    def constant(self) -> Number | None:
        """The number, if the term is nothing else."""
        (first, *more) = self.factors
        return self.sign * first.value if isinstance(first, Constant) and not more else None

    def compute(self, figures: Figures) -> Number | None:
        product: Number = self.sign
        for factor in self.factors:
            value = factor.compute(figures)
            if value is None:
                return None
            product *= value
        return product

    def render(self, refer: Callable[[str], str]) -> str:
        sign = "-" if self.sign < 0 else "+"
        return sign + "*".join(factor.render(refer) for factor in self.factors)


@dataclass(frozen=True)
class Sum:
    """Terms added up."""

    terms: tuple[Term, ...]

    @staticmethod
    def parse(text: str) -> Sum:
        """Parses a sum. Raises ValueError with the text that could not be read."""
        return _Parser(text).read()

    @cached_property
    def operands(self) -> tuple[Operand, ...]:
        return tuple(each for term in self.terms for each in term.operands)

    def find_degree(self, degrees: DegreeByCode) -> int:
        """The most factors that are multiplied in it, where its figures are made of so many."""
        return max(term.find_degree(degrees) for term in self.terms)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The figures that it names, each once."""
        return tuple(dict.fromkeys(each.code for each in self.operands if each.code))

    @property
    def tables(self) -> tuple[Operand, ...]:
        return tuple(each for each in self.operands if each.table)

    @property
    def is_plain(self) -> bool:
        """Whether it only adds and subtracts figures, so that it holds in any unit that they share."""
        return all(len(term.factors) == 1 and isinstance(term.factors[0], Operand) for term in self.terms)

    @property
    def is_capped(self) -> bool:
        """Whether a least or a greatest value is chosen anywhere in it."""
        return any(isinstance(each, Extreme) or _is_capped(each) for term in self.terms for each in term.factors)

    @property
    def is_whole(self) -> bool:
        """Whether whole figures give a whole number."""
        return all(isinstance(each, int) for each in _list_constants(self))

    def compute(self, figures: Figures) -> Number | None:
        with localcontext(_EXACT):
            parts = [term.compute(figures) for term in self.terms]
            known = [part for part in parts if part is not None]
            return sum(known, start=0) if len(known) == len(parts) else None

    def render(self, refer: Callable[[str], str]) -> str:
        """As a spreadsheet writes it; `refer` gives the cell of a figure."""
        return "".join(term.render(refer) for term in self.terms).removeprefix("+")


@dataclass(frozen=True)
class Bracketed:
    """A sum in brackets."""

    inner: Sum

    @property
    def operands(self) -> tuple[Operand, ...]:
        return self.inner.operands

    def find_degree(self, degrees: DegreeByCode) -> int:
        return self.inner.find_degree(degrees)

    def compute(self, figures: Figures) -> Number | None:
        return self.inner.compute(figures)

    def render(self, refer: Callable[[str], str]) -> str:
        return f"({self.inner.render(refer)})"


_EXTREMES: dict[str, Callable[[list[Number]], Number]] = {"min": min, "max": max}


@dataclass(frozen=True)
class Extreme:
    """The least or the greatest of some sums."""

    name: str
    options: tuple[Sum, ...]

    @property
    def operands(self) -> tuple[Operand, ...]:
        return tuple(each for option in self.options for each in option.operands)

    def find_degree(self, degrees: DegreeByCode) -> int:
        return max(option.find_degree(degrees) for option in self.options)

    def compute(self, figures: Figures) -> Number | None:
        values = [value for option in self.options if (value := option.compute(figures)) is not None]
        return _EXTREMES[self.name](values) if len(values) == len(self.options) else None

    def render(self, refer: Callable[[str], str]) -> str:
        return f"{self.name.upper()}({','.join(option.render(refer) for option in self.options)})"


Factor = Constant | Operand | Bracketed | Extreme


def _list_inner(factor: Factor) -> tuple[Sum, ...]:
    if isinstance(factor, Extreme):
        return factor.options
    return (factor.inner,) if isinstance(factor, Bracketed) else ()


def _is_capped(factor: Factor) -> bool:
    return any(inner.is_capped for inner in _list_inner(factor))


def _list_constants(total: Sum) -> Iterator[Number]:
    for factor in (each for term in total.terms for each in term.factors):
        if isinstance(factor, Constant):
            yield factor.value
        for inner in _list_inner(factor):
            yield from _list_constants(inner)


_ROWS = re.compile(
    r"""(?P<function>count|sum)\(\s*(?P<table>[a-z0-9-]+)(?:\.(?P<column>[a-z0-9_]+))?
        (?:\s*,\s*(?P<key>[a-z0-9_]+)\s*=\s*"(?P<value>[^"]*)")?\s*\)""",
    re.VERBOSE,
)
_SIGN, _TIMES = re.compile(r"[+-]"), re.compile(r"[*×]")
_CODE, _NUMBER = re.compile(r"[A-Z][A-Za-z0-9_]*"), re.compile(r"(\d{1,15})(?:,(\d{1,10}))?(?![\d.,]*\d|[A-Za-z_])")
_OPEN, _CLOSE = re.compile(r"(min|max)?\s*\("), re.compile(r"\)")
_NEXT = re.compile(r";|,(?=\s)")


class _Parser:
    """Reads from left to right, one rule of the grammar a method; `at` is how far it has come."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0

    def read(self) -> Sum:
        if len(self.text) > MOST_LETTERS:
            raise ValueError(f"biểu thức dài quá {MOST_LETTERS} ký tự")
        found = self._read_sum()
        if self.at < len(self.text):
            raise self._refuse()
        return found

    def _refuse(self) -> ValueError:
        return ValueError(f"không đọc được biểu thức tại “{self.text[self.at :]}”")

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What stands next, if it is this; blanks around it are passed over."""
        self._pass_blanks()
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
            self._pass_blanks()
        return match

    def _pass_blanks(self) -> None:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1

    def _read_sum(self) -> Sum:
        sign = self._take(_SIGN)
        terms = [self._read_term(sign)]
        while sign := self._take(_SIGN):
            terms.append(self._read_term(sign))
        return Sum(tuple(terms))

    def _read_term(self, sign: re.Match[str] | None) -> Term:
        factors = [self._read_factor()]
        while self._take(_TIMES):
            factors.append(self._read_factor())
        term = Term(-1 if sign and sign[0] == "-" else 1, tuple(factors))
        if term.find_degree({}) > MOST_FACTORS:
            raise ValueError(f"không nhân quá {MOST_FACTORS} thừa số với nhau")
        return term

    def _read_factor(self) -> Factor:
        if rows := self._take(_ROWS):
            return _make_rows(rows)
        if opened := self._take(_OPEN):
            return _make_bracketed(opened[1] or "", self._read_options())
        if code := self._take(_CODE):
            return Operand(code=code[0])
        if number := self._take(_NUMBER):
            return Constant(simplify(Decimal(f"{number[1]}.{number[2] or 0}")))
        raise self._refuse()

    def _read_options(self) -> tuple[Sum, ...]:
        """Sums and the bracket that closes them."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise ValueError(f"không lồng quá {MOST_DEPTH} cặp ngoặc")
        options = [self._read_sum()]
        while self._take(_NEXT):
            options.append(self._read_sum())
        if not self._take(_CLOSE):
            raise self._refuse()
        self.depth -= 1
        return tuple(options)


def _make_bracketed(name: str, options: tuple[Sum, ...]) -> Bracketed | Extreme:
    if not name and len(options) == 1:
        return Bracketed(options[0])
    if not name or len(options) == 1:
        raise ValueError("min(…) và max(…) cần ít nhất hai phần, cách nhau bằng dấu chấm phẩy")
    return Extreme(name, options)


def _make_rows(match: re.Match[str]) -> Operand:
    if match["function"] == "sum" and not match["column"]:
        raise ValueError(f"sum({match['table']}) thiếu tên cột")
    where = (match["key"], match["value"]) if match["key"] else None
    return Operand(table=match["table"], column=match["column"] or "", where=where)


_COMPARE: dict[str, Callable[[Number, Number], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}
_SPELLINGS = {"≤": "<=", "≥": ">=", "≠": "!="}
COMPARISON = re.compile("(<=|>=|==|!=|≤|≥|≠|<|>)")


@dataclass(frozen=True)
class Requirement:
    """Two sums and the comparison that must hold between them."""

    left: Sum
    sign: str
    right: Sum

    @staticmethod
    def parse(text: str) -> Requirement:
        """Parses a requirement. Raises ValueError with the text that could not be read."""
        parts = COMPARISON.split(text)
        if len(parts) != 3:
            raise ValueError(f"quy tắc phải có đúng một dấu so sánh: “{text}”")
        sign = _SPELLINGS.get(parts[1], parts[1])
        return Requirement(Sum.parse(parts[0].strip()), sign, Sum.parse(parts[2].strip()))

    @property
    def terms(self) -> tuple[Term, ...]:
        return self.left.terms + self.right.terms

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The figures that it names, each once."""
        return tuple(dict.fromkeys(self.left.codes + self.right.codes))

    @property
    def tables(self) -> tuple[Operand, ...]:
        return self.left.tables + self.right.tables

    def holds(self, figures: Figures) -> bool | None:
        """Whether the requirement holds; None if an operand is missing."""
        left, right = self.left.compute(figures), self.right.compute(figures)
        return None if left is None or right is None else _COMPARE[self.sign](left, right)
