"""What the page refuses, the command refuses: each refusal is asked for at both doors, in the same words.

A new refusal is one more `Case` in `CASES`: what is said, the form of a page that asks for it, and the command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import boto3
import pytest
from click.testing import CliRunner

from chalicelib.domain.programme.amendments import HEADINGS, read_rows, write_rows
from chalicelib.domain.programme.loading import PROGRAMME, UNIT_COLUMNS, UNITS, Row
from chalicelib.domain.programme.model import Programme
from chalicelib.intake.receive import receive
from chalicelib.operate.cli import operate
from chalicelib.store import programmes
from chalicelib.store.settings import read_settings
from chalicelib.workbook.lists import write_list
from tests.store.sample import FILES, check, now, numbered, send, workbook
from tests.web.client import Browser, Page
from tests.web.people import set_up_pool, sign_in


class Command(NamedTuple):
    """The words of a command, run where its files lie: name to bytes."""

    words: Sequence[str]
    files: Mapping[str, bytes]


class Case(NamedTuple):
    """One refusal: `post` sends the form of a page that asks for it, signed in; `command` is the other door."""

    name: str
    sentence: str
    post: Callable[[Browser], Page]
    command: Command
    status: int = 400


# Rosters: as a workbook by the page, as CSV by the command

_ROSTER, _KEY = "/pv05/don-vi/mau", f"handouts/imports/{'b' * 32}"
_FIRST, _SECOND = read_rows(FILES[UNITS].decode())
_NEW = dict.fromkeys(UNIT_COLUMNS, "") | {"name": "Mới", "full_name": "Phường Mới", "type": "district"}


def _import_roster(rows: Sequence[Row]) -> Callable[[Browser], Page]:
    def post(browser: Browser) -> Page:
        data = write_list("Đơn vị", list(HEADINGS.values()), [[row[column] for column in HEADINGS] for row in rows])
        boto3.client("s3").put_object(Bucket=read_settings().reports, Key=_KEY, Body=data)
        fields = {"mau": browser.get(_ROSTER).seal, "phien-ban": "1", "xac-nhan": "co"}
        return browser.post(_ROSTER, fields | {"viec": "nhap", "key": _KEY})

    return post


def _roster(name: str, sentence: str, *rows: Row) -> Case:
    command = Command(["units", "replace", "mau", UNITS], {UNITS: write_rows(rows).encode()})
    return Case(name, sentence, _import_roster(rows), command)


_TAKEN = "mã 178 đã có báo cáo của đơn vị trước, nên Phường Mới cần mã khác"
ROSTERS = [
    _roster(
        "a unit is opened under the code of one that was closed, and has its report",
        _TAKEN,
        _FIRST | {"valid_to": "2022-03-31"},
        _NEW | {"code": "178", "valid_from": "2022-04-01"},
        _SECOND,
    ),
    _roster(
        "a unit takes the row and the code of another one, and has its report",
        _TAKEN,
        _NEW | {"code": "178", "valid_from": "2022-04-01"},
        _SECOND,
    ),
    _roster(
        "two units have one code at once",
        "Danh sách đơn vị, dòng 3: mã đơn vị “178” lặp lại trong cùng thời gian",
        _FIRST,
        _NEW | {"code": "178", "valid_from": "2022-04-01"},
        _SECOND,
    ),
    _roster(
        "a column is left empty",
        "Danh sách đơn vị, dòng 3: cột “Tên đầy đủ” không được để trống",
        _FIRST,
        _SECOND | {"full_name": ""},
    ),
]

# Programmes: by the page of duties, and as a folder by the command

_DUTIES = "/pv05/nghia-vu/mau"


def _move_clocks(browser: Browser) -> Page:
    fields = {"mo": "2022-04-15T00:00", "han": "2022-05-15T00:00", "khoa": "2022-05-14T00:00", "an-han": "0"}
    seal = {"mau": browser.get(_DUTIES).seal, "phien-ban": "1"}
    return browser.post(f"{_DUTIES}/6-thang/thoi-han", fields | seal)


_LOCKED_EARLY = {**FILES, PROGRAMME: FILES[PROGRAMME].replace(b"lock = 2022-06-15", b"lock = 2022-05-14")}
PROGRAMMES = [
    Case(
        "the clocks of a period are out of order",
        "Chương trình: kỳ “6-thang”: phải theo thứ tự mở (opens), hạn (due), khóa (lock)",
        _move_clocks,
        Command(["import", "."], _LOCKED_EARLY),
    ),
]

CASES = [*ROSTERS, *PROGRAMMES]


@pytest.fixture
def reported(programme: Programme) -> None:
    """Unit 178 has sent its 6-month report, 180 has not."""
    receive(*send(workbook(A1=5), numbered(1)), now=now, check=check, annotate=lambda data, _: data)


@pytest.fixture
def admin(reported: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    set_up_pool(monkeypatch)
    with Browser() as browser:
        sign_in(browser, "admin")
        yield browser


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_page_refuses_it(case: Case, admin: Browser) -> None:
    page = case.post(admin)
    assert (page.status, case.sentence in page.words) == (case.status, True), page.words
    assert programmes.load_in_force("mau").version == 1


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_command_refuses_it_in_the_same_words(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in case.command.files.items():
        (tmp_path / name).write_bytes(data)
    done = CliRunner().invoke(operate, [*case.command.words], catch_exceptions=False)
    assert (done.exit_code, case.sentence in done.stderr) == (2, True), done.output
    assert done.stderr.count("\n") == 1
    assert programmes.load_in_force("mau").version == 1
