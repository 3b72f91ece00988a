"""A blank form before it is written: whose it is, and what it shows of earlier periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.programme.model import Column, Form, Indicator, Period, Programme, Unit
from chalicelib.domain.values import Value
from chalicelib.workbook.form import marks

Lists = Mapping[Column | Indicator, str]
"""The range that holds the choices of a column or a row."""


@dataclass(frozen=True)
class Blank:
    """What a blank workbook is made of."""

    programme: Programme
    form: Form
    unit: Unit
    period: Period
    previous: Mapping[str, Value]
    last_year: Mapping[str, Value]

    @property
    def identity(self) -> marks.Identity:
        return marks.Identity(self.programme.code, self.form.code, self.form.version, self.unit.code, self.period.code)
