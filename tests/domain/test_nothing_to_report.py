"""Sections marked “không phát sinh”: noughts that are confirmed, figures that contradict, what may be marked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from chalicelib.domain.issues.issue import Issue
from chalicelib.domain.programme.model import Narrative, Rule, Section, Table
from chalicelib.domain.submission import checks
from chalicelib.domain.submission.admission import find_obstacle_to_confirming
from chalicelib.domain.submission.filled_form import AskedCell, FilledForm, compute_totals
from chalicelib.domain.submission.nothing_to_report import confirm_noughts
from chalicelib.domain.submission.records import Figure, Review, TableRow
from chalicelib.domain.values import Value
from tests.domain.builders import (
    ADDRESS,
    LOCK,
    MOMENT,
    OPENS,
    make_form,
    make_indicator,
    make_period,
    make_programme,
    make_state,
    make_submission,
)
from tests.nothing_to_report import FORM, PERIOD, WHOLE, load_markable

ROWS = (
    make_indicator("A1"),
    make_indicator("A2", "money"),
    make_indicator("A3", computed="A1 + A2"),
    make_indicator("A4"),
    make_indicator("B1"),
)
CELLS = {row.code: f"E{number}" for number, row in enumerate(ROWS, 5)}
SECTIONS = (
    Section(title="I. Một", indicators=("A1", "A2", "A3", "A4"), code="mot", nothing_to_report=True, tables=("to",)),
    Section(title="II. Hai", indicators=("B1",)),
)
TABLE = Table.model_validate(
    {"code": "to", "title": "Tổ", "columns": ({"code": "ten", "label": "Tên", "kind": "text"},)}
)
ROW = TableRow(sheet="Bảng 1", values={"ten": "Tổ 1"}, cells={"ten": "B6"})
MARK = AskedCell("Số liệu", "E4")


def fill(values: dict[str, Value], *, is_marked: bool = True, **more: Any) -> FilledForm:
    """The form as it was read. A figure stands in its cell; what has none stands in a blank one."""
    found = {code: AskedCell("Số liệu", cell, is_blank=code not in values) for code, cell in CELLS.items()}
    figures = {code: Figure(value=value, sheet="Số liệu", cell=CELLS[code]) for code, value in values.items()}
    form = make_form(ROWS, sections=SECTIONS, tables=(TABLE,), **more.pop("form", {}))
    marked = {"mot": MARK} if is_marked else {}
    given = {
        "form": form,
        "period": make_period(),
        "rows": ROWS,
        "tables": (TABLE,),
        "cells": found,
        "values": figures,
        "marked": marked,
    }
    return compute_totals(confirm_noughts(FilledForm(**{**given, **more})))


def tell(filled: FilledForm) -> list[Issue]:
    return checks.check_form(filled)


@pytest.mark.parametrize(
    ("typed", "confirmed", "values"),
    [
        ({"B1": 3}, {"A1", "A2", "A4"}, {"A1": 0, "A2": 0, "A3": 0, "A4": 0, "B1": 3}),
        ({"B1": 3, "A1": 0}, {"A2", "A4"}, {"A1": 0, "A2": 0, "A3": 0, "A4": 0, "B1": 3}),
        ({"A1": 7}, {"A2", "A4"}, {"A1": 7, "A2": 0, "A3": 7, "A4": 0}),
    ],
    ids=["all blank", "a typed nought stays typed", "a typed figure stays, and contradicts"],
)
def test_a_mark_makes_noughts_of_the_blanks_of_its_section(
    typed: dict[str, Value], confirmed: set[str], values: dict[str, Value]
) -> None:
    filled = fill(typed)
    assert {code: figure.value for code, figure in filled.values.items()} == values
    assert {code for code, figure in filled.values.items() if figure.confirmed} == confirmed
    assert {filled.values[code].cell for code in confirmed} == {MARK.cell}


def test_what_could_not_be_read_is_not_taken_as_nothing() -> None:
    unread = {code: AskedCell("Số liệu", cell, is_blank=code != "A1") for code, cell in CELLS.items()}
    assert set(fill({"B1": 3}, cells=unread).values) == {"A2", "A4", "B1"}


def test_without_a_mark_a_blank_is_missing() -> None:
    filled = fill({"B1": 3}, is_marked=False)
    assert set(filled.values) == {"B1"}
    assert [(issue.code, issue.indicator) for issue in tell(filled)] == [
        ("cell.missing", "A1"), ("cell.missing", "A2"), ("cell.missing", "A4"),
    ]  # fmt: skip


def test_a_blank_that_may_stay_blank_stays_blank() -> None:
    filled = fill({"B1": 3}, form={"optional": ("A4",)})
    assert "A4" not in filled.values
    assert tell(filled) == []


@pytest.mark.parametrize(
    ("typed", "rows", "contradicting"),
    [
        ({}, (), None),
        ({"A1": 0}, (), None),
        ({"A1": 7}, (), ["E5"]),
        ({"A1": 7, "A4": 2}, (), ["E5", "E8"]),
        ({}, (ROW,), []),
        ({"A1": 7}, (ROW,), ["E5"]),
    ],
    ids=["blank", "a typed nought", "a figure", "two figures", "a row of its table", "a figure and a row"],
)
def test_a_figure_or_a_row_beside_a_mark_contradicts_it(
    typed: dict[str, Value], rows: tuple[TableRow, ...], contradicting: list[str] | None
) -> None:
    issues = tell(fill({"B1": 3, **typed}, table_rows={"to": rows}))
    found = [issue for issue in issues if issue.code == "mark.contradicted"]
    assert len(found) == len(issues) == (contradicting is not None)
    for issue in found:
        assert (issue.cell, list(issue.related)) == (MARK.cell, contradicting)
        assert all(cell in issue.message for cell in contradicting or ())
        assert ("B6" in issue.message) == bool(rows)


def test_rules_run_over_confirmed_noughts() -> None:
    rule = Rule(id="R-1", check="B1 <= A3", message="B1 không được lớn hơn A3.")
    (issue,) = tell(fill({"B1": 3}, form={"rules": (rule,)}))
    assert (issue.code, issue.found) == ("rule.broken", "B1 = 3 (ô E9); A3 = 0 (ô E7)")


# What may be marked


def test_a_section_is_marked_only_where_the_unit_is_asked_something_in_it() -> None:
    form = make_form(ROWS, sections=SECTIONS)
    assert [section.code for section in form.list_markable(ROWS)] == ["mot"]
    assert form.list_markable(ROWS[-1:]) == ()


@pytest.mark.parametrize(
    ("form", "whole"),
    [
        ({}, False),
        ({"optional": ("B1",)}, True),
        ({"sections": SECTIONS[:1]}, True),
        ({"sections": SECTIONS[1:]}, False),
        ({"sections": SECTIONS[:1], "narratives": (Narrative(code="x", label="X", required=True),)}, False),
        ({"sections": SECTIONS[:1], "narratives": (Narrative(code="x", label="X"),)}, True),
    ],
    ids=[
        "a figure elsewhere",
        "it may stay empty",
        "all in the section",
        "no mark",
        "prose is required",
        "prose is not",
    ],
)
def test_a_whole_form_is_confirmed_only_if_all_it_requires_may_be_marked(form: dict[str, Any], whole: bool) -> None:
    programme = make_programme(ROWS, form={"sections": SECTIONS, **form})
    found = programme.list_all_markable(programme.forms[0], programme.units[0], make_period())
    assert [section.code for section in found] == (["mot"] if whole else [])


@pytest.mark.parametrize(
    ("sections", "review", "at", "code"),
    [
        (SECTIONS[:1], None, OPENS, None),
        (SECTIONS[:1], None, OPENS - MOMENT, "upload.not_open"),
        (SECTIONS[:1], None, LOCK, "upload.locked"),
        (SECTIONS, None, OPENS, "upload.needs_figures"),
        (SECTIONS[:1], Review.RECEIVED, OPENS, "upload.counts_already"),
        (SECTIONS[:1], Review.RETURNED, OPENS, None),
    ],
    ids=["may", "before opening", "after the lock", "more is required", "figures count", "they were returned"],
)
def test_a_whole_form_is_confirmed_while_it_is_open_and_nothing_counts(
    sections: tuple[Section, ...], review: Review | None, at: datetime, code: str | None
) -> None:
    programme = make_programme(ROWS, form={"sections": sections})
    state = make_state(make_submission(), review=review) if review else make_state()
    obstacle = find_obstacle_to_confirming(ADDRESS, programme, state, at=at)
    assert (obstacle and obstacle.code) == code


def test_the_small_programme_has_one_form_that_may_be_confirmed_whole() -> None:
    programme = load_markable()
    unit, period = programme.units[0], programme.period_by_code[PERIOD]
    whole = {form.code: programme.list_all_markable(form, unit, period) for form in programme.forms}
    assert [section.code for section in whole[WHOLE]] == ["bo-sung"]
    assert whole[FORM] == ()


def test_a_programme_without_marks_is_written_as_before_there_were_any() -> None:
    """Editions record a hash of it, so a new field in every section would make them all look changed."""
    written = make_form(ROWS).model_dump(mode="json")["sections"]
    assert written == [{"title": "Số liệu", "indicators": [row.code for row in ROWS]}]
    assert set(Figure(value=0, sheet="S", cell="A1").model_dump()) == {"value", "sheet", "cell", "estimated"}
    marked = make_form(ROWS, sections=SECTIONS)
    assert type(marked).model_validate_json(marked.model_dump_json()) == marked
