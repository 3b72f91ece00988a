"""The way of every shipped programme: each blank form is made, filled in, read back and consolidated offline."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from chalicelib import folders
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.values import read_number
from chalicelib.intake.check import check_workbook
from chalicelib.report.offline.edition import consolidate_folder
from chalicelib.workbook.form.filling import fill_in
from chalicelib.workbook.form.template import make_template
from infra.demo.samples import make_contents
from tests.forms.conftest import SHIPPED, read_shipped, switch_on

Sent = tuple[Form, Unit, Period]
WAITING = "ct138-2026"
"""The programme with parts that wait to be switched on."""


@pytest.fixture(params=[*SHIPPED, "all of " + WAITING])
def asked(request: pytest.FixtureRequest) -> Programme:
    code = request.param
    return read_shipped(code) if code in SHIPPED else switch_on(read_shipped(WAITING))


def list_sent(programme: Programme, period: Period) -> Iterator[Sent]:
    """What the first unit of each type may send for the period."""
    for unit_type in programme.unit_types:
        unit = next(unit for unit in programme.units if unit.type == unit_type)
        yield from ((form, unit, period) for form in programme.forms_of(unit, period))


def test_every_form_comes_back_as_it_was_filled_in(asked: Programme) -> None:
    for period in asked.periods:
        for form, unit, _ in list_sent(asked, period):
            typed = make_contents(asked, form, unit, period)
            outcome = check_workbook(fill_in(make_template(asked, form, unit, period), typed), asked)
            assert outcome.issues == (), (period.code, form.code, unit.code)
            rows = [row for row in asked.rows(form, unit, period) if not row.computed and row.kind.is_number]
            assert {row.code: read_number(outcome.values[row.code].value) for row in rows} == {
                row.code: typed.values[row.code] for row in rows
            }
            assert {code: len(rows) for code, rows in outcome.tables.items()} == {
                code: len(rows) for code, rows in typed.tables.items()
            }
            assert set(outcome.narratives) == {each.code for each in asked.narratives(form, period)}


def test_a_part_that_is_not_asked_stands_on_no_blank_form(programme: Programme) -> None:
    for period in programme.periods:
        for form, unit, _ in list_sent(programme, period):
            codes = {row.code for row in programme.rows(form, unit, period)}
            waiting = {code for part in form.sections if not part.is_asked_in(period) for code in part.indicators}
            assert codes.isdisjoint(waiting)


def test_every_period_is_consolidated_without_a_mistake(asked: Programme, tmp_path: Path) -> None:
    documents = folders.read_documents(folders.SHIPPED / asked.code)
    for period in asked.periods:
        folder = tmp_path / period.code
        folder.mkdir()
        sent = list(list_sent(asked, period))
        for form, unit, _ in sent:
            data = fill_in(make_template(asked, form, unit, period), make_contents(asked, form, unit, period))
            (folder / f"{form.code}-{unit.code}.xlsx").write_bytes(data)
        made = consolidate_folder(folder, asked, documents, check=check_workbook, as_of=period.lock, workers=1)
        assert (len(made.accepted), made.refused) == (len(sent), ())
        text = read_document(made.files)
        assert "[" not in text
        assert "{{" not in text


def read_document(files: dict[str, bytes]) -> str:
    data = next(data for name, data in files.items() if name.endswith(".docx"))
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)
