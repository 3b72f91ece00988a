"""What takes something away, or changes what counts, shows its effects first and changes nothing by that.

Every form of the console is in one of the two tables: `SHOWN_FIRST`, where the same form without the confirmation is
sent and all that is stored is compared; or `AT_ONCE`, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.submission.letters import LetterText, Moment
from chalicelib.office import contacts, feedback, texts
from chalicelib.web.forms import make_seal
from tests.promises.faults import Act, Scenario
from tests.promises.scenes_web import VISIT, at_console, grant, open_console
from tests.promises.stage import CLERK, FORM, OTHER, PERIOD, UNIT, Stage
from tests.promises.test_faults import SCENARIOS
from tests.store.sample import NOON
from tests.web.client import Browser, Page

_OWN = "POST /pv05/ban-nop/{programme}/{period}/{form}/{unit}"
_SEVERAL = "POST /pv05/ky/{programme}/{period}"
_USER = "POST /pv05/nguoi-dung/{programme}/{user}"
_BOOK = "POST /pv05/so-chuong-trinh/{programme}"

SHOWN_FIRST = {
    f"{_OWN}/xu-ly (return)",
    f"{_OWN}/xu-ly (withdraw)",
    f"{_OWN}/xu-ly (restore)",
    f"{_OWN}/gia-han (end)",
    f"{_SEVERAL}/bo-duyet",
    "POST /pv05/kiem-tra-lai/{programme}/{period}/de-nghi-sua",
    "POST /pv05/diem-can-xem-lai/{programme}/{period}/mo-lai",
    "POST /pv05/duong-dan/{programme}/da-chon (revoke)",
    "POST /pv05/don-vi/{programme} (close a unit)",
    "POST /pv05/don-vi/{programme} (a workbook with contacts)",
    "POST /pv05/nghia-vu/{programme}/{period}/thoi-han",
    "POST /pv05/nghia-vu/{programme}/{period}/nghia-vu",
    "POST /pv05/mau-word/{programme}/{period}",
    f"{_BOOK}/sua",
    f"{_BOOK}/de-nghi/quyet-dinh (withdraw)",
    *(f"{_USER} ({task})" for task in ("vai-tro", "khoa", "mat-khau", "cap-ma", "rut", "xoa")),
}

_GIVES, _ADDS, _SENDS = "gives, and takes nothing", "adds a record, and replaces none", "sends, or makes a file"
_KEPT, _READ = "every version is kept and can be taken again", "the page before shows what it does"
AT_ONCE = {
    f"{_OWN}/xu-ly (approve)": _GIVES,
    f"{_OWN}/gia-han (grant)": "gives; what shortens the time is in LOSING",
    f"{_OWN}/ghi-chu": _ADDS,
    f"{_SEVERAL}/duyet": _GIVES,
    f"{_SEVERAL}/gia-han": "gives; what shortens the time is in LOSING",
    f"{_SEVERAL}/nhac": _SENDS,
    f"{_SEVERAL}/xuat": _SENDS,
    "POST /pv05/kiem-tra-lai/{programme}/{period}": "only looks",
    "POST /pv05/diem-can-xem-lai/{programme}/{period}": _ADDS,
    "POST /pv05/nhan-xet/{programme}/{period}": "adds; what is taken back is in LOSING",
    "POST /pv05/lan-phat-hanh/{programme}/{period}": _SENDS,
    "POST /pv05/du-thao/{programme}/{period}/{heading}": _KEPT,
    "POST /pv05/du-thao/{programme}/{period}": _KEPT,
    "POST /pv05/y-kien/{programme}/{period}": _KEPT,
    "POST /pv05/duong-dan/{programme}": _GIVES,
    "POST /pv05/duong-dan/{programme} (many)": _GIVES,
    "POST /pv05/duong-dan/{programme}/da-luu": "the page before says which links end; each unit has its new one",
    "POST /pv05/duong-dan/{programme}/da-chon (renew)": "gives, and shortens none",
    "POST /pv05/don-vi/{programme}/{unit}/lien-he": "corrects; what is emptied is in LOSING",
    "POST /pv05/don-vi/{programme}/{unit}/lien-he (an address that is believed again)": "gives: letters go there again",
    "POST /pv05/nhac/{programme}/{period} (the round)": _SENDS,
    "POST /pv05/nhac/{programme}/{period} (how uploads ended)": _SENDS,
    "POST /pv05/nhac/{programme}/{period}/loi-nhac": "writes; the shipped text in its place is in LOSING",
    "POST /pv05/nhap-giay/{programme}/{period}/{form}/{unit}/so-lieu": "an upload as a unit's; earlier ones are kept",
    **{f"{_BOOK}/de-nghi ({way})": "proposes what the page before shows; another person decides"
       for way in ("a sổ", "the next year", "an older version taken up again")},
    f"{_BOOK}/de-nghi/quyet-dinh (put in force)": _READ,
    "POST /pv05/nguoi-dung/{programme}": _GIVES,
    f"{_USER} (mo-khoa)": _GIVES,
    f"{_USER} (mat-dien-thoai)": "asks a second person, who sees what it does",
    "POST /pv05/tai-khoan/{programme}": "one's own; the page says that sessions end",
}  # fmt: skip

_SIGNING = "/pv05/dang-"


def test_every_form_of_the_console_is_in_one_of_the_tables() -> None:
    found = {each.name for each in SCENARIOS if each.entry.startswith("POST /pv05/") and _SIGNING not in each.entry}
    assert SHOWN_FIRST | AT_ONCE.keys() == found
    assert not SHOWN_FIRST & AT_ONCE.keys()


@contextmanager
def unconfirmed() -> Iterator[list[Page]]:
    """What forms answer, which are sent without the confirmation."""
    answers: list[Page] = []
    post = Browser.post

    def ask(self: Browser, path: str, fields: dict[str, str], **headers: str) -> Page:
        answers.append(post(self, path, {name: text for name, text in fields.items() if name != "xac-nhan"}, **headers))
        return answers[-1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Browser, "post", ask)
        yield answers


def check_shown(stage: Stage, act: Act) -> None:
    """The form shows what it would do, and changes nothing."""
    before = stage.look()
    with unconfirmed() as answers:
        assert act(stage)
    assert stage.look() == before
    assert "Xem trước khi thực hiện" in answers[-1].words or 'name="xac-nhan" value="co"' in answers[-1].text


@pytest.mark.parametrize(
    "scenario", [each for each in SCENARIOS if each.name in SHOWN_FIRST], ids=lambda scenario: scenario.name
)
def test_what_takes_away_is_shown_first_and_changes_nothing(stage: Stage, scenario: Scenario) -> None:
    scenario.prepare(stage)
    check_shown(stage, scenario.act)


def _know_contact(stage: Stage) -> None:
    contact = Contact(unit=UNIT, name="An", phone="0205 381", mail="a@example.vn")
    contacts.change_contact(stage.programme, contact, stamp=_STAMP)


def _remark(stage: Stage) -> None:
    period = stage.programme.period_by_code[PERIOD]
    feedback.write_remark(stage.programme, period, UNIT, text="Số liệu tốt.", seen=0, stamp=_STAMP)


def _write_text(stage: Stage) -> None:
    text = LetterText(moment=Moment.MIDWAY, subject="Nhắc", body="Xin gửi {bao_cao}.")
    texts.change_text("mau", text, stamp=_STAMP)


_STAMP = Stamp(CLERK, NOON)
_SHORTER = {"den-luc": "2022-07-01", "ly-do": "mưa lũ"}
LOSING = {
    "an exception ends earlier": (
        grant, f"ban-nop/mau/{PERIOD}/{FORM}/{UNIT}/gia-han", {"lan-doi": "3", **_SHORTER}, "chỉ còn gửi được đến"),
    "of several one ends earlier": (
        grant, f"ky/mau/{PERIOD}/gia-han", {f"chon:{FORM}/{UNIT}": "3", f"chon:{FORM}/{OTHER}": "0", **_SHORTER},
        "1 báo cáo chỉ còn gửi được đến"),
    "a contact loses its address": (
        _know_contact, f"don-vi/mau/{UNIT}/lien-he", {"nguoi": "An", "dien-thoai": "0205 381", "thu": ""},
        "không còn nhận thư nhắc"),
    "a remark is taken back": (
        _remark, f"nhan-xet/mau/{PERIOD}", {"don-vi": UNIT, "lan-doi": "1", "nhan-xet": ""}, "Số liệu tốt."),
    "the office's own text is replaced": (
        _write_text, f"nhac/mau/{PERIOD}/loi-nhac", {"luc": "midway", "viec": "mau-goc"}, "Xin gửi {bao_cao}."),
}  # fmt: skip


@pytest.mark.parametrize(("prepare", "path", "fields", "told"), LOSING.values(), ids=LOSING)
def test_what_mostly_gives_is_shown_where_it_takes_away(
    stage: Stage, prepare: Callable[[Stage], None], path: str, fields: dict[str, str], told: str
) -> None:
    prepare(stage)
    act = at_console("POST", f"/pv05/{path}", fields)
    check_shown(stage, act)
    before = stage.look()
    with Browser() as browser:
        open_console(browser)
        shown = browser.post(f"/pv05/{path}", {"mau": make_seal(VISIT), **fields})
        assert told in shown.words
        assert browser.confirm(shown).status == HTTPStatus.SEE_OTHER
    assert stage.look() != before
