"""A programme is renewed without inventing anything: dates move, what has ended is left out, what is open is told."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from chalicelib import folders
from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.programme.loading import (
    INDICATORS,
    LAWS,
    PROGRAMME,
    SUCCESSIONS,
    UNITS,
    ProgrammeInvalid,
    load_programme,
)
from chalicelib.domain.programme.renewal import Document, rehearse, renew_for_year
from tests.domain.test_loading import FILES as SMALL

FILES = folders.read_folder(folders.SHIPPED / "ct138-2022")
COMMUNES = next(files for folder in folders.find_folders() if SUCCESSIONS in (files := folders.read_folder(folder)))
DATES = re.compile(r"\d{4}-\d{2}-\d{2}(T[\d:]+)?")
GIVEN = Document("05/CTr-BCĐ", date(2023, 1, 18))


def renew(files: dict[str, str], year: int, document: Document = GIVEN) -> tuple[dict[str, str], list[str]]:
    """The files of that year and what is told of them."""
    renewal = renew_for_year(files, code="moi", year=year, document=document)
    load_programme(renewal.files)
    return renewal.files, [str(each) for each in renewal.told]


def change(name: str, before: str, after: str) -> dict[str, str]:
    assert before in SMALL[name]
    return {**SMALL, name: SMALL[name].replace(before, after, 1)}


def test_renewing_for_a_year_moves_every_date_and_keeps_the_rest() -> None:
    files, _ = renew(FILES, 2023)
    renewed = load_programme(files)
    assert (renewed.code, renewed.year, renewed.follows) == ("moi", 2023, "ct138-2022")
    assert renewed.period_by_code["6-thang"].due == datetime(2023, 5, 15, tzinfo=VIETNAM).astimezone(UTC)
    assert renewed.period_by_code["nam"].data_from.isoformat() == "2022-11-15"
    assert "năm 2023" in renewed.title
    assert {name for name in FILES if files[name] != FILES[name]} == {PROGRAMME}

    def bare(text: str) -> list[str]:
        own = ("code", "follows", "year", "number", "signed")
        return [DATES.sub("", line) for line in text.splitlines() if not line.startswith(own)]

    before = FILES[PROGRAMME].partition('[[targets]]\ncode = "T6"')[0].rstrip()
    assert bare(files[PROGRAMME].rstrip()) == bare(before)


def test_renewing_again_names_the_programme_just_before() -> None:
    once = renew_for_year(FILES, code="ct138-2023", year=2023).files
    twice = load_programme(renew_for_year(once, code="ct138-2024", year=2024).files)
    assert (twice.code, twice.follows) == ("ct138-2024", "ct138-2023")


@pytest.mark.parametrize(
    ("document", "number", "signed", "told"),
    [
        (GIVEN, "05/CTr-BCĐ", date(2023, 1, 18), []),
        (Document("05/CTr-BCĐ"), "05/CTr-BCĐ", None, ["ngày ký chương trình mới chưa có"]),
        (
            Document(), "…/CTr-BCĐ", None,
            ["số, ký hiệu của chương trình mới chưa có", "ngày ký chương trình mới chưa có"],
        ),
        (Document('01/"CTr'), '01/"CTr', None, ["ngày ký chương trình mới chưa có"]),
    ],
)  # fmt: skip
def test_number_and_day_stay_open_until_they_are_given(
    document: Document, number: str, signed: date | None, told: list[str]
) -> None:
    for files in (FILES, renew(FILES, 2023, Document())[0], renew(FILES, 2023)[0]):
        renewed, said = renew(files, 2024, document)
        programme = load_programme(renewed)
        assert (programme.number, programme.signed) == (number, signed)
        assert [each.partition(": ")[2] for each in said if "mới chưa có" in each] == told


def test_a_rehearsal_has_no_number_of_another_document() -> None:
    due = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
    rehearsed = load_programme(rehearse(FILES, code="now", period="6-thang", due=due).files)
    assert (rehearsed.number, rehearsed.signed) == ("…/CTr-BCĐ", None)


# What is left out


def test_units_that_ended_are_not_revived_and_told_by_name() -> None:
    files, told = renew(FILES, 2026)
    renewed = load_programme(files)
    assert not [unit for unit in renewed.units if unit.type == "district"]
    assert not [duty for duty in renewed.duties if duty.unit_type == "district"]
    assert not [each for period in renewed.periods for each in renewed.obligations(period.code) if each.unit == "180"]
    assert "units.csv: bỏ Huyện Tràng Định (180), đã kết thúc ngày 30/6/2025" in told
    assert "programme.toml: bỏ báo cáo phải nộp của loại đơn vị “Huyện, thành phố”, không còn đơn vị nào" in told
    assert any("số chung" in each for each in told)


@pytest.mark.parametrize(("year", "is_left_out"), [(2024, False), (2025, True), (2026, True)])
def test_a_unit_is_left_out_if_it_ended_before_the_first_period_of_the_year_does(year: int, is_left_out: bool) -> None:
    files, told = renew(SMALL, year)
    assert ("180" not in load_programme(files).unit_by_code) is is_left_out
    assert any("Huyện Tràng Định (180)" in each for each in told) is is_left_out
    assert load_programme(files).duties, "the type has another unit"


def test_a_unit_under_a_code_that_was_given_again_leaves_and_the_other_stays() -> None:
    rows = "180,Mới,Xã Mới,district,,2025-07-01,,chắc chắn,\n"
    files, _ = renew({**SMALL, UNITS: SMALL[UNITS] + rows}, 2026)
    assert [unit.full_name for unit in load_programme(files).units if unit.code == "180"] == ["Xã Mới"]


def test_a_list_saved_by_excel_stays_as_excel_saved_it() -> None:
    text = "\ufeff" + SMALL[UNITS].replace("Sở Công Thương,Sở Công Thương", '"Sở; CT",Sở Công Thương')
    excel = text.replace(",", ";").replace("2025-06-30", "30/06/2025")
    files, told = renew({**SMALL, UNITS: excel}, 2026)
    assert files[UNITS] == "".join(line for line in excel.splitlines(keepends=True) if not line.startswith("180"))
    assert "units.csv: bỏ Huyện Tràng Định (180), đã kết thúc ngày 30/6/2025" in told


def test_a_target_of_one_year_is_left_out_and_told() -> None:
    marked = change(PROGRAMME, 'periods = ["nam"]\n', 'periods = ["nam"]\nonce = true\n# ghi chú\n')
    files, told = renew(marked, 2023)
    assert load_programme(files).targets == ()
    assert "# ghi chú" in files[PROGRAMME]
    assert "programme.toml: bỏ chỉ tiêu T1 “Ít nhất 02 mô hình”: chỉ đặt ra cho một năm" in told
    assert len(load_programme(renew(SMALL, 2023)[0]).targets) == 1


def test_what_only_a_unit_of_the_past_was_asked_is_asked_of_nobody() -> None:
    ended = change(
        UNITS, "178,Lạng Sơn,Thành phố Lạng Sơn,district,,,", "178,Lạng Sơn,Thành phố Lạng Sơn,district,,,2025-06-30"
    )
    files, told = renew(ended, 2026)
    renewed = load_programme(files)
    assert not renewed.indicator_by_code["B01"].is_valid_in(renewed.periods[0])
    assert "indicators.csv, dòng 6: B01 hỏi đơn vị đã kết thúc, nay không hỏi đơn vị đó nữa" in told
    assert "programme.toml: bỏ chỉ tiêu T1 “Ít nhất 02 mô hình”: đặt ra cho đơn vị đã kết thúc" in told


# What has to be read again

YEAR_OF_ITS_OWN = "programme.toml, dòng 3: có ghi ngày hoặc năm (2022)"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (change(PROGRAMME, "Chương trình thử", "Kế hoạch năm 2022"), YEAR_OF_ITS_OWN),
        (change(PROGRAMME, "Chương trình thử", "Kế hoạch năm {year}"), ""),
        (change(PROGRAMME, "year = 2022", '# "title" năm 2020\nyear = 2022 # theo Kế hoạch năm 2021'), ""),
        (change(INDICATORS, "về tôn giáo", "từ 01/7/2024"), "indicators.csv, dòng 3: có ghi ngày hoặc năm (01/7/2024)"),
        (
            change(INDICATORS, "QLAC,", "NĐ 13/2023,"),
            "indicators.csv, dòng 2: viện dẫn NĐ 13/2023: không có hiệu lực trong kỳ mới, thay bằng 91/2025/QH15, "
            "356/2025/NĐ-CP",
        ),
        (change(INDICATORS, "QLAC,", "NĐ 30/2020,"), ""),
    ],
    ids=["a year", "the programme's year", "a comment", "a day", "a law that ended", "a law in force"],
)  # fmt: skip
def test_texts_with_a_date_of_their_own_are_told_with_file_and_line(files: dict[str, str], told: str) -> None:
    named = change(PROGRAMME, 'name = "Năm 2022"', 'name = "Năm {year}"')
    files = files | ({PROGRAMME: named[PROGRAMME]} if files[PROGRAMME] == SMALL[PROGRAMME] else {
        PROGRAMME: files[PROGRAMME].replace('name = "Năm 2022"', 'name = "Năm {year}"')})  # fmt: skip
    _, said = renew(files, 2027)
    found = [each for each in said if "ghi ngày" in each or "viện dẫn" in each]
    assert (found[0].startswith(told), len(found)) == (True, 1) if told else not found


def test_a_programme_with_its_own_laws_is_told_which_have_ended() -> None:
    _, told = renew(FILES, 2027)
    assert "indicators.csv, dòng 78: viện dẫn ND38: không có hiệu lực trong kỳ mới, thay bằng 30/2023/QH15" in told
    assert LAWS in FILES


# Dates


def test_the_29th_of_february_becomes_the_28th() -> None:
    leap = change(PROGRAMME, "opens = 2022-10-15", "opens = 2020-02-29")
    leap = {**leap, PROGRAMME: leap[PROGRAMME].replace("year = 2022", "year = 2020")}
    assert "opens = 2023-02-28" in renew(leap, 2023)[0][PROGRAMME]


def test_a_window_that_ends_with_february_is_told_in_a_leap_year() -> None:
    ending = change(PROGRAMME, "data_to = 2022-11-14", "data_to = 2022-02-28")
    what = "số liệu đến ngày 28/02, năm 2024 có ngày 29/02, xin xem lại"
    assert [each for each in renew(ending, 2024)[1] if what in each]
    assert not [each for each in renew(ending, 2025)[1] if "29/02" in each]


@pytest.mark.parametrize("code", ['a"b', r"a\1b", "a\nb", "../a"])
def test_a_code_that_cannot_be_one_is_told_and_never_read_as_another(code: str) -> None:
    with pytest.raises(ProgrammeInvalid, match="chỉ được gồm chữ"):
        renew_for_year(SMALL, code=code, year=2023)


@pytest.mark.parametrize("year", [0, 10_000])
def test_a_year_that_no_calendar_has_is_told(year: int) -> None:
    with pytest.raises(ValueError, match="không có năm"):
        renew_for_year(SMALL, code="b", year=year)


def test_in_a_rehearsal_the_period_falls_due_at_that_instant_and_everything_moves_along() -> None:
    due = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
    renewed = load_programme(rehearse(FILES, code="now", period="6-thang", due=due).files)
    original = load_programme(FILES)
    assert renewed.period_by_code["6-thang"].due == due
    span = due - original.period_by_code["6-thang"].due
    assert renewed.period_by_code["nam"].lock == original.period_by_code["nam"].lock + span
    assert len(renewed.obligations("6-thang")) == len(original.obligations("6-thang")) == 11
    assert renewed.unit_by_code["180"].valid_to is None, "it outlives the programme, so it does in the rehearsal"


def test_in_a_rehearsal_units_begin_as_long_before_the_period_as_they_did() -> None:
    due = datetime(2027, 1, 1, tzinfo=UTC)
    renewed, original = (
        load_programme(rehearse(COMMUNES, code="now", period="nam", due=due).files),
        load_programme(COMMUNES),
    )
    before, after = original.period_by_code["nam"], renewed.period_by_code["nam"]
    begun = {(after.data_to - unit.valid_from).days for unit in renewed.units if unit.valid_from}
    assert begun == {(before.data_to - unit.valid_from).days for unit in original.units if unit.valid_from}
    assert {renewed.successions[0].on} == {unit.valid_from for unit in renewed.units if unit.valid_from}
    assert SUCCESSIONS in COMMUNES


@pytest.mark.parametrize(("text", "what"), [("", "năm"), ("year = 2022\n", "kỳ")])
def test_what_cannot_be_renewed_is_said(text: str, what: str) -> None:
    files = {**SMALL, PROGRAMME: text}
    with pytest.raises(ValueError, match=what):
        rehearse(files, code="b", period="x", due=datetime(2026, 1, 1, tzinfo=UTC)) if what == "kỳ" else (
            renew_for_year(files, code="b", year=2026)
        )
