"""A form's new version: what it changed, and how long the older one is taken."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.programme.assembly import assemble
from chalicelib.domain.programme.form_changes import tell_changes, tell_newer
from chalicelib.domain.programme.loading import load_programme, read_parts
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.admission import find_ended_version
from chalicelib.domain.submission.records import Outcome, Status
from tests.domain.test_loading import FILES

ENDS = date(2022, 11, 1)
NOON = datetime(2022, 11, 1, 5, tzinfo=UTC)
MIDNIGHT = datetime(2022, 11, 1, 17, tzinfo=UTC)
"""Noon of the last day for the older version, and the end of it, in Viet Nam."""

CHANGES = """accepts = [1, 2]
accepts_until = 2022-11-01
changes = [
  {version = 2, came = ["B07"], note = "Số liệu tính từ ngày 15."},
  {version = 3, came = ["B05"], gone = ["B09"], changed = ["D34"]},
]
"""


def write_form(more: str, version: int = 3) -> dict[str, str]:
    form = FILES["bao-cao.toml"]
    return FILES | {"bao-cao.toml": more + form.replace("version = 1", f"version = {version}")}


@pytest.fixture
def programme() -> Programme:
    return load_programme(write_form(CHANGES))


def test_each_version_says_what_came_went_and_changed(programme: Programme) -> None:
    form = programme.form_by_code["bao-cao"]
    labels = programme.name_codes(form)
    third = f"Phiên bản 3: thêm B05 “{labels['B05']}”; bỏ B09; sửa D34 “{labels['D34']}”."
    assert tell_changes(programme, form) == [
        "Phiên bản 2: thêm B07 “Trong đó: về tôn giáo”; Số liệu tính từ ngày 15.",
        third,
    ]
    assert tell_changes(programme, form, since=2) == [third]


@pytest.mark.parametrize(
    ("version", "at", "said"),
    [
        (3, NOON, None),
        (2, NOON, "vẫn được nhận đến hết ngày 01/11/2022"),
        (2, MIDNIGHT, "không còn được nhận"),
        (1, NOON, "vẫn được nhận đến hết ngày"),
    ],
)
def test_who_has_an_older_form_is_told_whether_it_is_taken(
    programme: Programme, version: int, at: datetime, said: str | None
) -> None:
    told = tell_newer(programme, programme.form_by_code["bao-cao"], version, at=at)
    assert len(told) == (0 if said is None else 4 - version)
    assert said is None or said in told[0]


@pytest.mark.parametrize(
    ("version", "at", "code"),
    [(2, NOON, None), (2, MIDNIGHT, "form.version_ended"), (3, MIDNIGHT, None), (0, MIDNIGHT, None)],
)
def test_an_older_form_is_taken_to_the_end_of_its_last_day(
    programme: Programme, version: int, at: datetime, code: str | None
) -> None:
    outcome = Outcome(status=Status.ACCEPTED, sha256="", form="bao-cao", version=version)
    found = find_ended_version(outcome, programme, at=at)
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("accepts = [3]\n", "phải là phiên bản trước phiên bản 3"),
        ("accepts_until = 2022-11-01\n", "cần ghi các phiên bản cũ còn được nhận"),
        ('changes = [{version = 4, note = "x"}]\n', "phải là phiên bản từ 2 đến 3"),
        ('changes = [{version = 3, came = ["X99"]}]\n', "biểu mẫu không có “X99”"),
        ('changes = [{version = 3, gone = ["B05"]}]\n', "biểu mẫu vẫn có “B05”"),
    ],
)
def test_what_does_not_fit_the_form_is_told(more: str, told: str) -> None:
    misfits = assemble(read_parts(write_form(more)).raw).misfits
    assert [misfit.what for misfit in misfits] == [told]
