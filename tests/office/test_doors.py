"""What the page refuses, the command refuses: each refusal is asked for at both doors, in the same words.

A new refusal is one more `Case` in `CASES`: what is said, the form of a page that asks for it, and the command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from chalicelib.domain.audit import Action, Stamp, make_link_line
from chalicelib.domain.programme.amendments import HEADINGS, read_rows, write_rows
from chalicelib.domain.programme.loading import PROGRAMME, UNITS
from chalicelib.domain.programme.making import UNIT_COLUMNS, Row
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Link
from chalicelib.intake.receive import receive
from chalicelib.office.links import AlreadyClosed, ExpiryPast, Shortened
from chalicelib.office.refusals import Unknown
from chalicelib.operate.cli import operate
from chalicelib.store import obligations, programmes
from chalicelib.store.clients import s3
from chalicelib.store.links import list_links, put_links
from chalicelib.store.settings import read_settings
from chalicelib.workbook.lists import write_list
from tests.store.sample import ADDRESS, FILES, NOON, check, now, numbered, send, workbook
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
        s3().put_object(Bucket=read_settings().reports, Key=_KEY, Body=data)
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
        "Danh sách đơn vị, dòng 3: cột “Mã”: mã đơn vị “178” lặp lại trong cùng thời gian",
        _FIRST,
        _NEW | {"code": "178", "valid_from": "2022-04-01"},
        _SECOND,
    ),
    _roster(
        "a column is left empty",
        "Danh sách đơn vị, dòng 3: cột “Tên đầy đủ”: không được để trống",
        _FIRST,
        _SECOND | {"full_name": ""},
    ),
]

# Programmes: by the page of duties, and as a folder by the command

_DUTIES = "/pv05/nghia-vu/mau"


def _move_clocks(browser: Browser) -> Page:
    fields = {"mo": "2022-04-15T00:00", "han": "2022-05-15T00:00", "khoa": "2022-05-14T00:00", "an-han": "0"}
    seal = {"mau": browser.get(_DUTIES).seal, "phien-ban": "1", "xac-nhan": "co"}
    return browser.post(f"{_DUTIES}/6-thang/thoi-han", fields | seal)


_LOCKED_EARLY = {**FILES, PROGRAMME: FILES[PROGRAMME].replace(b"lock = 2022-06-15", b"lock = 2022-05-14")}
PROGRAMMES = [
    Case(
        "the clocks of a period are out of order",
        "Chương trình: kỳ “6-thang”, “Khóa”: phải theo thứ tự mở, hạn, khóa",
        _move_clocks,
        Command(["import", "."], _LOCKED_EARLY),
    ),
    ROSTERS[0]._replace(
        name="a folder gives the code of a unit with a report to another",
        command=Command(["import", "."], {**FILES, **ROSTERS[0].command.files}),
    ),
]

# Reviews and exceptions: by the forms beside a submission, and by commands that name the obligation

_SUBMISSION = "/pv05/ban-nop/mau/6-thang/bc"


def _decide(name: str, sentence: str, words: str, *options: str, fields: Mapping[str, str], unit: str = "178") -> Case:
    """`words` of the command, as "review approve"; `fields` of the form at the other door."""

    def post(browser: Browser) -> Page:
        page = browser.get(f"{_SUBMISSION}/{unit if unit in _SENDERS else '178'}")
        seen = re.search(r'name="lan-doi" value="([0-9]+)"', page.text)
        hidden = {"mau": page.seal, "lan-doi": seen[1] if seen else "0"}
        target = "gia-han" if words.startswith("exception") else "xu-ly"
        return browser.post(f"{_SUBMISSION}/{unit}/{target}", hidden | dict(fields))

    command = Command([*words.split(), "mau", "6-thang", "bc", unit, *options], {})
    return Case(name, sentence, post, command, 400 if unit in _SENDERS else 404)


def _grant(name: str, sentence: str, until: str, reason: str) -> Case:
    options = ("--until", until, "--reason", reason)
    return _decide(name, sentence, "exception grant", *options, fields={"den-luc": until, "ly-do": reason})


_SENDERS = ("178", "180")
_LONG = "x" * 1001
REVIEWS = [
    _decide(
        "a report is sent back without a word of why",
        "Xin điền mục “Ý kiến”.",
        "review return", "--comment", " ", fields={"viec": "tra-lai", "y-kien": " "},
    ),
    _decide(
        "a comment is longer than anybody reads",
        "Mục “Ý kiến” dài quá 1000 ký tự.",
        "review return", "--comment", _LONG, fields={"viec": "tra-lai", "y-kien": _LONG},
    ),
    _decide(
        "a report is withdrawn without a reason",
        "Xin điền mục “Lý do”.",
        "review withdraw", "--reason", "", fields={"viec": "rut", "y-kien": ""},
    ),
    _decide(
        "a report that counts is restored",
        "Bản nộp đang có giá trị.",
        "review restore", fields={"viec": "khoi-phuc"},
    ),
    _decide(
        "nothing was sent",
        "Chưa có bản nộp nào để thực hiện việc này.",
        "review approve", fields={"viec": "duyet"}, unit="180",
    ),
    _decide(
        "the programme has no such unit",
        "Không có nội dung này.",
        "review approve", fields={"viec": "duyet"}, unit="999",
    ),
    _decide("there is no exception to end", "Không có gia hạn nào.", "exception end", fields={"viec": "thoi"}),
    _grant("an exception ends before now", "Thời điểm gia hạn phải sau lúc này.", "2022-06-20T00:00", "mưa lũ"),
    _grant("an exception runs on for years", "Chỉ gia hạn được đến hết", "2099-01-01T00:00", "mưa lũ"),
]  # fmt: skip


# Links

_LINKS = "/pv05/duong-dan/mau"
_OPEN = Link(token_hash="e" * 64, programme="mau", unit="180", created=NOON, expires=NOON + timedelta(days=9000))
_CLOSED = Link(
    token_hash="c" * 64, programme="mau", unit="178", created=NOON, expires=NOON + timedelta(days=9), revoked=NOON
)


def _post_links(path: str, fields: Mapping[str, str]) -> Callable[[Browser], Page]:
    def post(browser: Browser) -> Page:
        page = browser.get(_LINKS)
        return browser.post(path, {"mau": page.seal, "mot-lan": "d" * 32, **fields})

    return post


def _create(name: str, sentence: str, *, unit: str, until: str, days: int, status: int = 400) -> Case:
    words = f"links create mau --unit {unit} --days={days} --pages https://nop.example -o links.csv"
    return Case(
        name, sentence, _post_links(_LINKS, {"cho": unit, "den-luc": until}), Command(words.split(), {}), status
    )


def _renew(name: str, sentence: str, *, link: str, status: int, days: int = 9, until: str = "2037-01-31") -> Case:
    post = _post_links(f"{_LINKS}/da-chon", {f"chon:{link}": "co", "viec": "gia-han", "den-luc": until})
    return Case(name, sentence, post, Command(["links", "renew", "mau", link, f"--days={days}"], {}), status)


LINKS = [
    _create(
        "links are for units of the programme",
        "Không có đơn vị: 999.",
        unit="999",
        until="2037-01-31",
        days=9,
        status=404,
    ),
    _create("no link ends in the past", ExpiryPast.sentence, unit="178", until="2022-01-01", days=-1),
    _renew("nor does a renewed one", ExpiryPast.sentence, link=_CLOSED.name, status=400, days=0, until="2022-01-01"),
    _renew("a renewal never shortens", Shortened(_OPEN).args[0], link=_OPEN.name, status=400),
    _renew("a revoked link stays closed", AlreadyClosed.sentence, link=_CLOSED.name, status=409),
    _renew("a link that there is not", Unknown.sentence, link="0" * 12, status=404),
]

CASES = [*ROSTERS, *PROGRAMMES, *REVIEWS, *LINKS]


@pytest.fixture
def reported(programme: Programme) -> None:
    """Unit 178 has sent its 6-month report, 180 has not; a link of 178 is revoked, one of 180 opens for years."""
    receive(*send(workbook(A1=5), numbered(1)), now=now, check=check, make_copy=lambda data, *_: data)
    stamp = Stamp("thử", NOON)
    put_links([(link, make_link_line(Action.LINK_CREATED, link, stamp=stamp)) for link in (_CLOSED, _OPEN)])


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
    assert_all_is_as_it_was()


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_command_refuses_it_in_the_same_words(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in case.command.files.items():
        (tmp_path / name).write_bytes(data)
    done = CliRunner().invoke(operate, [*case.command.words], catch_exceptions=False)
    assert (done.exit_code, case.sentence in done.stderr) == (2, True), done.output
    assert done.stderr.count("\n") == 1
    assert_all_is_as_it_was()


def assert_all_is_as_it_was() -> None:
    assert programmes.load_in_force("mau").version == 1
    assert obligations.find_state(ADDRESS).change == 1
    assert list_links("mau") == [_CLOSED, _OPEN]
