"""The workbooks and folders that are measured: the 6-month reports of the demonstration."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib import folders
from chalicelib.domain.programme.model import Programme
from chalicelib.intake.check import check_workbook
from infra.demo.samples import WITH_ERRORS, make_sample

CODE, PERIOD, FORM = "ct138-2022", "6-thang", "bao-cao-6-thang"
GOOD, WRONG = "183", WITH_ERRORS
"""A unit whose workbook is accepted without a warning, and one whose workbook has mistakes."""


@cache
def load_programme() -> Programme:
    return folders.load_folder(folders.SHIPPED / CODE)


@cache
def make_workbook(unit: str) -> bytes:
    """The filled form of one unit: 25 to 30 KB, some 120 figures."""
    programme = load_programme()
    form, period = programme.form_by_code[FORM], programme.period_by_code[PERIOD]
    return make_sample(programme, form, programme.unit_by_code[unit], period)


def make_accepted() -> dict[str, bytes]:
    """By unit every filled form that is accepted."""
    programme = load_programme()
    units = [each.unit for each in programme.obligations(PERIOD) if each.form == FORM]
    return {unit: data for unit in units if check_workbook(data := make_workbook(unit), programme).status == "accepted"}


@contextmanager
def keep_folder(number: int) -> Iterator[list[Path]]:
    """A folder with so many accepted workbooks, each the report of one of some ten units."""
    with TemporaryDirectory() as folder:
        paths = []
        for place, (unit, data) in enumerate(islice(cycle(make_accepted().items()), number)):
            paths.append(Path(folder) / f"{place:05} {unit}.xlsx")
            paths[-1].write_bytes(data)
        yield paths


def make_list(rows: int, columns: int = 20) -> bytes:
    """A workbook of one long sheet of figures, a label before each row."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    for row in range(rows):
        sheet.write_string(row, 0, f"Chỉ tiêu số {row}")
        for column in range(1, columns):
            sheet.write_number(row, column, row * column)
    book.close()
    return target.getvalue()
