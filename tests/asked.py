"""A programme of three schools whose form asks more than counts, and workbooks that they fill in."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.programme.loading import load_programme
from chalicelib.domain.programme.model import Programme
from chalicelib.intake.check import check_workbook
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template
from tests.domain.test_loading import FILES as OTHER

_MAIN = """\
code = "an-toan"
title = "An toàn trường học"
year = 2026
number = "…/KH"
headline = "truong"

[unit_types]
truong = "Trường"
phong = "Phòng"

[[periods]]
code = "thang-1"
name = "Tháng 1"
data_from = 2026-01-01
data_to = 2026-01-31
opens = 2026-01-20
due = 2026-02-05
lock = 2026-02-20

[[periods]]
code = "nam"
name = "Năm {year}"
data_from = 2026-01-01
data_to = 2026-12-31
opens = 2026-12-01
due = 2027-01-05
lock = 2027-01-20
"""
_DUTY = '\n[[duties]]\nunit_type = "{}"\nperiod = "{}"\nform = "phieu"\n'
_OFFICE = "\n" + OTHER["programme.toml"][OTHER["programme.toml"].index("[office]") :].partition("[unit_types]")[0]

_UNITS = """\
code,name,full_name,type,parent,valid_from,valid_to,certain,note
T1,Một,Trường Một,truong,,,,,
T2,Hai,Trường Hai,truong,,,,,
T3,Ba,Trường Ba,truong,,,,,
P1,Phòng,Phòng Giáo dục,phong,,,,,
"""

_INDICATORS = """\
code,group,label,measure_unit,kind,senders,part_of,computed,also,valid_from,valid_to,source,note,asked_if,choices,per
B03,B,Số vụ,vụ,flow,truong|phong,,,,,,,,,,
B04,B,Số người liên quan,người,flow,truong|phong,,,,,,,,B03 > 0,,
Q1,Q,Có bếp ăn,,flag,truong|phong,,,,,,,,,,
Q2,Q,Xếp loại,,choice,truong|phong,,,,,,,,,Tốt|Khá|Trung bình|Yếu,
P01,P,Học sinh,học sinh,stock,truong|phong,,,,,,,,,,
P02,P,Chuyên cần,%,share,truong|phong,,,,,,,,,,P01
P03,P,Hài lòng,%,percent,truong|phong,,,,,,,,,,
P04,P,Đạt kế hoạch,%,percent_mean,truong|phong,,,,,,,,,,
B05,B,Việc phải khắc phục,việc,flow,truong|phong,,,,,,,,Q2 = Trung bình|Yếu,,
C01,C,Số suất ăn,suất,flow,truong|phong,,,,,,,,,,
C02,C,Số lần kiểm tra,lần,flow,truong|phong,,,,,,,,C01 >= 100,,
C03,C,Số suất không đạt,suất,flow,truong|phong,,,,,,,,,,
C04,C,Suất đạt,suất,flow,truong|phong,,C01 - C03,,,,,,,,
D01,D,Số đợt tổng kết,đợt,flow,truong|phong,,,,,,,,kỳ = nam và đơn vị = truong,,
"""

_FORM = """\
code = "phieu"
version = 1
title = "Phiếu"
heading = "PHIẾU BÁO CÁO"

[[sections]]
title = "I. Chung"
indicators = ["B03", "B04", "Q1", "Q2", "B05", "P01", "P02", "P03", "P04"]

[[sections]]
title = "II. Bếp ăn"
asked_if = "Q1 = Có"
indicators = ["C01", "C02", "C03", "C04", "D01"]
"""

FILES = {
    "programme.toml": _MAIN + _OFFICE + "".join(
        _DUTY.format(unit_type, period) for unit_type in ("truong", "phong") for period in ("thang-1", "nam")
    ),
    "units.csv": _UNITS, "indicators.csv": _INDICATORS, "phieu.toml": _FORM,
}  # fmt: skip


def change(file: str, old: str, new: str) -> dict[str, str]:
    """The files with something changed in them."""
    assert FILES[file].count(old) == 1, f"“{old}” stands {FILES[file].count(old)} times in {file}"
    return FILES | {file: FILES[file].replace(old, new)}


def load(files: dict[str, str] = FILES) -> Programme:
    return load_programme(files)


def make_blank(programme: Programme, unit: str = "T1", period: str = "thang-1") -> bytes:
    form = programme.form_by_code["phieu"]
    return make_template(programme, form, programme.unit_by_code[unit], programme.period_by_code[period])


def fill(programme: Programme, values: dict[str, Any], **address: str) -> bytes:
    return fill_in(make_blank(programme, **address), Contents(values))


def tell(programme: Programme, values: dict[str, Any], **address: str) -> list[tuple[str, str]]:
    """The codes of issues, each with the row at which it stands."""
    outcome = check_workbook(fill(programme, values, **address), programme)
    return [(issue.code, issue.indicator) for issue in outcome.issues]
