"""Loading a programme: what is read, and what is said of each mistake that PV05 can make in its files."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from unicodedata import normalize

import pytest

from chalicelib.domain.programme import kinds
from chalicelib.domain.programme.loading import Problem, ProgrammeInvalid, load_kept, load_programme, read_csv
from chalicelib.domain.programme.making import COLUMNS
from chalicelib.domain.programme.model import Programme

KIND_NAMES = ", ".join(kind.name for kind in kinds.KINDS.values())

PROGRAMME = """\
code = "thu"
title = "Chương trình thử"
year = 2022
number = "01/CTr"
signed = 2022-01-19
headline = "district"
charts = ["B07"]

[office]
parent = "UBND TỈNH"
name = "BAN CHỈ ĐẠO 138"
abbreviation = "BCĐ"
place = "Lạng Sơn"
contact = "PV05"
signer_authority = "KT. TRƯỞNG BAN"
signer_title = "PHÓ TRƯỞNG BAN"
signer_name = ""
addressee = "V05"
recipients = ["V05"]

[unit_types]
district = "Huyện, thành phố"
department = "Sở, ban, ngành"

[letterheads]
department = "UBND TỈNH"

[[periods]]
code = "nam"
name = "Năm 2022"
data_from = 2021-11-15
data_to = 2022-11-14
opens = 2022-10-15
due = 2022-11-15
lock = 2022-12-15

[[duties]]
unit_type = "district"
period = "nam"
form = "bao-cao"

[[targets]]
code = "T1"
title = "Ít nhất 02 mô hình"
scope = "unit"
unit_type = "district"
conditions = [{ indicator = "D34", at_least = 2, units = ["178"] }]
periods = ["nam"]
"""

UNITS = """\
code,name,full_name,type,parent,valid_from,valid_to,certain,note
178,Lạng Sơn,Thành phố Lạng Sơn,district,,,,chắc chắn,
180,Tràng Định,Huyện Tràng Định,district,,,2025-06-30,chắc chắn,
SCT,Sở Công Thương,Sở Công Thương,department,,,,cần xác nhận,
"""

INDICATORS = """\
code,group,label,measure_unit,kind,senders,part_of,computed,also,valid_from,valid_to,source,note
B05,B. Tuyên truyền,"Cuộc, buổi tuyên truyền",cuộc (buổi),flow,district|department,,,cuộc|buổi,,,QLAC,
B07,B. Tuyên truyền,Trong đó: về tôn giáo,buổi,flow,district,B05,,,,,TPLS,
D34,D. Mô hình,Mô hình xây dựng mới,mô hình,flow,district,,,,,30/06/2024,CTr II.2,
F56,F. Tin,Tỷ lệ,%,ratio,district,,B07 / B05,,,,PBINH,
B01,B. Tuyên truyền,Tổng số,cuộc,flow,unit:178,,B05 + B07,,,,,
"""

FORM = """\
code = "bao-cao"
version = 1
title = "Báo cáo"
heading = "BÁO CÁO"
optional = ["B07"]

[[sections]]
title = "Số liệu"
indicators = ["B05", "B07", "D34", "F56", "B01"]

[[tables]]
code = "mo-hinh"
title = "Mô hình"
senders = ["district"]
names = ["hinh_thuc", "ten"]
columns = [
    { code = "ten", label = "Tên", kind = "text" },
    { code = "hinh_thuc", label = "Hình thức", kind = "text", choices = ["Xây dựng mới", "Nhân rộng"] },
]

[[rules]]
id = "BC-01"
check = 'count(mo-hinh, hinh_thuc = "Xây dựng mới") == D34'
message = "Đối chiếu D34."

[[rules]]
id = "BC-02"
check = "B07 <= B05"
message = "Đối chiếu B07, B05."
"""

NAMING_TABLE = """\
[[tables]]
code = "to"
title = "Tổ"
names = ["ten"]
columns = [{ code = "ten", label = "Tên", kind = "text" }]

"""

SUCCESSIONS = """\
old_code,old_name,old_parent,new_code,on,note
05971,Phường Hoàng Văn Thụ,178,06187,2025-07-01,
05974,Phường Tam Thanh,,05986,01/07/2025,
"""

FILES = {
    "programme.toml": PROGRAMME, "units.csv": UNITS, "indicators.csv": INDICATORS, "bao-cao.toml": FORM,
    "successions.csv": SUCCESSIONS,
}  # fmt: skip


def change(file: str, old: str, new: str) -> dict[str, str]:
    """The files with one mistake in them."""
    assert FILES[file].count(old) == 1, f"“{old}” stands {FILES[file].count(old)} times in {file}"
    return FILES | {file: FILES[file].replace(old, new)}


def find_problems(files: dict[str, str]) -> list[Problem]:
    with pytest.raises(ProgrammeInvalid) as caught:
        load_programme(files)
    assert str(caught.value) == "\n".join(str(problem) for problem in caught.value.problems)
    return list(caught.value.problems)


# What is read


def test_successions_of_units_are_part_of_the_programme_and_may_be_left_out() -> None:
    first, second = load_programme(FILES).successions
    assert (first.old, first.old_parent, first.new) == ("05971", "178", "06187")
    assert first.on == second.on == date(2025, 7, 1)
    assert load_programme({name: text for name, text in FILES.items() if name != "successions.csv"}).successions == ()


def test_a_version_in_force_is_read_as_what_came_in() -> None:
    decomposed = {name: normalize("NFD", text) for name, text in FILES.items()}
    assert load_kept(FILES, version=3) == load_kept(decomposed, version=3) == load_programme(FILES, version=3)


@pytest.mark.parametrize("text", ["[[", PROGRAMME.replace("year = 2022", "year = []")])
def test_a_version_that_cannot_be_read_any_more_is_told(text: str) -> None:
    with pytest.raises(ProgrammeInvalid, match=r"programme\.toml"):
        load_kept(FILES | {"programme.toml": text}, version=3)


def test_a_programme_is_read_whole() -> None:
    programme = load_programme(FILES, version=3)
    assert (programme.code, programme.version, programme.signed) == ("thu", 3, date(2022, 1, 19))
    assert [unit.certain for unit in programme.units] == [True, True, False]
    assert programme.indicator_by_code["B05"].senders == ("district", "department")
    assert programme.indicator_by_code["B05"].also == ("cuộc", "buổi")
    assert programme.indicator_by_code["F56"].quotient == ("B07", "B05")
    assert programme.indicator_by_code["F56"].kind == kinds.RATIO
    assert programme.form_by_code["bao-cao"].codes == ("B05", "B07", "D34", "F56", "B01")


@pytest.mark.parametrize(
    ("periods", "is_asked"), [("", True), ('periods = ["nam"]\n', True), ("periods = []\n", False)]
)
def test_a_part_with_periods_is_asked_in_these_alone(periods: str, is_asked: bool) -> None:
    text = FORM.replace("[[sections]]\n", "[[sections]]\n" + periods).replace("[[tables]]\n", "[[tables]]\n" + periods)
    prose = f'\n[[narratives]]\ncode = "noi-bat"\nlabel = "Kết quả"\n{periods}'
    programme = load_programme(FILES | {"bao-cao.toml": text + prose})
    form, unit, period = programme.form_by_code["bao-cao"], programme.unit_by_code["178"], programme.periods[0]
    assert bool(programme.rows(form, unit, period)) is is_asked
    assert bool(programme.tables(form, unit, period)) is is_asked
    assert bool(programme.narratives(form, period)) is is_asked
    kept = Programme.model_validate_json(programme.model_dump_json())
    assert kept.form_by_code["bao-cao"] == form


def test_a_part_without_periods_is_kept_as_it_was_before_there_were_any() -> None:
    assert '"periods":null' not in load_programme(FILES).model_dump_json()


def test_dates_are_read_as_written_or_as_excel_rewrites_them() -> None:
    programme = load_programme(FILES)
    assert programme.unit_by_code["180"].valid_to == date(2025, 6, 30)
    assert programme.indicator_by_code["D34"].valid_to == date(2024, 6, 30)


def test_a_day_is_its_first_moment_in_viet_nam() -> None:
    period = load_programme(FILES).period_by_code["nam"]
    assert period.due == datetime(2022, 11, 14, 17, tzinfo=UTC)
    assert period.grace == timedelta(0)


def test_a_time_of_day_may_be_given() -> None:
    period = load_programme(change("programme.toml", "due = 2022-11-15", "due = 2022-11-14T16:30:00")).periods[0]
    assert period.due == datetime(2022, 11, 14, 9, 30, tzinfo=UTC)


def test_hours_of_grace_move_the_end_of_on_time() -> None:
    period = load_programme(change("programme.toml", "lock =", "grace_hours = 8\nlock =")).periods[0]
    assert period.judge(datetime(2022, 11, 15, 0, 59, tzinfo=UTC)) == "on_time"
    assert period.judge(datetime(2022, 11, 15, 1, 0, tzinfo=UTC)) == "late"


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param(UNITS.replace(",", ";"), id="semicolons"),
        pytest.param("\ufeff" + UNITS, id="byte order mark"),
        pytest.param("\ufeff" + UNITS.replace(",", ";").replace("\n", "\r\n"), id="all at once"),
        pytest.param(UNITS.replace("\n", "\r"), id="line ends of old Macs"),
        pytest.param(UNITS.rstrip("\n"), id="no line end at the end"),
        pytest.param(normalize("NFD", UNITS), id="decomposed letters"),
        pytest.param(UNITS.replace(",,,,chắc chắn,\n", ",,,,chắc chắn\n"), id="trailing separators dropped"),
        pytest.param(UNITS.replace("\n", ",\n"), id="an empty column at the end"),
        pytest.param(UNITS.replace("\n180", "\n\n,,,,,,,,\n  \n180"), id="blank rows"),
        pytest.param(UNITS.replace("178,Lạng Sơn,", "178 , Lạng Sơn ,"), id="spaces around"),
    ],
)
def test_units_load_however_they_were_saved(saved: str) -> None:
    assert load_programme(FILES | {"units.csv": saved}) == load_programme(FILES)


def test_rows_are_counted_as_excel_shows_them() -> None:
    text = 'code,note\n\nA,\n,\nB,"hai\ndòng"\n\n\nC,cuối\n'
    assert [(line, row["code"]) for line, row in read_csv(text)] == [(3, "A"), (5, "B"), (8, "C")]


def test_the_row_of_a_mistake_is_right_below_blank_rows() -> None:
    text = UNITS.replace("\n180", "\n\n,,,,,,,,\n180").replace("cần xác nhận", "có thể")
    (problem,) = find_problems(FILES | {"units.csv": text})
    assert problem.row == 6
    assert text.split("\n")[problem.row - 1].startswith("SCT")


def test_one_code_may_pass_to_another_unit_later() -> None:
    later = UNITS + "180,Thất Khê,Xã Thất Khê,district,,2025-07-01,,chắc chắn,\n"
    programme = load_programme(FILES | {"units.csv": later})
    assert programme.unit_by_code["180"].name == "Thất Khê"
    assert [entry.unit for entry in programme.obligations("nam")] == ["178", "180"]
    found = programme.find_unit("180", programme.period_by_code["nam"])
    assert found is not None
    assert found.name == "Tràng Định"


_BASED = "B17,B. Tuyên truyền,Hộ ký cam kết,hộ,flow,district,,,,,,,,{}\n"


def test_an_indicator_may_name_the_figure_by_which_units_of_unlike_size_are_comparable() -> None:
    based = INDICATORS.replace("source,note", "source,note,per") + _BASED.format("B05")
    found = load_programme(FILES | {"indicators.csv": based}).indicator_by_code
    assert (found["B17"].per, found["B05"].per) == ("B05", "")
    assert "per" not in found["B05"].model_dump()  # a programme without any keeps its hash


def test_an_indicator_may_name_the_day_since_which_it_counts_as_it_does_now() -> None:
    dated = INDICATORS.replace("source,note", "source,note,comparable_from") + _BASED.format("01/7/2026")
    found = load_programme(FILES | {"indicators.csv": dated}).indicator_by_code
    assert (found["B17"].comparable_from, found["B05"].comparable_from) == (date(2026, 7, 1), None)
    assert "comparable_from" not in found["B05"].model_dump()


# Mistakes, each with exactly one problem

MISTAKES = {
    # units.csv
    "a column is missing": (
        ("units.csv", "code,name,full_name,type,parent,", "code,name,full_name,type,parrent,"),
        Problem("units.csv", 1, "thiếu cột parent"),
    ),
    "a name is missing": (
        ("units.csv", "SCT,Sở Công Thương,Sở Công Thương,", "SCT,Sở Công Thương,,"),
        Problem("units.csv", 4, "cột full_name: không được để trống"),
    ),
    "an unknown unit type": (
        ("units.csv", "Huyện Tràng Định,district", "Huyện Tràng Định,distrct"),
        Problem("units.csv", 3, "cột type: không có loại đơn vị “distrct”; có phải là “district”"),
    ),
    "a unit twice at one time": (
        ("units.csv", "180,", "178,"),
        Problem("units.csv", 3, "cột code: mã đơn vị “178” lặp lại trong cùng thời gian"),
    ),
    "a date that is none": (
        ("units.csv", "2025-06-30", "31/06/2025"),
        Problem("units.csv", 3, "cột valid_to: “31/06/2025” không phải ngày (ghi 2024-07-01 hoặc 01/07/2024)"),
    ),
    "an end before the beginning": (
        ("units.csv", ",,2025-06-30", ",2025-07-01,2025-06-30"),
        Problem("units.csv", 3, "cột valid_to: ngày cuối trước ngày đầu"),
    ),
    "a certainty in other words": (
        ("units.csv", "cần xác nhận", "chưa rõ"),
        Problem("units.csv", 4, "cột certain: “chưa rõ” phải là “chắc chắn” hoặc “cần xác nhận”"),
    ),
    "a leading zero that Excel dropped": (
        ("units.csv", "180,", "6040,"),
        Problem("units.csv", 3, "cột code: mã đơn vị “6040” có 4 chữ số: Excel có thể đã bỏ số 0 ở đầu (06040)"),
    ),
    # indicators.csv
    "an unknown kind": (
        ("indicators.csv", "buổi,flow,", "buổi,flowing,"),
        Problem(
            "indicators.csv",
            3,
            f"cột kind: “flowing” không phải là một kiểu: {KIND_NAMES}",
        ),
    ),
    "a code twice": (
        ("indicators.csv", "F56,F. Tin", "B07,B. Tuyên truyền,Lặp,buổi,flow,district,,,,,,,\nF56,F. Tin"),
        Problem("indicators.csv", 5, "cột code: mã “B07” lặp lại"),
    ),
    "a code with a small letter first": (
        ("indicators.csv", "D34,", "d34,"),
        Problem("indicators.csv", 4, "cột code: mã “d34” phải bắt đầu bằng chữ in hoa, chỉ gồm chữ không dấu và số"),
    ),
    "an unknown sender": (
        ("indicators.csv", "district|department", "district|sở"),
        Problem("indicators.csv", 2, "cột senders: không có nơi báo cáo “sở”"),
    ),
    "an unknown single unit": (
        ("indicators.csv", "unit:178", "unit:999"),
        Problem("indicators.csv", 6, "cột senders: không có nơi báo cáo “unit:999”"),
    ),
    "a part of nothing": (
        ("indicators.csv", "district,B05,", "district,B99,"),
        Problem("indicators.csv", 3, "cột part_of: không có mã chỉ tiêu “B99”"),
    ),
    "a base that is no number": (
        ("indicators.csv", INDICATORS, INDICATORS.replace("source,note", "source,note,per") + _BASED.format("F56")),
        Problem("indicators.csv", 7, "cột per: “F56” phải là mã của một chỉ tiêu khác, kiểu số, cộng được"),
    ),
    "a base of itself": (
        ("indicators.csv", INDICATORS, INDICATORS.replace("source,note", "source,note,per") + _BASED.format("B17")),
        Problem("indicators.csv", 7, "cột per: “B17” phải là mã của một chỉ tiêu khác, kiểu số, cộng được"),
    ),
    "a ratio without a denominator": (
        ("indicators.csv", "B07 / B05", "B07"),
        Problem("indicators.csv", 5, "cột computed: tỷ lệ phải ghi dạng “tử số / mẫu số”"),
    ),
    "a total that cannot be read": (
        ("indicators.csv", "B05 + B07", "B05 và B07"),
        Problem("indicators.csv", 6, "cột computed: không đọc được biểu thức tại “và B07”"),
    ),
    "a comma outside quotation marks": (
        ("indicators.csv", "Trong đó: về tôn giáo", "Trong đó: về tôn giáo, tín ngưỡng"),
        Problem(
            "indicators.csv",
            3,
            f"cột kind: “buổi” không phải là một kiểu: {KIND_NAMES}",
        ),
    ),
    "a comma outside quotation marks in the last column": (
        ("indicators.csv", ",TPLS,", ",TPLS,59 buổi, 14 lượt"),
        Problem("indicators.csv", 3, "thừa ô “14 lượt” sau cột cuối: ô có dấu phân cách phải đặt trong ngoặc kép"),
    ),
    # successions.csv
    "a succession without its day": (
        ("successions.csv", "06187,2025-07-01", "06187,"),
        Problem("successions.csv", 2, "cột on: không được để trống"),
    ),
    "a succession of nothing": (
        ("successions.csv", "05974,", ","),
        Problem("successions.csv", 3, "cột old_code: không được để trống"),
    ),
    "successions without a column": (
        ("successions.csv", "new_code,on", "new_code,ngay"),
        Problem("successions.csv", 1, "thiếu cột on"),
    ),
    # the form
    "names in a column that is not there": (
        ("bao-cao.toml", 'names = ["hinh_thuc", "ten"]', 'names = ["loai"]'),
        Problem("bao-cao.toml", 0, "bảng “mo-hinh”, names: không có cột “loai”"),
    ),
    "names in two tables": (
        ("bao-cao.toml", '[[rules]]\nid = "BC-01"', NAMING_TABLE + '[[rules]]\nid = "BC-01"'),
        Problem("bao-cao.toml", 0, "bảng “to”, names: chỉ một bảng được có cột đặt tên, ở đây có 2: mo-hinh, to"),
    ),
    "a form that is not TOML": (
        ("bao-cao.toml", 'title = "Báo cáo"', 'title = "Báo cáo'),
        Problem("bao-cao.toml", 3, "sai cú pháp TOML (Illegal character '\\n' (at line 3, column 17))"),
    ),
    "a column of an unknown kind": (
        ("bao-cao.toml", 'label = "Tên", kind = "text"', 'label = "Tên", kind = "texts"'),
        Problem(
            "bao-cao.toml",
            0,
            f"bảng “mo-hinh”, cột “ten”, kind: “texts” không phải là một kiểu: {KIND_NAMES}",
        ),
    ),
    "a form with an unknown key": (
        ("bao-cao.toml", 'heading = "BÁO CÁO"', 'heading = "BÁO CÁO"\ntieu_de = ""'),
        Problem("bao-cao.toml", 0, "tieu_de: không biết khóa này"),
    ),
    "a form without its heading": (
        ("bao-cao.toml", 'heading = "BÁO CÁO"\n', ""),
        Problem("bao-cao.toml", 0, "heading: thiếu"),
    ),
    "a form in a file of another name": (
        ("bao-cao.toml", 'code = "bao-cao"', 'code = "bao-cao-nam"'),
        Problem("bao-cao.toml", 0, "code “bao-cao-nam” phải trùng với tên tệp"),
    ),
    "a section is marked without a code": (
        ("bao-cao.toml", 'title = "Số liệu"', 'title = "Số liệu"\nnothing_to_report = true'),
        Problem("bao-cao.toml", 0, "mục “Số liệu”, nothing_to_report: cần có mã của mục"),
    ),
    "a marked section names a table that is not there": (
        (
            "bao-cao.toml",
            'title = "Số liệu"',
            'title = "Số liệu"\ncode = "so-lieu"\nnothing_to_report = true\ntables = ["to"]',
        ),
        Problem("bao-cao.toml", 0, "mục “Số liệu”, tables: không có bảng “to”"),
    ),
    "a section has the code of a figure": (
        ("bao-cao.toml", 'title = "Số liệu"', 'title = "Số liệu"\ncode = "b05"'),
        Problem(
            "bao-cao.toml",
            0,
            "mục “Số liệu”, code: “b05” phải là mã riêng, chỉ gồm chữ thường không dấu, chữ số và gạch nối",
        ),
    ),
    "a part for a period that is not there": (
        ("bao-cao.toml", 'title = "Số liệu"', 'title = "Số liệu"\nperiods = ["quy-1"]'),
        Problem("bao-cao.toml", 0, "mục “Số liệu”, periods: không có kỳ “quy-1”"),
    ),
    "a table that is asked without its section": (
        ("bao-cao.toml", 'title = "Số liệu"', 'title = "Số liệu"\nperiods = []\ntables = ["mo-hinh"]'),
        Problem("bao-cao.toml", 0, "mục “Số liệu”, tables: bảng “mo-hinh” phải được thu ở đúng các kỳ của mục"),
    ),
    "a total that is asked without a part": (
        (
            "bao-cao.toml",
            '"B05", "B07", "D34", "F56", "B01"]',
            '"B05", "D34", "F56"]\n[[sections]]\ntitle = "Thêm"\nperiods = []\nindicators = ["B07", "B01"]',
        ),
        Problem("bao-cao.toml", 0, "mục “Số liệu”, indicators: thiếu B07 trong kỳ “Năm 2022” để tính F56"),
    ),
    "a row that is no indicator": (
        ("bao-cao.toml", '"F56", "B01"]', '"F56", "B02"]'),
        Problem("bao-cao.toml", 0, "mục “Số liệu”, indicators: không có mã chỉ tiêu “B02”"),
    ),
    "a row that stands twice": (
        ("bao-cao.toml", '"F56", "B01"]', '"F56", "B01", "F56"]'),
        Problem("bao-cao.toml", 0, "mục “Số liệu”, indicators: mã chỉ tiêu “F56” lặp lại trong biểu mẫu"),
    ),
    "a rule with an unknown code": (
        ("bao-cao.toml", '"B07 <= B05"', '"B07 <= B99"'),
        Problem("bao-cao.toml", 0, "quy tắc “BC-02”, check: không có mã chỉ tiêu “B99”"),
    ),
    "a rule about what the form does not ask": (
        ("bao-cao.toml", '"B05", "B07", "D34", "F56", "B01"]', '"B05", "B07", "F56", "B01"]'),
        Problem(
            "bao-cao.toml",
            0,
            "quy tắc “BC-01”, check: biểu mẫu không hỏi chỉ tiêu “D34”, nên không đối chiếu được",
        ),
    ),
    **{
        f"a rule with {name}": (
            ("bao-cao.toml", 'check = "B07 <= B05"', f'check = "B07 <= B05"\n{lines}'),
            Problem("bao-cao.toml", 0, f"quy tắc “BC-02”, {what}"),
        )
        for name, lines, what in (
            (
                "an end before its beginning",
                "valid_from = 2026-07-01\nvalid_to = 2026-06-30",
                "valid_to: ngày cuối trước ngày đầu",
            ),
            (
                "a day on which a warning refuses",
                'severity = "warning"\nrefuses_from = 2026-07-01',
                "refuses_from: chỉ ghi cho quy tắc có mức “lỗi”",
            ),
            (
                "nothing to warn of at first",
                "valid_from = 2026-07-01\nrefuses_from = 2026-07-01",
                "refuses_from: phải sau ngày có hiệu lực: trước ngày này quy tắc chỉ cảnh báo",
            ),
            (
                "an end before it refuses",
                "valid_to = 2026-06-30\nrefuses_from = 2026-07-01",
                "refuses_from: phải không sau ngày cuối có hiệu lực",
            ),
            ("no reason why it was withdrawn", "withdrawn = 2026-07-01", "reason: rút quy tắc phải ghi lý do"),
            ("a reason and no day", 'reason = "Chưa phù hợp."', "withdrawn: có lý do rút mà chưa ghi ngày rút"),
            ("a day that is none", 'withdrawn = "hôm qua"\nreason = "Sai."', "withdrawn: phải là ngày"),
        )
    },
    **{
        f"a formula with {name}": (
            ("indicators.csv", "flow,unit:178,,B05 + B07", f'{kind},unit:178,,"{formula}"'),
            Problem("indicators.csv", 6, f"cột computed: {what}"),
        )
        for name, kind, formula, what in (
            ("itself in it", "flow", "B05 + B01", "cách tính vòng tròn: B01 → B01"),
            ("no figure", "flow", "5 * 2", "cách tính phải có ít nhất một mã chỉ tiêu"),
            (
                "a table",
                "measure",
                "B05 + count(mo-hinh)",
                "cách tính chỉ gồm mã chỉ tiêu, số và các phép tính; không lấy từ bảng kê",
            ),
            (
                "a fraction",
                "flow",
                "B05 + 0,5 * B07",
                "kiểu “cộng dồn trong kỳ” là số nguyên mà cách tính có hệ số lẻ: ghi kiểu “đo lường”, "
                "“điểm trung bình” hoặc “điểm của từng đơn vị”",
            ),
            (
                "a cap that would be added up",
                "measure",
                "min(10; 2 * B05)",
                "số có min, max không cộng được giữa các đơn vị: ghi kiểu “điểm trung bình” (lấy trung bình) "
                "hoặc “điểm của từng đơn vị”",
            ),
            (
                "a ratio that would be added up",
                "measure",
                "B05 + F56",
                "F56 là “tỷ lệ”, không cộng vào tổng được: ghi kiểu “điểm trung bình” hoặc “điểm của từng đơn vị”",
            ),
            ("a text as its kind", "text", "B05 + B07", "chỉ tính được số; kiểu của dòng này là “chữ”"),
            ("a slip of the hand", "flow", "B05 + BO7", "không có mã chỉ tiêu “BO7”; có phải là “B07”"),
        )
    },
    "a part of itself": (
        ("indicators.csv", "flow,district,B05,", "flow,district,B07,"),
        Problem("indicators.csv", 3, "cột part_of: “trong đó” vòng tròn: B07 → B07"),
    ),
    "a rule that cannot be read": (
        ("bao-cao.toml", '"B07 <= B05"', '"B07 <= B05 /2"'),
        Problem("bao-cao.toml", 0, "quy tắc “BC-02”, check: không đọc được biểu thức tại “/2”"),
    ),
    "a rule that compares nothing": (
        ("bao-cao.toml", '"B07 <= B05"', '"B07 = B05"'),
        Problem("bao-cao.toml", 0, "quy tắc “BC-02”, check: quy tắc phải có đúng một dấu so sánh: “B07 = B05”"),
    ),
    "a rule about an unknown table": (
        ("bao-cao.toml", "count(mo-hinh,", "count(mohinh,"),
        Problem("bao-cao.toml", 0, "quy tắc “BC-01”, check: không có bảng “mohinh”; có phải là “mo-hinh”"),
    ),
    "a rule about an unknown column": (
        ("bao-cao.toml", "(mo-hinh, hinh_thuc", "(mo-hinh, hinhthuc"),
        Problem(
            "bao-cao.toml", 0, "quy tắc “BC-01”, check: bảng “mo-hinh” không có cột “hinhthuc”; có phải là “hinh_thuc”"
        ),
    ),
    "a rule about what cannot be chosen": (
        ("bao-cao.toml", 'hinh_thuc = "Xây dựng mới"', 'hinh_thuc = "Xây mới"'),
        Problem(
            "bao-cao.toml",
            0,
            "quy tắc “BC-01”, check: cột “hinh_thuc” của bảng “mo-hinh” không có lựa chọn “Xây mới”; "
            "có phải là “Xây dựng mới”",
        ),
    ),
    "a rule's id twice": (
        ("bao-cao.toml", "BC-02", "BC-01"),
        Problem("bao-cao.toml", 0, "quy tắc “BC-01”, id: mã “BC-01” lặp lại"),
    ),
    "a table for an unknown unit type": (
        ("bao-cao.toml", 'senders = ["district"]', 'senders = ["huyen"]'),
        Problem("bao-cao.toml", 0, "bảng “mo-hinh”, senders: không có loại đơn vị “huyen”"),
    ),
    "an optional code that is not on the form": (
        ("bao-cao.toml", 'optional = ["B07"]', 'optional = ["B08"]'),
        Problem("bao-cao.toml", 0, "optional: mã “B08” không có trong biểu mẫu"),
    ),
    # programme.toml
    "a programme that is not TOML": (
        ("programme.toml", "[office]", "[office"),
        Problem(
            "programme.toml",
            9,
            "sai cú pháp TOML (Expected ']' at the end of a table declaration (at line 9, column 8))",
        ),
    ),
    "opening after the due date": (
        ("programme.toml", "opens = 2022-10-15", "opens = 2022-11-16"),
        Problem("programme.toml", 0, "kỳ “nam”, due: phải theo thứ tự mở, hạn, khóa"),
    ),
    "a window that ends before it begins": (
        ("programme.toml", "data_from = 2021-11-15", "data_from = 2022-11-15"),
        Problem("programme.toml", 0, "kỳ “nam”, data_to: ngày cuối của số liệu phải không trước ngày đầu"),
    ),
    "a due date in quotation marks": (
        ("programme.toml", "due = 2022-11-15", 'due = "15/11/2022"'),
        Problem("programme.toml", 0, "kỳ “nam”, due: phải là ngày, ví dụ due = 2022-05-15"),
    ),
    "a period in single brackets": (
        ("programme.toml", "[[periods]]", "[periods]"),
        Problem("programme.toml", 0, "periods: mỗi mục phải mở đầu bằng [[periods]]"),
    ),
    "a comparison with no period": (
        ("programme.toml", "lock = 2022-12-15", 'lock = 2022-12-15\ncompare_with = "6-thang"'),
        Problem("programme.toml", 0, "kỳ “nam”, compare_with: không có kỳ “6-thang”"),
    ),
    "a comparison with itself": (
        ("programme.toml", "lock = 2022-12-15", 'lock = 2022-12-15\ncompare_with = "nam"'),
        Problem("programme.toml", 0, "kỳ “nam”, compare_with: phải là kỳ có số liệu đến một ngày sớm hơn"),
    ),
    "a duty for no form": (
        ("programme.toml", 'form = "bao-cao"', 'form = "bao-cao-nam"'),
        Problem(
            "programme.toml", 0, "báo cáo phải nộp thứ 1, form: không có biểu mẫu “bao-cao-nam”; có phải là “bao-cao”"
        ),
    ),
    "a headline of no unit type": (
        ("programme.toml", 'headline = "district"', 'headline = "commune"'),
        Problem("programme.toml", 0, "headline: không có loại đơn vị “commune”"),
    ),
    "a letterhead of no unit type": (
        ("programme.toml", 'department = "UBND TỈNH"', 'commune = "UBND TỈNH"'),
        Problem("programme.toml", 0, "letterheads, commune: không có loại đơn vị “commune”"),
    ),
    "a chart of no indicator": (
        ("programme.toml", 'charts = ["B07"]', 'charts = ["B05", "F56", "D99"]'),
        Problem("programme.toml", 0, "charts: không có mã chỉ tiêu “D99”"),
    ),
    "a chart of what has no number": (
        ("indicators.csv", "buổi,flow,district,B05", "buổi,flag,district,B05"),
        Problem("programme.toml", 0, "charts: chỉ vẽ được số cộng lại được và tỷ lệ; B07 là “có/không”"),
    ),
    "a target of no indicator": (
        ("programme.toml", 'indicator = "D34"', 'indicator = "D99"'),
        Problem("programme.toml", 0, "chỉ tiêu “T1”, điều kiện thứ 1, indicator: không có mã chỉ tiêu “D99”"),
    ),
    "a target of no unit": (
        ("programme.toml", 'units = ["178"]', 'units = ["999"]'),
        Problem("programme.toml", 0, "chỉ tiêu “T1”, điều kiện thứ 1, units: không có đơn vị “999”"),
    ),
    "a target of no scope": (
        ("programme.toml", 'scope = "unit"', 'scope = "tỉnh"'),
        Problem(
            "programme.toml", 0, "chỉ tiêu “T1”, scope: phải là “unit” (từng đơn vị) hoặc “province” (cả chương trình)"
        ),
    ),
}


@pytest.mark.parametrize(("mistake", "problem"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_problem_with_its_place(mistake: tuple[str, str, str], problem: Problem) -> None:
    assert find_problems(change(*mistake)) == [problem]


def test_a_kind_may_be_written_by_its_name_as_in_a_sheet() -> None:
    named = INDICATORS.replace("mô hình,flow", "mô hình,Cộng dồn trong kỳ").replace("%,ratio", "%,tỷ lệ")
    assert load_programme(FILES | {"indicators.csv": named}) == load_programme(FILES)


@pytest.mark.parametrize("name", ["programme.toml", "units.csv", "indicators.csv"])
def test_a_missing_file_is_named(name: str) -> None:
    files = {key: text for key, text in FILES.items() if key != name}
    assert find_problems(files) == [Problem(name, 0, "thiếu tệp này")]


@pytest.mark.parametrize("text", ["", "\ufeff", UNITS.partition("\n")[0] + "\n", "\n\n"])
def test_a_table_without_rows_is_a_mistake(text: str) -> None:
    assert find_problems(FILES | {"units.csv": text}) == [Problem("units.csv", 1, "không có dòng dữ liệu nào")]


def test_an_empty_form_file_is_a_mistake() -> None:
    found = find_problems(FILES | {"khac.toml": ""})
    assert {problem.file for problem in found} == {"khac.toml"}


def test_all_mistakes_come_at_once() -> None:
    files = FILES | {
        "units.csv": UNITS.replace("2025-06-30", "30.6.2025").replace("cần xác nhận", "?"),
        "indicators.csv": INDICATORS.replace("ratio", "tỉ số"),
        "bao-cao.toml": FORM.replace("version = 1", "version = "),
    }
    assert [(problem.file, problem.row) for problem in find_problems(files)] == [
        ("units.csv", 3),
        ("units.csv", 4),
        ("indicators.csv", 5),
        ("bao-cao.toml", 2),
    ]


def test_a_problem_says_where_it_stands() -> None:
    assert str(Problem("units.csv", 4, "thiếu")) == "units.csv, dòng 4: thiếu"
    assert str(Problem("units.csv", 0, "thiếu")) == "units.csv: thiếu"


@pytest.mark.parametrize("kind", ["flow", "money", "stock", "measure", "flag", "distinct", "text", "date"])
def test_only_a_section_of_what_adds_up_over_time_may_be_nothing(kind: str) -> None:
    marked = change(
        "bao-cao.toml", 'title = "Số liệu"', 'title = "Số liệu"\ncode = "so-lieu"\nnothing_to_report = true'
    )
    marked["bao-cao.toml"] = marked["bao-cao.toml"].replace("== D34", "== B05")  # a rule takes numbers alone
    files = marked | {"indicators.csv": INDICATORS.replace("mô hình,flow", f"mô hình,{kind}")}
    if kind in ("flow", "money"):
        assert load_programme(files).forms[0].sections[0].nothing_to_report
        return
    name = kinds.KINDS[kind].name
    what = f"mục “Số liệu”, nothing_to_report: chỉ dùng cho số cộng dồn trong kỳ; D34 là “{name}”"
    assert find_problems(files) == [Problem("bao-cao.toml", 0, what)]


OUTLINE = """\
[[headings]]
code = "mo-hinh"
title = "Mô hình"
text = "Xây dựng [D34] mô hình."
"""


def find_outline_problems(text: str, name: str = "de-cuong.toml") -> list[str]:
    with pytest.raises(ProgrammeInvalid) as caught:
        load_programme(FILES | {name: text})
    return [str(problem) for problem in caught.value.problems]


def test_a_period_has_the_outline_of_its_own_or_the_programmes() -> None:
    programme = load_programme(
        FILES | {"de-cuong.toml": OUTLINE, "de-cuong-nam.toml": OUTLINE.replace("Mô hình", "Năm")}
    )
    titles = {period: programme.find_outline(period) for period in ("nam", "quy")}
    assert {period: found and found.headings[0].title for period, found in titles.items()} == {
        "nam": "Năm", "quy": "Mô hình"
    }  # fmt: skip
    assert load_programme(FILES).find_outline("nam") is None


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("[D34]", "[D99]", "mục “mo-hinh”, text, dòng 1: không có chỉ tiêu mang mã D99"),
        ("[D34]", "[D34@xa]", "mục “mo-hinh”, text, dòng 1: không có loại đơn vị mang mã xa"),
        ("Xây dựng [D34] mô hình.", "[tình hình]",
         "mục “mo-hinh”, text, dòng 1: không có nội dung “[tình hình]”; "
         "có thể ghi: [tình hình gửi báo cáo], [kết quả thực hiện chỉ tiêu]"),
        ("[D34]", "**[D34]", "mục “mo-hinh”, text, dòng 1: dấu ** của chữ đậm không thành cặp"),
        ("mo-hinh", "Mô hình",
         "mục “Mô hình”, code: mã “Mô hình” chỉ được gồm chữ thường không dấu, chữ số và dấu gạch nối"),
        ('title = "Mô hình"', 'title = "A"\nnarratives = ["la"]',
         "mục “mo-hinh”, narratives: không có nội dung thuyết minh mang mã “la”"),
        ('title = "Mô hình"', 'title = "A"\nlevel = 4', "mục “mo-hinh”, level: không được lớn hơn 3"),
        (OUTLINE, OUTLINE + OUTLINE, "mục “mo-hinh”, code: mã “mo-hinh” lặp lại"),
        (OUTLINE, "headings = []", "headings: không có mục nào"),
        (OUTLINE, f'period = "nam"\n{OUTLINE}', "period: không ghi ở đây, kỳ là phần sau của tên tệp"),
        (OUTLINE, f'nothing = "Có [D99]."\n{OUTLINE}', "nothing, dòng 1: không có chỉ tiêu mang mã D99"),
        ("text =", 'unknown = "**Có"\ntext =', "mục “mo-hinh”, unknown, dòng 1: dấu ** của chữ đậm không thành cặp"),
        ('title = "Mô hình"', 'title = "A"\nlevel = 2', "mục “mo-hinh”, level: phía trước thiếu mục cấp 1"),
        ('title = "Mô hình"', r'title = "A\nB"', "mục “mo-hinh”, title: phải là một dòng chữ"),
        ('title = "Mô hình"', 'title = " "', "mục “mo-hinh”, title: phải là một dòng chữ"),
        ("Xây dựng", "a" * 20_000, "mục “mo-hinh”, text: không được dài quá 20.000 ký tự"),
        (OUTLINE, f'qr_address = "https://{"a" * 200}"\n{OUTLINE}',
         "qr_address: không được dài quá 200 ký tự"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_outline_is_told_with_its_heading_and_line(before: str, after: str, problem: str) -> None:
    assert find_outline_problems(OUTLINE.replace(before, after)) == [f"de-cuong.toml: {problem}"]


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000])
def test_a_file_that_no_reader_of_toml_can_read_is_told(text: str) -> None:
    (problem,) = find_outline_problems(text)
    assert problem.startswith("de-cuong.toml: sai cú pháp TOML")


@pytest.mark.parametrize("code", ["con", "NUL", "com1", "Lpt9", "aux.2022", "nam."])
@pytest.mark.parametrize("own", ['"thu"', '"nam"', '"bao-cao"', "SCT,"])
def test_a_code_after_which_no_file_can_be_called_on_windows_is_refused(own: str, code: str) -> None:
    """Programmes, periods, forms and units: each gives its name to files or folders."""
    called = own.replace(own.strip('",'), code)
    files = {name.replace(own.strip('"'), code): text.replace(own, called) for name, text in FILES.items()}
    with pytest.raises(ProgrammeInvalid) as refused:
        load_programme(files)
    (told,) = refused.value.problems
    why = "không được kết thúc bằng dấu chấm" if code == "nam." else f"ghi mã khác, ví dụ “ma-{code}”"
    assert why in told.what


@pytest.mark.parametrize("code", ["concert", "com", "com10", "nul-2", "quy.con"])
def test_a_code_that_only_begins_like_a_device_is_taken(code: str) -> None:
    assert load_programme(FILES | {"units.csv": UNITS.replace("SCT,", f"{code},")}).unit_by_code[code]


@pytest.mark.parametrize("code", ["../../quy", "a/b", "a#b", "a b", "a\nb", ".", "a" * 65])
def test_a_code_that_is_no_part_of_an_address_is_told(code: str) -> None:
    what = f"kỳ “{code}”, code: mã “{code}” chỉ được gồm chữ, chữ số, dấu chấm và gạch nối"
    written = code.replace("\n", r"\n")
    named = PROGRAMME.replace('code = "nam"', f'code = "{written}"')
    assert Problem("programme.toml", 0, what) in find_problems(FILES | {"programme.toml": named})


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("opens = 2022-10-15", "opens = 0001-01-01", "kỳ “nam”: có ngày giờ hoặc số quá lớn, quá nhỏ"),
        ("opens = 2022-10-15", "opens = 2022-10-15\ngrace_hours = 99999999999999999999",
         "kỳ “nam”: có ngày giờ hoặc số quá lớn, quá nhỏ"),
    ],
)  # fmt: skip
def test_a_day_that_no_calendar_has_is_told(before: str, after: str, what: str) -> None:
    assert find_problems(change("programme.toml", before, after)) == [Problem("programme.toml", 0, what)]


def test_a_list_of_what_is_no_record_is_told() -> None:
    listed = f'periods = ["nam"]\n{PROGRAMME[: PROGRAMME.index("[[periods]]")]}'
    problems = find_problems(FILES | {"programme.toml": listed})
    assert Problem("programme.toml", 0, "periods: mỗi mục phải mở đầu bằng [[periods]]") in problems


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("1/NĐ-CP,Nghị định,A,,2021-01-01,2020-01-01,,,,",
         "cột valid_to: ngày cuối trước ngày đầu"),
        ("1/NĐ-CP,Nghị định,A,,,,,1/NĐ-CP,,", "cột replaced_by: văn bản không tự thay thế mình"),
        ("1/NĐ-CP,Nghị định,A,,,,,,,\n1/NĐ-CP,Nghị định,A,,,,,,,", "cột number: “1/NĐ-CP” lặp lại"),
    ],
)  # fmt: skip
def test_an_act_that_contradicts_itself_is_told(row: str, what: str) -> None:
    (problem,) = find_problems(FILES | {"laws.csv": f"{','.join(COLUMNS['laws'])}\n{row}\n"})
    assert (problem.file, problem.what) == ("laws.csv", what)


def test_an_outline_of_no_period_is_told() -> None:
    assert find_outline_problems(OUTLINE, "de-cuong-quy-9.toml") == ["de-cuong-quy-9.toml: không có kỳ “quy-9”"]
