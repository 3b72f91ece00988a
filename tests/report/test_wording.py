"""The words of a period that the Word template and the body share, of a programme of two units."""

from __future__ import annotations

import pytest

from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.programme.model import Duty, Programme, Target
from chalicelib.domain.programme.outline import Passage
from chalicelib.domain.submission.records import State
from chalicelib.report.document.wording import make_context, write_passages
from tests.domain.builders import (
    LOCK,
    make_indicator,
    make_programme,
    make_state,
    make_submission,
    make_unit,
    place,
)

TARGET = Target.model_validate({
    "code": "T1", "title": "Ít nhất 3", "scope": "unit", "unit_type": "district", "periods": ("nam",),
    "conditions": ({"indicator": "A1", "at_least": 3},),
})  # fmt: skip


def send(unit: str, value: int, *, estimated: bool = False) -> State:
    values = {code: each.model_copy(update={"estimated": estimated}) for code, each in place(A1=value).items()}
    return make_state(make_submission(unit=unit, values=values))


def consolidated(*states: State, programme: Programme | None = None) -> Consolidation:
    programme = programme or make_programme(targets=(TARGET,))
    return consolidate(programme, "nam", states, as_of=LOCK)


@pytest.mark.parametrize(
    ("types", "begins"),
    [
        (("district",), ["- Huyện: "]),
        (("district", "department"), ["- Huyện: ", "- Sở: ", "- Tổng cộng: "]),
    ],
)
def test_a_line_of_all_types_stands_only_where_there_are_several(types: tuple[str, ...], begins: list[str]) -> None:
    programme = make_programme(
        [make_indicator("A1", senders=types)],
        units=(make_unit("178", "Lạng Sơn"), make_unit("SYT", "Sở Y tế", "department")),
        duties=[Duty(unit_type=each, period="nam", form="bc") for each in types],
    )
    lines = write_passages(consolidated(send("178", 1), programme=programme))[Passage.REPORTING]
    assert [line[: len(begin)] for line, begin in zip(lines, begins, strict=True)] == begins


@pytest.mark.parametrize("estimated", [True, False])
def test_the_report_says_that_it_has_estimates_only_if_it_has(estimated: bool) -> None:
    made = consolidated(send("178", 1), send("180", 2, estimated=estimated))
    assert make_context(made, EditionInfo(1, LOCK, True))["co_uoc"] is estimated


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ([send("178", 3), send("180", 4)], "02/02 đơn vị đạt."),
        ([send("178", 3), send("180", 2)], "01/02 đơn vị đạt. 01 đơn vị chưa đạt: Tràng Định (02/03)."),
        (
            [send("178", 1), send("180", 2)],
            "chưa có đơn vị nào trong 02 đơn vị đạt. 02 đơn vị chưa đạt: Lạng Sơn (01/03); Tràng Định (02/03).",
        ),
        ([send("178", 3)], "01/02 đơn vị đạt. 01 đơn vị thiếu số liệu."),
    ],
)
def test_a_target_says_how_many_have_met_it_and_who_has_not(states: list[State], said: str) -> None:
    assert write_passages(consolidated(*states))[Passage.TARGETS] == [f"- Ít nhất 3: {said}"]
