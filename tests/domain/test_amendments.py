"""Changes of units.csv and programme.toml: exactly what was meant, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.programme.amendments import (
    HEADINGS,
    ColumnsMissing,
    close_unit,
    compare_rosters,
    find_heirs,
    merge_units,
    open_unit,
    read_list,
    read_rows,
    set_duty,
    set_period,
    set_recipients,
    split_unit,
    write_instant,
    write_rows,
)
from chalicelib.domain.programme.assembly import assemble
from chalicelib.domain.programme.loading import PROGRAMME, UNITS, load_programme, read_parts
from chalicelib.domain.programme.making import UNIT_COLUMNS, say_each_unknown
from chalicelib.domain.programme.model import MOST_LEVELS, Programme
from chalicelib.domain.programme.writing import write_files
from chalicelib.folders import SHIPPED, read_folder
from tests.store import sample

FILES = read_folder(SHIPPED / "ct138-2022")
ROWS = read_rows(FILES[UNITS])
DAY = date(2022, 7, 1)
NEW = {"code": "990", "name": "Mới", "full_name": "Huyện Mới", "type": "district"}


def units(rows: list[dict[str, str]]) -> dict[str, tuple[object, object]]:
    """The units that `rows` make, with their dates."""
    made = load_programme(FILES | {UNITS: write_rows(rows)})
    return {unit.full_name: (unit.valid_from, unit.valid_to) for unit in made.units}


def test_rows_written_are_the_rows_read() -> None:
    assert read_rows(write_rows(ROWS)) == ROWS


def test_a_closed_unit_keeps_its_last_day_and_owes_nothing_afterwards() -> None:
    made = load_programme(FILES | {UNITS: write_rows(close_unit(ROWS, "181", date(2022, 3, 1)))})
    assert "181" not in {owed.unit for owed in made.obligations("6-thang")}


@pytest.mark.parametrize(("day", "is_refused"), [(date(2024, 6, 29), False), (date(2024, 6, 30), True)])
def test_a_unit_whose_last_day_is_known_is_closed_only_before_it(day: date, is_refused: bool) -> None:
    ending = close_unit(ROWS, "181", date(2024, 6, 30))
    if is_refused:
        with pytest.raises(KeyError):
            close_unit(ending, "181", day)
    else:
        assert units(close_unit(ending, "181", day))["Huyện Bình Gia"][1] == day
        assert compare_rosters(ending, close_unit(ending, "181", day)).leaving == ("181",)


def test_units_merge_on_a_day() -> None:
    found = units(merge_units(ROWS, ["180", "181"], NEW, DAY))
    assert found["Huyện Tràng Định"] == (None, date(2022, 6, 30))
    assert found["Huyện Mới"] == (DAY, None)


def test_a_unit_is_split_on_a_day() -> None:
    other = NEW | {"code": "991", "name": "Khác", "full_name": "Huyện Khác"}
    found = units(split_unit(ROWS, "180", [NEW, other], DAY))
    assert found["Huyện Tràng Định"] == (None, date(2022, 6, 30))
    assert found["Huyện Mới"] == found["Huyện Khác"] == (DAY, None)


def test_a_code_in_use_is_not_given_twice_and_an_unknown_one_not_closed() -> None:
    with pytest.raises(ValueError, match="180"):
        open_unit(ROWS, NEW | {"code": "180"}, DAY)
    with pytest.raises(KeyError):
        close_unit(ROWS, "999", DAY)


def test_a_period_moves_and_the_comments_stay() -> None:
    due = datetime(2022, 5, 20, 10, 30, tzinfo=UTC)
    text = set_period(
        FILES[PROGRAMME],
        load_programme(FILES).period_by_code["6-thang"],
        {"due": write_instant(due), "grace_hours": "12"},
    )
    made = load_programme(FILES | {PROGRAMME: text})
    assert made.period_by_code["6-thang"].due == due
    assert made.period_by_code["nam"].due == load_programme(FILES).period_by_code["nam"].due
    assert text.count("#") == FILES[PROGRAMME].count("#")


def test_a_duty_is_switched_on_and_off_and_added() -> None:
    text = set_duty(
        FILES[PROGRAMME], unit_type="border_guard", period="6-thang", form="bao-cao-6-thang", is_enabled=True
    )
    assert len(load_programme(FILES | {PROGRAMME: text}).obligations("6-thang")) == 12
    assert (
        set_duty(text, unit_type="border_guard", period="6-thang", form="bao-cao-6-thang", is_enabled=False)
        == FILES[PROGRAMME]
    )
    added = set_duty(FILES[PROGRAMME], unit_type="border_guard", period="ke-hoach", form="ke-hoach", is_enabled=True)
    assert any(duty.unit_type == "border_guard" and duty.period == "ke-hoach"
               for duty in load_programme(FILES | {PROGRAMME: added}).duties)  # fmt: skip


def test_two_rosters_are_compared_by_code_and_first_day() -> None:
    merged = merge_units(ROWS, ["180", "181"], NEW, DAY)
    change = compare_rosters(ROWS, merged)
    assert [row["code"] for row in change.added] == ["990"]
    assert [(after["code"], after["valid_to"]) for _, after in change.changed] == [
        ("180", "2022-06-30"), ("181", "2022-06-30"),
    ]  # fmt: skip
    assert change.gone == ()
    assert change.leaving == ("180", "181")
    assert not compare_rosters(ROWS, ROWS)
    assert compare_rosters(ROWS, ROWS[1:]).leaving == (ROWS[0]["code"],)


# Who holds a code

_HELD = {"code": "181", "name": "Bình Gia", "full_name": "Huyện Bình Gia", "type": "district"}


def replace_181(*rows: dict[str, str]) -> Programme:
    blank = dict.fromkeys(UNIT_COLUMNS, "")
    kept = [row for row in ROWS if row["code"] != "181"]
    return load_programme(FILES | {UNITS: write_rows([*kept, *(blank | _HELD | row for row in rows)])})


@pytest.mark.parametrize(
    ("rows", "heirs"),
    [
        ([{}], []),
        ([{"full_name": "Huyện Bình Gia (sửa)"}], []),
        ([{"valid_from": "2021-01-01"}], []),
        ([{"valid_to": "2022-03-31"}], []),
        ([], []),
        ([{"valid_from": "2021-01-01", "full_name": "Xã Mới"}], ["ke-hoach", "6-thang", "nam"]),
        ([{"valid_to": "2022-03-31"}, {"valid_from": "2022-04-01", "full_name": "Xã Mới"}], ["6-thang", "nam"]),
        ([{"valid_to": "2022-06-30"}, {"valid_from": "2022-07-01", "full_name": "Xã Mới"}], ["nam"]),
        ([{"valid_to": "2022-03-31"}, {"valid_from": "2022-04-01", "type": "border_guard"}], []),
        ([{}, {"code": "990", "full_name": "Xã Mới"}], ["ke-hoach", "6-thang", "nam"]),
    ],
)
def test_a_unit_comes_to_hold_a_code_of_another_or_of_none(rows: list[dict[str, str]], heirs: list[str]) -> None:
    assert [heir.period.code for heir in find_heirs(replace_181({}), replace_181(*rows))] == heirs


def test_a_unit_that_comes_back_was_held_by_nobody_meanwhile() -> None:
    (first, *_) = find_heirs(replace_181(), replace_181({}))
    assert (first.before, first.unit.full_name) == (None, "Huyện Bình Gia")


def test_a_list_of_units_is_read_with_the_headings_and_types_that_people_use() -> None:
    types = {"district": "Huyện, thành phố"}
    cells = ["178", "Lạng Sơn", "TP Lạng Sơn", "huyện,  thành phố", "", "", "", "", "", "thêm"]
    row = dict(zip(UNIT_COLUMNS, cells, strict=False)) | {"type": "district"}
    for headings in (HEADINGS.values(), HEADINGS):
        assert read_list([[*headings, "Điện thoại"], cells, [""] * 10], types) == [row]
    with pytest.raises(ColumnsMissing) as missing:
        read_list([["Mã", "Tên gọi", "Loại"]], types)
    assert missing.value.args == ("Tên đầy đủ", "Cấp trên", "Từ ngày", "Đến ngày", "Xác nhận", "Ghi chú")


def test_a_unit_whose_first_day_is_mended_does_not_leave() -> None:
    mended = [row | {"valid_from": "2021-01-01"} if row["code"] == "181" else row for row in ROWS]
    renamed = [row | {"full_name": "Xã Mới"} if row["code"] == "181" else row for row in mended]
    assert compare_rosters(ROWS, mended).leaving == ()
    assert compare_rosters(ROWS, renamed).leaving == ("181",)


def test_a_column_that_came_later_is_kept_and_its_blank_cells_change_nothing() -> None:
    coded = [ROWS[0] | {"organisation_code": "H37.1"}, *(row | {"organisation_code": ""} for row in ROWS[1:])]
    assert read_rows(write_rows(coded)) == coded
    assert [after["organisation_code"] for _, after in compare_rosters(ROWS, coded).changed] == ["H37.1"]
    assert read_rows(write_rows([row | {"organisation_code": ""} for row in ROWS])) == ROWS


@pytest.mark.parametrize(
    ("parents", "told"),
    [
        ({"181": "999"}, ["không có đơn vị cấp trên “999”"]),
        ({"181": "181"}, ["đơn vị “181” không thể ở dưới chính mình"]),
        ({"181": "178", "178": "181"}, [f"đơn vị “{code}” không thể ở dưới chính mình" for code in ("178", "181")]),
        ({"181": "178"}, []),
    ],
)
def test_a_unit_above_is_known_and_stands_above(parents: dict[str, str], told: list[str]) -> None:
    rows = [row | {"parent": parents.get(row["code"], "")} for row in ROWS]
    misfits = assemble(read_parts(FILES | {UNITS: write_rows(rows)}).raw).misfits
    assert [misfit.what for misfit in misfits] == told


def test_units_stand_below_each_other_in_no_more_levels_than_are_followed() -> None:
    parts = read_parts(FILES).raw
    first = {**ROWS[0], "parent": "", "full_name": "Xã"}
    chain = [first | {"code": f"C{each}", "parent": f"C{each - 1}" if each else ""} for each in range(MOST_LEVELS + 3)]
    misfits = assemble(parts | {"units": [*parts["units"], *chain]}).misfits
    assert [misfit.what for misfit in misfits] == [
        f"đơn vị “C{each}” ở dưới quá {MOST_LEVELS} cấp" for each in (MOST_LEVELS + 1, MOST_LEVELS + 2)
    ]


def test_of_very_many_unknown_codes_each_is_told_and_the_first_with_what_is_near() -> None:
    told = say_each_unknown("đơn vị", ["TM1"], (f"TM1{each}" for each in [0, 0, *range(5_000)]))
    assert len(told) == 5_000
    assert told["TM10"] == "không có đơn vị “TM10”; có phải là “TM1”"
    assert told["TM14999"] == "không có đơn vị “TM14999”"


def test_a_programme_that_was_written_as_a_whole_is_changed_line_by_line() -> None:
    """What was written from a sổ has its duties and rules in blocks, as the office's own files have."""
    texts = {name: data.decode() for name, data in sample.FILES.items() if not name.endswith(".docx")}
    written = write_files(read_parts(texts).raw)
    main = set_duty(written["programme.toml"], unit_type="district", period="nam", form="bc", is_enabled=False)
    main = set_recipients(main, ["Lưu: VT", "Bộ “A” [x] # y"])
    made = load_programme({**written, "programme.toml": main})
    assert [duty.enabled for duty in made.duties] == [True, False]
    assert made.office.recipients == ("Lưu: VT", "Bộ “A” [x] # y")
