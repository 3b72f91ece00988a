"""One period consolidated: who has reported, targets, estimates, comparison, and when an edition is due."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.period import edition
from chalicelib.domain.period.areas import Area, find_areas
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Basis, Consolidation, Phase
from chalicelib.domain.period.edition import Past, decide_edition, take_snapshot
from chalicelib.domain.period.targets import TargetState
from chalicelib.domain.period.timeliness import Standing
from chalicelib.domain.programme.kinds import find_kind
from chalicelib.domain.programme.model import Programme, Succession
from chalicelib.domain.submission.records import Edition, Review, State
from tests.report.samples import make_state, make_states, read_programme

PROGRAMME = read_programme()
YEAR = PROGRAMME.period_by_code["nam"]
LOCKED = YEAR.lock + timedelta(days=1)


def make(states: list[State], period: str = "nam", **more: object) -> Consolidation:
    as_of = more.pop("as_of", LOCKED)
    return consolidate(PROGRAMME, period, states, as_of=as_of, **more)  # type: ignore[arg-type]


def district(code: str, period: str = "nam", **values: object) -> State:
    form = "bao-cao-nam" if period == "nam" else "bao-cao-6-thang"
    kept = PROGRAMME.period_by_code[period]
    return make_state(
        PROGRAMME, PROGRAMME.unit_by_code[code], PROGRAMME.form_by_code[form], kept,
        received=kept.due - timedelta(days=1), values=values,  # type: ignore[arg-type]
    )  # fmt: skip


# Who has reported


def test_on_time_late_and_missing_are_all_there_is() -> None:
    made = make(make_states(PROGRAMME, "nam", missing=["189"], late=["186", "185"], returned=["187"]))
    rate = made.reporting.rates[-1]
    assert (rate.expected, rate.on_time, rate.late, rate.missing, rate.returned) == (11, 7, 2, 2, 1)
    assert rate.on_time + rate.late + rate.unjudged + rate.missing == rate.expected
    assert sum(rate.shares.values()) == 100


def test_what_was_returned_counts_nowhere_and_is_said() -> None:
    made = make([district("180", B05=5).model_copy(update={"review": Review.RETURNED, "comment": "thiếu bảng kê"})])
    assert made.tally.figures["B05"]["180"].value is None
    assert "180" in made.tally.headline("B05").missing  # type: ignore[union-attr]
    found = next(finding for finding in made.findings if finding.code == "report.returned")
    assert "thiếu bảng kê" in found.text


def test_before_the_deadline_nobody_is_reproached() -> None:
    made = make([], as_of=YEAR.due - timedelta(days=1))
    assert made.phase is Phase.OPEN
    assert all("chưa hết hạn" in finding.text for finding in made.findings if finding.code == "report.missing")


def test_a_rejected_upload_is_told_from_silence() -> None:
    state = district("180").model_copy(update={"submission": None, "last_rejected": YEAR.due})
    status = next(each for each in make([state]).reporting.statuses if each.unit == "180")
    assert status.standing is Standing.MISSING
    assert status.was_refused


def test_a_file_without_a_receipt_time_is_neither_on_time_nor_late() -> None:
    state = district("180").model_copy(update={"timeliness": None, "first_received": None})
    made = make([state])
    assert made.reporting.status_by_key["180", "bao-cao-nam"].standing is Standing.RECEIVED
    assert made.inputs == ()


def test_a_unit_that_the_period_does_not_know_counts_nowhere_and_is_said() -> None:
    state = district("180")
    stranger = state.model_copy(update={"address": state.address.model_copy(update={"unit": "99999"})})
    made = make([stranger])
    assert made.reporting.outsiders == ("99999",)
    assert any(finding.code == "unit.unknown" for finding in made.findings)


# Targets


@pytest.mark.parametrize(
    ("values", "period", "state"),
    [
        ({"C22": 2}, "nam", TargetState.MET),
        ({"C22": 1}, "nam", TargetState.UNMET),
        ({"C22": 1}, "6-thang", TargetState.IN_PROGRESS),
        ({"C22": 2}, "6-thang", TargetState.MET),
    ],
)
def test_a_target_is_judged_at_the_end_of_the_year(values: dict[str, int], period: str, state: TargetState) -> None:
    made = make([district("180", period, **values)], period)
    result = next(each for each in made.targets if each.target.code == "T1")
    assert next(each.state for each in result.units if each.unit == "180") is state
    assert next(each.state for each in result.units if each.unit == "181") is TargetState.UNKNOWN


def test_communes_that_do_not_finish_are_no_missed_target() -> None:
    result = next(each for each in make([district("180", D37a=0, D37b=0)]).targets if each.target.code == "T4")
    assert next(each.state for each in result.units if each.unit == "180") is TargetState.NOT_APPLICABLE


def test_both_conditions_of_a_target_must_hold_and_named_sites_are_judged_alone() -> None:
    made = make([district("178", D36a=4, D36b=1, D41a=True), district("185", D41b=False)])
    by_code = {result.target.code: result for result in made.targets}
    assert next(each.state for each in by_code["T5"].units if each.unit == "178") is TargetState.UNMET
    assert {each.unit: each.state for each in by_code["T6"].units} == {
        "178": TargetState.MET, "185": TargetState.UNMET,
    }  # fmt: skip


def test_a_target_of_the_sum_is_met_as_soon_as_the_known_units_reach_it() -> None:
    target = PROGRAMME.targets[4].model_copy(update={"scope": "province"})
    programme = PROGRAMME.model_copy(update={"targets": (target,)})
    made = consolidate(programme, "nam", [district("180", D36a=4, D36b=2)], as_of=LOCKED)
    assert made.targets[0].state is TargetState.MET
    fewer = consolidate(programme, "nam", [district("180", D36a=4, D36b=1)], as_of=LOCKED)
    assert fewer.targets[0].state is TargetState.UNKNOWN  # the units that have not reported may still reach it


def test_a_years_target_is_judged_by_the_whole_year_where_the_form_covers_only_its_second_half() -> None:
    form = PROGRAMME.form_by_code["bao-cao-nam"].model_copy(update={"cumulative": False})
    forms = tuple(form if each.code == form.code else each for each in PROGRAMME.forms)
    programme = Programme.model_validate(PROGRAMME.model_dump() | {"forms": [each.model_dump() for each in forms]})
    half = make([district("180", "6-thang", C22=1)], "6-thang")
    both = consolidate(programme, "nam", [district("180", C22=1)], as_of=LOCKED, earlier=half)
    result = next(each for each in both.targets if each.target.code == "T1")
    assert next(each.state for each in result.units if each.unit == "180") is TargetState.MET
    assert both.tally.headline("C22").value == 1  # type: ignore[union-attr]
    alone = consolidate(programme, "nam", [district("180", C22=1)], as_of=LOCKED)
    result = next(each for each in alone.targets if each.target.code == "T1")
    assert next(each.state for each in result.units if each.unit == "180") is TargetState.UNKNOWN
    assert any(finding.code == "period.not_cumulative" for finding in alone.findings)


# Estimates


def test_an_estimate_is_marked_until_a_supplement_settles_it() -> None:
    states = make_states(PROGRAMME, "nam", estimated=["G74c"])
    made = make(states)
    assert len(made.tally.headline("G74c").estimated) == 11  # type: ignore[union-attr]
    assert made.tally.figures["G79a"]["180"].estimated  # the ratio of an estimate is one
    settled = make(make_states(PROGRAMME, "nam"))
    assert not settled.tally.headline("G74c").estimated  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"G74c": 3}, "Chính thức hóa số ước của Tràng Định."),
        ({"G74c": 4}, "Chính thức hóa số ước của Tràng Định."),
        ({"G74c": 4, "B05": 4}, "Bổ sung, điều chỉnh số liệu của Tràng Định."),
        ({"G74c": None}, "Bổ sung, điều chỉnh số liệu của Tràng Định."),
        ({"B05": 4}, "Bổ sung, điều chỉnh số liệu của Tràng Định."),
    ],
)
def test_a_supplement_says_so_if_all_that_it_does_is_to_settle_estimates(
    changed: dict[str, int | None], reason: str
) -> None:
    state = district("180", B05=3, G74c=3)
    assert state.submission
    values = state.submission.values
    before, after = dict(values), {code: each for code, each in values.items() if changed.get(code, 0) is not None}
    before["G74c"] = values["G74c"].model_copy(update={"estimated": True})
    after |= {"G74c": before["G74c"]} if "G74c" not in changed else {}
    after |= {code: values[code].model_copy(update={"value": value}) for code, value in changed.items() if value}
    made, later = (
        make([state.model_copy(update={"submission": state.submission.model_copy(update=each)})])
        for each in ({"values": before}, {"values": after, "sha256": "0" * 64, "revision": 2})
    )
    info = decide_edition(later, _as_past(made))
    assert info is not None
    assert info.reason == reason


# Comparison


def _last_year() -> Programme:
    return read_programme().model_copy(update={"code": "ct138-2021", "year": 2021})


def test_only_units_that_stand_in_both_periods_are_compared() -> None:
    before = consolidate(_last_year(), "nam", [district("180", B05=100), district("181", B05=900)], as_of=LOCKED)
    made = make([district("180", B05=112), district("182", B05=5000)], previous=before)
    assert made.comparison is not None
    change = made.comparison.changes["B05"]
    assert (change.before, change.after, change.units, change.is_whole) == (100, 112, ("180",), False)
    assert made.comparison.basis is Basis.SAME_PERIOD


def test_a_unit_that_was_not_there_the_year_before_is_on_neither_side() -> None:
    fewer = _change(code="ct138-2021", units=tuple(each for each in PROGRAMME.units if each.code != "182"))
    before = consolidate(fewer, "nam", [district("180", B05=100), district("181", B05=900)], as_of=LOCKED)
    made = make([district("180", B05=112), district("181", B05=900), district("182", B05=5000)], previous=before)
    assert made.comparison is not None
    change = made.comparison.changes["B05"]
    assert (change.before, change.after, change.is_whole) == (1000, 1012, False)


def test_the_half_year_is_part_of_the_year_and_not_the_same_period_before() -> None:
    half = make([district("180", "6-thang", B05=40)], "6-thang")
    made = make([district("180", B05=100)], earlier=half)
    assert made.earlier is not None
    assert made.earlier.basis is Basis.WITHIN


def test_a_ratio_is_compared_as_a_ratio_of_sums() -> None:
    before = consolidate(_last_year(), "nam", [district("180", F54=10, F56a=5)], as_of=LOCKED)
    made = make([district("180", F54=10, F56a=6)], previous=before)
    assert made.comparison is not None
    assert str(made.comparison.changes["F56b"].after) == "0.6"


DAY = timedelta(days=1)
YEAR_BEFORE = {"data_from": date(2020, 11, 15), "data_to": date(2021, 11, 14)}
NOT_THE_SAME = [
    ({}, {}, ["B05", "D31", "F56b"]),
    # windows: what stands at the end needs none; a leap day is no difference
    ({"data_from": date(2020, 11, 14)}, {}, ["B05", "D31", "F56b"]),
    ({"data_from": date(2021, 5, 15)}, {}, ["D31"]),
    # what is counted
    ({}, {"B05": {"kind": "measure"}}, ["D31", "F56b"]),
    ({}, {"D31": {"measure_unit": "tổ"}}, ["B05", "F56b"]),
    # since when it is counted in the way of now
    ({}, {"B05": {"comparable_from": date(2020, 11, 15)}}, ["B05", "D31", "F56b"]),
    ({}, {"B05": {"comparable_from": date(2020, 11, 16)}}, ["D31", "F56b"]),
    ({}, {"D31": {"comparable_from": date(2021, 11, 14)}}, ["B05", "D31", "F56b"]),
    ({}, {"D31": {"comparable_from": date(2021, 11, 15)}}, ["B05", "F56b"]),
    ({}, {"D31": {"comparable_from": YEAR.data_to}}, ["B05", "F56b"]),
    ({}, {"D31": {"comparable_from": YEAR.data_to + DAY}}, ["B05", "D31", "F56b"]),
]


@pytest.mark.parametrize(("window", "now", "compared"), NOT_THE_SAME)
def test_only_figures_that_are_the_same_thing_are_compared(
    window: dict[str, date], now: dict[str, dict[str, object]], compared: list[str]
) -> None:
    past = YEAR.model_copy(update={**YEAR_BEFORE, **window, "compare_with": ""})
    old = _change(code="ct138-2021", periods=(past,))
    rows = tuple(each.model_copy(update=_read(now.get(each.code, {}))) for each in PROGRAMME.indicators)
    programme = _change(indicators=rows)
    values = {"B05": 10, "D31": 20, "F54": 10, "F56a": 5}
    before = consolidate(old, "nam", [district("180", **values)], as_of=LOCKED)
    made = consolidate(programme, "nam", [district("180", **values)], as_of=LOCKED, previous=before)
    assert made.comparison is not None
    assert [code for code in ("B05", "D31", "F56b") if code in made.comparison.changes] == compared


def _change(**fields: object) -> Programme:
    """A copy of its own: that of pydantic would keep what was looked up in the old one."""
    return Programme(**{**{name: getattr(PROGRAMME, name) for name in Programme.model_fields}, **fields})


def _read(changed: dict[str, object]) -> dict[str, object]:
    return changed | ({"kind": find_kind(str(changed["kind"]))} if "kind" in changed else {})


def test_a_year_of_twelve_months_is_not_compared_with_one_of_which_six_are_counted_apart() -> None:
    forms = tuple(each.model_copy(update={"cumulative": False}) for each in PROGRAMME.forms)
    apart = _change(code="ct138-2021", forms=forms)
    before = consolidate(apart, "nam", [district("180", B05=10, D31=20)], as_of=LOCKED)
    made = make([district("180", B05=10, D31=20)], previous=before)
    assert made.comparison is not None
    assert ("B05" in made.comparison.changes, "D31" in made.comparison.changes) == (False, True)


# Over the reform of 2025


SUCCESSIONS = read_programme("ct138-2026").successions


def test_a_district_becomes_the_area_of_its_communes_and_back() -> None:
    new = {each.new for each in SUCCESSIONS}
    areas = find_areas({str(unit) for unit in range(178, 190)} - {"179"}, new, SUCCESSIONS)
    assert frozenset().union(*(area.after for area in areas)) == new
    city = next(area for area in areas if "178" in area.before)
    assert city.after >= {"05977", "05983", "05986"}


def test_a_commune_that_was_divided_is_compared_as_part_of_its_area_and_named() -> None:
    old = {each.old for each in SUCCESSIONS}
    new = {each.new for each in SUCCESSIONS}
    area = next(area for area in find_areas(old, new, SUCCESSIONS) if "06622" in area.before)
    assert area.after >= {"06613", "06625", "06637"}
    assert area.divided == ("Xã Bính Xá", "Xã Kiên Mộc")


def test_a_reused_code_is_another_unit_on_the_other_side() -> None:
    moved = [
        Succession(old="06040", old_name="Thị trấn Thất Khê", old_parent="180", new="06040", on=date(2025, 7, 1)),
        Succession(old="06013", old_name="Xã Chí Minh", old_parent="180", new="06040", on=date(2025, 7, 1)),
    ]
    assert find_areas({"06040", "06013"}, {"06040"}, moved) == (
        Area(frozenset({"06040", "06013"}), frozenset({"06040"})),
    )


def test_without_a_reform_a_code_is_the_same_unit() -> None:
    assert {area.before for area in find_areas({"a", "b"}, {"b", "c"}, [])} == {
        frozenset({"a"}), frozenset({"b"}), frozenset(),
    }  # fmt: skip


def test_figures_are_summed_over_areas_and_never_divided() -> None:
    before = make([district("189", B05=50), district("188", B05=7)])
    communes = read_programme("ct138-2026")
    period = communes.period_by_code["nam"]
    heirs = sorted({each.new for each in SUCCESSIONS if each.old_parent == "189"})
    states = [
        make_state(communes, communes.find_unit(code, period), communes.form_by_code["bao-cao-xa"], period,  # type: ignore[arg-type]
                   received=period.opens, values={"B05": 10})
        for code in heirs
    ]  # fmt: skip
    made = consolidate(communes, "nam", states, as_of=period.lock, previous=before)
    assert made.comparison is not None
    change = made.comparison.changes["B05"]
    assert (change.before, change.after) == (50, 10 * len(heirs))
    assert "Xã Bính Xá" in made.comparison.divided


# Several forms in one period


def test_figures_stand_under_the_headings_of_the_headlines_form() -> None:
    communes = read_programme("ct138-2026")
    period = communes.period_by_code["nam"]
    tally = consolidate(communes, "nam", make_states(communes, "nam"), as_of=period.lock).tally
    assert [form.code for form in tally.forms] == ["bao-cao-xa", "bao-cao-cap-tinh"]
    own = [section.title for section in communes.form_by_code["bao-cao-xa"].sections if section.is_asked_in(period)]
    titles = {row.code: section.title for section in tally.sections for row in section.indicators}
    assert [section.title for section in tally.sections][: len(own)] == own
    assert titles["E52a"] in own
    assert titles["B16"] not in own


# Hashes and editions


def test_an_equal_hash_means_that_nothing_changed() -> None:
    states = make_states(PROGRAMME, "nam", missing=["189"])
    made = make(states)
    assert make(states, as_of=LOCKED + timedelta(days=30)).inputs_hash == made.inputs_hash
    assert make(states, as_of=YEAR.due).inputs_hash != made.inputs_hash  # not locked yet
    approved = [states[0].model_copy(update={"review": Review.APPROVED}), *states[1:]]
    assert make(approved).inputs_hash != made.inputs_hash
    assert make(states, made_with={"template": "x"}).inputs_hash != made.inputs_hash


def _as_edition(made: Consolidation, number: int = 1) -> Edition:
    return Edition(
        programme=PROGRAMME.code, period="nam", number=number, made=LOCKED, frozen=made.phase is Phase.LOCKED,
        programme_version=0, inputs=made.inputs, inputs_hash=made.inputs_hash,
    )  # fmt: skip


def _as_past(made: Consolidation, number: int = 1) -> Past:
    edition = _as_edition(made, number)
    return Past(edition, edition, take_snapshot(made))


def test_drafts_then_one_frozen_edition_then_supplements_with_a_reason() -> None:
    states = make_states(PROGRAMME, "nam", missing=["189"])
    draft = make(states, as_of=YEAR.due)
    first = decide_edition(draft, Past())
    assert first is not None
    assert (first.number, first.is_frozen, first.is_supplement, first.is_retry) == (1, False, False, False)
    assert decide_edition(draft, _as_past(draft)) is None

    frozen = make(states)
    second = decide_edition(frozen, _as_past(draft))
    assert second is not None
    assert (second.number, second.is_frozen, second.is_supplement) == (2, True, False)

    excused = district("189").model_copy(
        update={"timeliness": Timeliness.LATE, "exception_reason": "mưa lũ", "exception_until": LOCKED}
    )
    after = make([*states, excused])
    third = decide_edition(after, _as_past(frozen, 2))
    assert third is not None
    assert (third.number, third.is_supplement, third.previous_number) == (3, True, 2)
    assert third.reason == "Bổ sung, điều chỉnh số liệu của Đình Lập: mưa lũ."
    changed = {(each.unit, each.indicator, each.form) for each in third.differences}
    assert ("189", "", "bao-cao-nam") in changed
    assert ("189", "B05", "") in changed
    assert {unit for unit, _, _ in changed} == {"189"}


def test_what_has_changed_since_the_last_edition_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    states = make_states(PROGRAMME, "nam", missing=["189"])
    past, asked, find = _as_past(make(states)), [], edition.find_differences
    monkeypatch.setattr(edition, "find_differences", lambda *given: asked.append(given) or find(*given))
    for only_changes in (True, False):
        asked.clear()
        assert decide_edition(make([*states, district("189")]), past, only_changes=only_changes)
        assert len(asked) == 1


def test_an_edition_that_lacks_its_document_is_made_again_and_supplemented_by_none() -> None:
    made = make(make_states(PROGRAMME, "nam", missing=["189"]))
    lacking = _as_edition(made, 2).model_copy(update={"missing": {"bao-cao-tong-hop.docx": "Mẫu Word có lỗi."}})
    again = decide_edition(made, Past(lacking))
    assert again is not None
    assert again.is_retry
    assert (again.number, again.is_frozen, again.is_supplement, again.previous_number) == (3, True, False, 0)


def test_a_supplement_without_its_document_leaves_its_reason_and_changes_to_the_next_edition() -> None:
    states = make_states(PROGRAMME, "nam", missing=["189"])
    issued, after = make(states), make([*states, district("189")])
    lacking = _as_edition(after, 2).model_copy(update={"missing": {"bao-cao-tong-hop.docx": "Mẫu Word có lỗi."}})
    again = decide_edition(after, Past(lacking, _as_edition(issued), take_snapshot(issued)))
    assert again is not None
    assert (again.number, again.is_supplement, again.previous_number) == (3, True, 1)
    assert {each.unit for each in again.differences} == {"189"}


def test_a_period_with_two_unit_types_has_rates_for_each() -> None:
    duties = tuple(
        duty.model_copy(update={"enabled": True}) if duty.period == "nam" else duty for duty in PROGRAMME.duties
    )
    programme = PROGRAMME.model_copy(update={"duties": duties})
    programme = Programme.model_validate(programme.model_dump())
    made = consolidate(programme, "nam", make_states(programme, "nam", missing=["SYT"]), as_of=LOCKED)
    assert [rate.unit_type for rate in made.reporting.rates] == ["district", "department", "border_guard", ""]
    assert made.reporting.rates[-1].missing == 1
    assert made.tally.headline("H82").unit_type == "border_guard"  # type: ignore[union-attr]
    assert made.tally.headline("B05").unit_type == "district"  # type: ignore[union-attr]
