"""The work of an edition grows with its units. It is counted in calls and steps of generators, not in seconds."""

from __future__ import annotations

import io
import sys
import weakref
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import FrameType
from typing import Any
from unittest.mock import Mock

import pytest

from chalicelib.domain.period import digest, figures
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.programme.loading import load_programme
from chalicelib.domain.programme.model import Condition, Programme, Target
from chalicelib.domain.submission.records import Figure, State
from chalicelib.folders import SHIPPED, read_folder
from chalicelib.report.data import make_data_files
from chalicelib.report.document import statuses
from chalicelib.report.document.wording import make_context
from chalicelib.report.sheets import layout
from chalicelib.report.sheets.styles import SheetWriter
from chalicelib.report.sheets.workbook import render_workbook
from tests.domain.builders import make_indicator, make_programme, make_unit
from tests.report.samples import add_districts, iter_states, make_states

TOLERATED = 1.05


def widen_shipped(number: int) -> Programme:
    return load_programme(add_districts(read_folder(SHIPPED / "ct138-2022"), number))


def make_small(number: int) -> Programme:
    """Two figures and a target: what is done for each pair of units is not hidden by what is done for figures."""
    units = tuple(make_unit(f"{each:05}", f"Số {each}") for each in range(number))
    target = Target(
        code="1", title="Ít nhất một", scope="unit", unit_type="district", periods=("nam",),
        conditions=(Condition(indicator="A1", at_least=1),),
    )  # fmt: skip
    return make_programme((make_indicator("A1"), make_indicator("A2")), units=units, targets=(target,))


def count_calls(programme: Programme, period: str) -> int:
    states = make_states(programme, period)
    made_at = programme.period_by_code[period].lock + timedelta(hours=1)
    calls = 0

    def count(_: FrameType, event: str, __: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        made = consolidate(programme, period, states, as_of=made_at)
        edition = EditionInfo(number=1, made=made_at, is_frozen=True)
        render_workbook(made, edition)
        make_data_files(made, edition)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    ("make", "period", "step"), [(widen_shipped, "6-thang", 15), (make_small, "nam", 200)], ids=["figures", "units"]
)
def test_so_many_units_more_cost_the_same_each_time(make: Callable[[int], Programme], period: str, step: int) -> None:
    few, more, many = (count_calls(make(times * step), period) for times in (1, 2, 3))
    assert 0 < many - more <= TOLERATED * (more - few)


def test_what_a_text_says_is_found_once_and_its_sentences_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    programme = widen_shipped(2)
    made_at = programme.period_by_code["6-thang"].lock
    made = consolidate(programme, "6-thang", make_states(programme, "6-thang"), as_of=made_at)
    read: list[str] = []

    def make_key(text: str) -> str:
        read.append(text)
        return text

    monkeypatch.setattr(figures, "make_prose_key", make_key)
    monkeypatch.setattr(digest, "split_sentences", None)
    edition = EditionInfo(number=1, made=made_at, is_frozen=True)
    make_context(made, edition)
    render_workbook(made, edition)
    assert sorted(read) == sorted(each.text for each in made.texts if not each.is_idle)


def test_cells_of_the_matrix_lead_to_their_sources_without_a_text_and_long_labels_have_room(
    made: Consolidation, edition: EditionInfo
) -> None:
    with zipfile.ZipFile(io.BytesIO(render_workbook(made, edition))) as book:
        texts, matrix = book.read("xl/sharedStrings.xml"), book.read("xl/worksheets/sheet3.xml")
    source = f"'{layout.SOURCES}'!A{layout.SOURCES_HEAD + 2}".encode()
    assert source not in texts
    assert source in matrix
    assert b'ht="30" customHeight="1"><c' in matrix


def test_a_unit_more_costs_four_cells_of_the_sources_however_many_figures_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cells = Mock(return_value="")
    monkeypatch.setattr(SheetWriter, "make_cell", cells)
    made = []
    for number in (10, 20):
        programme = widen_shipped(number)
        period = programme.period_by_code["6-thang"]
        states = iter_states(programme, period.code)
        cells.reset_mock()
        render_workbook(
            consolidate(programme, period.code, states, as_of=period.lock), EditionInfo(1, period.lock, True)
        )
        made.append(cells.call_count)
    assert made[1] - made[0] == 10 * len(("code", "name", "revision", "file"))


def test_a_figure_of_the_list_of_reports_is_printed_when_the_template_asks_for_it(
    made: Consolidation, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = Mock(return_value="12")
    monkeypatch.setattr(statuses, "show_figure", show)
    figures = statuses.list_statuses(made)[0]["so_lieu"]
    show.assert_not_called()
    first = made.reporting.statuses[0]
    own = {code: by_unit.get(first.unit) for code, by_unit in made.tally.figures.items()}
    assert dict(figures) == {code: "12" for code, figure in own.items() if figure and figure.form == first.form}
    assert "Z99" not in figures


def test_states_are_read_one_at_a_time() -> None:
    programme = widen_shipped(5)
    period = programme.period_by_code["6-thang"]
    read: list[weakref.ref[Figure]] = []

    def stream() -> Iterator[State]:
        for state in iter_states(programme, period.code):
            assert sum(figure() is not None for figure in read) <= 1
            assert state.submission
            read.append(weakref.ref(next(iter(state.submission.values.values()))))
            yield state

    assert len(consolidate(programme, period.code, stream(), as_of=period.lock).inputs) == len(read) > 5
