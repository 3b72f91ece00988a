"""Each mark that docs/word-template.md lists says what is told there, and compares only what can be compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chalicelib.domain.language.sentences import MARKER
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.figure_words import FigureWords
from chalicelib.domain.programme.model import Duty, Indicator, Programme, Table, Target
from chalicelib.domain.submission.records import Figure, State, TableRow
from tests.domain.builders import (
    LOCK,
    make_form,
    make_indicator,
    make_period,
    make_programme,
    make_state,
    make_submission,
    make_unit,
)

PAGE = Path(__file__).parents[2] / "docs" / "word-template.md"
DISTRICTS = {"CL": "Cao Lộc", "VQ": "Văn Quan", "LB": "Lộc Bình", "BG": "Bình Gia"}
DEPARTMENTS = {"SYT": "Sở Y tế", "SCT": "Sở Công Thương"}
TYPES = ("district", "department")
Given = Mapping[str, Mapping[str, Any]]
"""What units have sent: by unit, then by code. A figure as text is an estimate, one of names is a list of them."""


def make_rows(**changed: Mapping[str, Any]) -> list[Indicator]:
    kinds = {"B05": "flow", "D30": "distinct", "D34": "flow", "D41a": "flag", "E51": "stock", "F56a": "flow",
             "F56b": "flow", "F57": "money", "F58": "ratio", "Q2": "choice"}  # fmt: skip
    more: dict[str, Mapping[str, Any]] = {
        "F58": {"computed": "F56b / F56a"}, "Q2": {"choices": ("Tốt", "Khá"), "measure_unit": ""},
    }  # fmt: skip
    return [
        make_indicator(code, **{"kind": kind, "senders": TYPES, "measure_unit": "cuộc"}
                       | more.get(code, {}) | changed.get(code, {}))
        for code, kind in kinds.items()
    ]  # fmt: skip


def make(code: str = "mau", *, days: int = 0, **changed: Mapping[str, Any]) -> Programme:
    """A programme of districts and departments; its data window begins some days earlier, indicators are changed."""
    rows, period = make_rows(**changed), make_period()
    names = {"code": "mo-hinh", "title": "Mô hình", "names": ("ten",),
             "columns": ({"code": "ten", "label": "Tên", "kind": "text"},)}  # fmt: skip
    form = make_form(rows, tables=(Table.model_validate(names),))
    units = [make_unit(each, name) for each, name in DISTRICTS.items()]
    units += [make_unit(each, name, "department") for each, name in DEPARTMENTS.items()]
    return make_programme(
        rows, code=code, units=tuple(units), forms=(form,),
        duties=tuple(Duty(unit_type=each, period="nam", form="bc") for each in TYPES),
        targets=tuple(map(make_target, TYPES, (25, 2))),
        periods=(period.model_copy(update={"data_from": period.data_from - timedelta(days)}),),
    )  # fmt: skip


def make_target(unit_type: str, least: int) -> Target:
    return Target.model_validate({
        "code": f"T{least}", "title": "Mô hình mới", "scope": "unit", "unit_type": unit_type, "periods": ("nam",),
        "conditions": ({"indicator": "D34", "at_least": least},),
    })  # fmt: skip


def is_estimate(value: object) -> bool:
    """Digits as a text; any other text was chosen."""
    return isinstance(value, str) and value.isdecimal()


def send(programme: Programme, unit: str, values: Mapping[str, Any]) -> State:
    names = values.get("names", ())
    rows = tuple(TableRow(sheet="Mô hình", cells={}, values={"ten": name}) for name in names)
    figures = {
        code: Figure(value=int(value) if is_estimate(value) else value, sheet="Số liệu", cell=f"C{row}",
                     estimated=is_estimate(value))
        for row, (code, value) in enumerate(values.items(), 4) if code != "names"
    }  # fmt: skip
    sent = make_submission(unit=unit, values=figures, tables={"mo-hinh": rows})
    return make_state(
        sent.model_copy(update={"address": sent.address.model_copy(update={"programme": programme.code})})
    )


def tally(programme: Programme, given: Given, **more: Any) -> Consolidation:
    states = [send(programme, unit, values) for unit, values in given.items()]
    return consolidate(programme, "nam", states, as_of=LOCK, **more)


def say(written: str, now: Given, before: Given | None = None, *, last_year: Programme | None = None) -> str | None:
    previous = tally(last_year or make("mau-2021"), before) if before else None
    marker = MARKER.fullmatch(written)
    assert marker, written
    words = FigureWords(tally(make(), now, previous=previous))
    return "" if marker["test"] else words.say(marker)


def of(code: str, *values: Any, units: Mapping[str, str] = DISTRICTS) -> dict[str, dict[str, Any]]:
    """The figures of one indicator, unit by unit."""
    return {unit: {code: value} for unit, value in zip(units, values, strict=False)}


def by_department(code: str, *values: Any) -> dict[str, dict[str, Any]]:
    return of(code, *values, units=DEPARTMENTS)


class Case(NamedTuple):
    """A mark as the page lists it, what is written of that sort, what units have sent now and a year ago, and what is
    said."""

    listed: str
    sent: Given
    said: str | None
    before: Given | None = None
    written: str = ""


CASES = (
    Case("[B05]", of("B05", 1000, 234), "1.234"),
    Case("[B05]", of("B05", 2), "02"),
    Case("[B05]", {"CL": {"F56a": 8, "F56b": 1}}, "12,5%", written="[F58]"),
    Case("[B05]", of("F57", 622_500_000), "622,5 triệu", written="[F57]"),
    Case("[B05]", of("B05", "120"), "ước 120"),
    Case("[B05]", {"CL": {"D30": 14, "names": ("a", "b")}, "VQ": {"D30": 1, "names": ("c",)}}, "ít nhất 14",
         written="[D30]"),
    Case("[B05]", {}, None),
    Case("[B05!]", of("B05", 0), "0"),
    Case("[B05@department]", of("B05", 1000) | by_department("B05", 10, 8), "18"),
    Case("[B05@department]", of("B05", 1000), None),
    Case("[F56b/F56a]", {"CL": {"F56a": 4, "F56b": 3}}, "3/4"),
    Case("[F56b/F56a%]", {"CL": {"F56a": 4, "F56b": 3}}, "75%"),
    Case("[F56b/F56a]", {"CL": {"F56a": 4, "F56b": 3}, "VQ": {"F56a": 4}}, None),
    Case("[B05:cao nhất]", of("B05", 120, 98, 77, 5), "Cao Lộc (120), Văn Quan (98), Lộc Bình (77)"),
    Case("[B05:thấp nhất]", of("B05", 120, 98, 77, 500), "Lộc Bình (77), Văn Quan (98), Cao Lộc (120)"),
    Case("[B05:cao nhất]", of("B05", 120, 98, 77, 77), "Cao Lộc (120), Văn Quan (98), Lộc Bình (77), Bình Gia (77)"),
    Case("[B05:cao nhất]", of("B05", 120, 98, 77), None),
    Case("[B05:cao nhất]", {unit: {"F56a": 8, "F56b": part} for part, unit in enumerate(DISTRICTS, 1)},
         "Bình Gia (50%), Lộc Bình (37,5%), Văn Quan (25%)", written="[F58:cao nhất]"),
    Case("[B05:cao nhất]", of("F57", 1_500_000, 2_000_000, 0, 500), "Văn Quan (2 triệu), Cao Lộc (1,5 triệu), "
         "Bình Gia (500)", written="[F57:cao nhất]"),
    Case("[B05:cao nhất]", of("D41a", True, True, False, True), None, written="[D41a:cao nhất]"),
    Case("[B05:cao nhất]", of("B05", 1, 2, 3, 4) | by_department("B05", 10, 8), None,
         written="[B05@department:cao nhất]"),
    Case("[D30:gồm]", {"CL": {"D30": 2, "names": ("Dòng họ tự quản", "Camera an ninh")}},
         "Camera an ninh; Dòng họ tự quản"),
    Case("[D30:gồm]", {"CL": {"D30": 1, "names": ("a",)}, "SYT": {"D30": 1, "names": ("b",)}}, "a"),
    Case("[D30:gồm]", {"CL": {"D30": 1, "names": ("a",)}, "SYT": {"D30": 1, "names": ("b",)}}, "b",
         written="[D30@department:gồm]"),
    Case("[D30:gồm]", {"CL": {"D30": 2, "names": ("a",)}}, None),
    Case("[D30:gồm]", of("D41a", True, False, True), "Cao Lộc, Lộc Bình", written="[D41a:gồm]"),
    Case("[D30:gồm]", of("D41a", False), None, written="[D41a:gồm]"),
    Case("[D30:gồm]", of("B05", 1), None, written="[B05:gồm]"),
    Case("[D34:so chỉ tiêu]", of("D34", 36, 36, 36, 35), "vượt 43% so với chỉ tiêu"),
    Case("[D34:so chỉ tiêu]", of("D34", 20, 20, 20, 20), "đạt 80% chỉ tiêu"),
    Case("[D34:so chỉ tiêu]", of("D34", 25, 25, 25, 25), "đạt chỉ tiêu"),
    Case("[D34:so chỉ tiêu]", of("D34", 30, 30, 30), None),
    Case("[D34:so chỉ tiêu]", by_department("D34", 3, 3), None),
    Case("[B05%]", of("B05", 45), " (tăng 12,5%)", of("B05", 40)),
    Case("[B05%]", of("B05", 99_997), " (giảm 03)", of("B05", 100_000)),
    Case("[B05%]", of("B05", 40), "", of("B05", 40)),
    Case("[B05%]", of("B05", 40), ""),
    Case("[B05%=]", of("B05", 40), " (không thay đổi)", of("B05", 40)),
    Case("[B05+]", of("B05", 45), ", tăng 05 cuộc (+12,5%)", of("B05", 40)),
    Case("[B05+]", of("B05", 45, 45), "", of("B05", 40)),
    Case("[B05+]", of("F57", 22_500_000), ", tăng 2,5 triệu cuộc (+12,5%)", of("F57", 20_000_000), written="[F57+]"),
    Case("[B05%]", of("F57", 2_500_000), " (tăng 2,5 triệu)", of("F57", 0), written="[F57%]"),
    Case("[B05%]", {"CL": {"F56a": 30_000, "F56b": 20_001}}, "", {"CL": {"F56a": 3, "F56b": 2}}, written="[F58%]"),
    Case("[B05%=]", {"CL": {"F56a": 30_000, "F56b": 20_001}}, " (không thay đổi)", {"CL": {"F56a": 3, "F56b": 2}},
         written="[F58%=]"),
    Case("[B05+]", of("B05", 40), "", of("B05", 40)),
    Case("[B05@department%]", of("B05", 1) | by_department("B05", 45), " (tăng 12,5%)",
         of("B05", 90) | by_department("B05", 40)),
    Case("[B05@department%]", of("B05", 45), "", of("B05", 40) | by_department("B05", 40)),
    Case("[B05@department+]", by_department("B05", 45), ", tăng 05 cuộc (+12,5%)", by_department("B05", 40)),
    Case("[B05@department+]", by_department("B05", 45, 45), "", by_department("B05", 40)),
    Case("[F56b/F56a@department]", {"CL": {"F56a": 9, "F56b": 1}, "SYT": {"F56a": 4, "F56b": 3}}, "3/4"),
    Case("[F56b/F56a@department%]", {"CL": {"F56a": 9, "F56b": 1}, "SYT": {"F56a": 4, "F56b": 3}}, "75%"),
    Case("[D34@department:so chỉ tiêu]", of("D34", 1) | by_department("D34", 3, 3), "vượt 50% so với chỉ tiêu"),
    Case("[D34@department:so chỉ tiêu]", of("D34", 30, 30, 30, 30), None),
    Case("[?D41a]", of("D41a", True), ""),
    Case("[Q2]", of("Q2", "Tốt", "Khá", "Tốt", "Tốt"), "03 đơn vị “Tốt” và 01 đơn vị “Khá”"),
    Case("[Q2:Khá]", of("Q2", "Tốt", "Khá", "Tốt"), "01"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.listed} {case.said}")
def test_a_mark_says_what_the_page_lists(case: Case) -> None:
    assert say(case.written or case.listed, case.sent, case.before) == case.said


def read_listed() -> dict[str, list[str]]:
    """The marks of the page's table, each with the texts that it becomes."""
    listed: dict[str, list[str]] = {}
    rows = re.findall(r"^\| (`\[.*?`) \| (.*) \|$", PAGE.read_text("utf-8"), re.M)
    for marks, becomes in rows:
        said = [each for each in re.findall(r"`([^`]*)`", becomes) if not re.match(r"[@\[]|[A-Za-z_./]+$", each)]
        listed |= dict.fromkeys(re.findall(r"`(\[[^`]*\])`", marks), said)
    return listed


def test_every_mark_of_the_page_and_everything_that_it_becomes_is_held() -> None:
    listed = read_listed()
    assert listed.keys() == {case.listed for case in CASES}
    for told in listed.values():
        assert set(told) <= {case.said for case in CASES if listed[case.listed] is told}


BEFORE = of("B05", 40) | by_department("B05", 40)
NOW = of("B05", 45) | by_department("B05", 45)


@pytest.mark.parametrize("mark", ["[B05%]", "[B05@department%]", "[B05+]", "[B05@department+]"])
@pytest.mark.parametrize(
    ("last_year", "is_compared"),
    [
        (make("mau-2021"), True),
        (make("mau-2021", days=1), True),
        (make("mau-2021", days=2), False),
        (make("mau-2021", days=-30), False),
        (make("mau-2021", B05={"label": "Cuộc, buổi tuyên truyền đã mở"}), True),
        (make("mau-2021", B05={"kind": "stock"}), False),
        (make("mau-2021", B05={"measure_unit": "lượt"}), False),
        (make("mau-2021", B05={"measure_unit": " Cuộc"}), True),
    ],
    ids=["alike", "a leap day", "a longer window", "a shorter window", "in other words", "of another kind",
         "of another unit of measure", "spelled otherwise"],
)  # fmt: skip
def test_what_stands_on_another_basis_is_not_compared(mark: str, last_year: Programme, is_compared: bool) -> None:
    assert bool(say(mark, NOW, BEFORE, last_year=last_year)) is is_compared


@pytest.mark.parametrize("mark", ["[E51%]", "[E51@department%]"])
def test_what_there_is_at_the_end_of_a_period_is_compared_with_any_other(mark: str) -> None:
    now, before = (of("E51", value) | by_department("E51", value) for value in (45, 40))
    assert say(mark, now, before, last_year=make("mau-2021", days=-30)) == " (tăng 12,5%)"


def test_a_share_of_other_figures_is_not_compared() -> None:
    now, before = ({"CL": {"F56a": 8, "F56b": value}} for value in (4, 2))
    assert say("[F58%]", now, before) == " (tăng 25 điểm phần trăm)"
    other = make("mau-2021", F58={"computed": "F56a / F56b"})
    assert say("[F58%]", now, before, last_year=other) == ""


def test_a_type_is_compared_over_the_units_that_have_figures_on_both_sides() -> None:
    before = by_department("B05", 40, 60)
    assert say("[B05@department%]", by_department("B05", 45), before) == " (tăng 12,5%)"
    assert say("[B05@department%]", by_department("B05", 45, 60), before) == " (tăng 5%)"


def test_of_many_units_that_say_có_none_is_named() -> None:
    many = {f"X{number}": f"Xã {number}" for number in range(16)}
    programme = make()
    units = tuple(make_unit(code, name) for code, name in many.items())
    programme = Programme(**{name: getattr(programme, name) for name in Programme.model_fields} | {"units": units})
    marker = MARKER.fullmatch("[D41a:gồm]")
    assert marker
    for count, said in ((16, None), (15, ", ".join(list(many.values())[:15]))):
        given = of("D41a", *[True] * count, units=many)
        assert FigureWords(tally(programme, given)).say(marker) == said


@pytest.mark.parametrize(
    ("mark", "positive", "asked"),
    [("[B05]", True, True), ("[E51]", False, True), ("[X9]", False, False), ("[F58]", True, False),
     ("[B05@department]", False, True), ("[D41a:gồm]", True, True), ("[B05:gồm]", False, True),
     ("[F56b/E51]", False, True), ("[?D41a]", True, True)],
)  # fmt: skip
def test_what_is_nought_or_not_known_is_told_apart_from_what_is_said(mark: str, positive: bool, asked: bool) -> None:
    marker = MARKER.fullmatch(mark)
    assert marker
    words = FigureWords(tally(make(), {"CL": {"B05": 1, "E51": 0, "F56a": 4, "F56b": 3, "D41a": True}}))
    assert (words.is_positive(marker), words.is_asked(marker)) == (positive, asked)


def test_units_of_one_name_are_told_apart_by_the_unit_above_them() -> None:
    above = {"A": "Bình Gia", "B": "Chi Lăng"}
    twins = [make_unit(code, "Hòa Bình").model_copy(update={"parent": parent})
             for code, parent in (("H1", "A"), ("H2", "B"))]  # fmt: skip
    units = (*(make_unit(code, name, "group") for code, name in above.items()), *twins, make_unit("C", "Cao Lộc"))
    programme = make()
    fields = {name: getattr(programme, name) for name in Programme.model_fields} | {
        "units": units, "unit_types": {**programme.unit_types, "group": "Huyện"},
    }  # fmt: skip
    made = tally(Programme(**fields), of("D41a", True, True, True, units={"H1": "", "H2": "", "C": ""}))
    marker = MARKER.fullmatch("[D41a:gồm]")
    assert marker
    said = "Huyện Hòa Bình, Huyện Bình Gia; Huyện Hòa Bình, Huyện Chi Lăng; Cao Lộc"
    assert FigureWords(made).say(marker) == said
    assert (made.tally.name_shortly("X"), made.tally.name_shortly("C"), made.tally.name_fully("C")) == (
        "X", "Cao Lộc", "Huyện Cao Lộc",
    )  # fmt: skip
