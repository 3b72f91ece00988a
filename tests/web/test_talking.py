"""What the office says to units by its pages: letters on paper, messages, what a closed period became."""

from __future__ import annotations

import html
import io
import re
from collections import Counter
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook

from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.period.words import TARGET
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.letters import OutcomeLetter, Progress
from chalicelib.domain.submission.records import Address
from chalicelib.office.contacts import change_contact
from chalicelib.office.feedback import write_remark
from chalicelib.report.publish import publish_edition
from chalicelib.report.unit_targets import read_unit_targets
from chalicelib.store import letters, programmes
from chalicelib.store.editions import find_latest_edition
from chalicelib.store.submissions import list_revisions
from chalicelib.web import request as web_request
from chalicelib.workbook.form.template import make_template
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD, DEMO_PHONE
from tests.links import create_link
from tests.store.engine import counted
from tests.web.client import Browser, Page
from tests.web.conftest import NOW
from tests.web.intake import GOOD, WRONG, make_workbook, send
from tests.web.people import sign_in
from tests.web.test_console import submit

REMINDERS = f"/pv05/nhac/{DEMO_CODE}/{DEMO_PERIOD}"


@pytest.mark.parametrize("way", ["chung", "rieng"])
def test_letters_on_paper_are_fetched_from_the_page_of_reminders(
    browser: Browser, programme: Programme, way: str
) -> None:
    sign_in(browser, "editor")
    assert f'{REMINDERS[1:]}/cong-van"' in browser.get(REMINDERS).text
    made = browser.get(f"{REMINDERS}/cong-van?loai=don-doc&cach={way}&den=")
    assert made.status == 303
    assert ".docx" in made.header("Location")


@pytest.mark.parametrize(
    "query", ["loai=khac", "loai=don-doc&den=20-5-2022", "loai=don-doc&den=0001-01-01", "loai=tra-lai"]
)
def test_letters_that_cannot_be_made_are_refused(browser: Browser, programme: Programme, query: str) -> None:
    sign_in(browser, "editor")
    assert browser.get(f"{REMINDERS}/cong-van?{query}").status == 400


# Messages, and letters sent at once


def test_a_message_for_each_missing_unit_names_its_report_and_whom_to_call_and_no_link(
    browser: Browser, programme: Programme, token: str
) -> None:
    sign_in(browser, "editor")
    page = browser.get(REMINDERS)
    message = re.search(r'<textarea id="tin-181-[^"]+"[^>]*>([^<]+)', page.text)
    assert message
    for said in ("Huyện Bình Gia", "báo cáo 6 tháng", "Hạn nộp: trước ngày", DEMO_PHONE):
        assert said in message[1]
    assert "/nop/" not in page.text


def test_the_message_with_the_link_stands_on_the_slip_alone(browser: Browser, programme: Programme) -> None:
    sign_in(browser, "editor")
    path = f"/pv05/duong-dan/{DEMO_CODE}"
    page = submit(browser, path, path, cho="181", den_luc="2037-01-31")
    message = re.search(r'<textarea id="tin-1-181"[^>]*>([^<]+)', page.text)
    assert message
    assert re.search(r"https://bao-cao\.test/nop/[\w-]+ \(dùng đến hết ngày 31/01/2037\)", message[1])


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses to which letters go, where mail is set up."""
    addresses: list[str] = []
    monkeypatch.setattr("chalicelib.external.mail.is_ready", lambda: True)
    monkeypatch.setattr("chalicelib.external.mail.send", lambda address, **_: addresses.append(address))
    return addresses


@pytest.mark.promise("told")
def test_a_letter_is_sent_at_once_or_the_page_says_why_not(
    browser: Browser, programme: Programme, now: datetime, sent: list[str]
) -> None:
    sign_in(browser, "editor")
    wanted = {"viec": "gui-ngay", "bao_cao": f"181/{DEMO_FORM}"}
    assert "Chưa có địa chỉ thư của đơn vị" in find_refusal(submit(browser, REMINDERS, REMINDERS, **wanted))
    change_contact(programme, Contact(unit="181", mail="vanthu@binhgia.test"), stamp=Stamp("thử", now))
    assert "Đã gửi 1 thư" in browser.follow(submit(browser, REMINDERS, REMINDERS, **wanted)).words
    assert "mỗi ngày chỉ gửi một thư" in find_refusal(submit(browser, REMINDERS, REMINDERS, **wanted))
    assert sent == ["vanthu@binhgia.test"]


def test_who_sends_a_letter_from_a_page_of_the_list_comes_back_to_it(
    browser: Browser, programme: Programme, now: datetime, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.web.console.reminders._MOST_CALLED", 4)
    for unit in programme.units:
        change_contact(programme, Contact(unit=unit.code, mail=f"{unit.code}@a.test"), stamp=Stamp("thử", now))
    sign_in(browser, "editor")
    pages = [browser.get(f"{REMINDERS}?trang={number}") for number in (1, 2, 3)]
    offered = [re.findall(r'form="nhac-ngay" name="bao-cao" value="([^"]*)"', page.text) for page in pages]
    assert [len(each) for each in offered] == [4, 4, 3]
    assert all('form id="nhac-ngay"' in page.text for page in pages)
    shown = browser.follow(
        submit(browser, f"{REMINDERS}?trang=2", REMINDERS, viec="gui-ngay", trang="2", bao_cao=offered[1][0])
    )
    assert re.findall(r'form="nhac-ngay" name="bao-cao" value="([^"]*)"', shown.text) == offered[1]
    refused = submit(browser, f"{REMINDERS}?trang=2", REMINDERS, viec="gui-ngay", trang="2", bao_cao=offered[1][0])
    assert "mỗi ngày chỉ gửi một thư" in find_refusal(refused)
    assert re.findall(r'form="nhac-ngay" name="bao-cao" value="([^"]*)"', refused.text) == offered[1]
    assert "Đã gửi 10 thư" in browser.follow(submit(browser, f"{REMINDERS}?trang=2", REMINDERS)).words  # all the others
    assert sorted(sent) == sorted(f"{each.partition('/')[0]}@a.test" for own in offered for each in own)


def test_letters_about_uploads_are_told_in_pages_of_units_with_all_of_them_added_up(
    browser: Browser, programme: Programme, now: datetime
) -> None:
    for number in range(120):
        letter = OutcomeLetter(
            unit=f"x{number:03}", form=DEMO_FORM, moment="received", at=now, progress=Progress.SENT, change=1,
            upload_id=f"{number:032}", answered=now,
        )  # fmt: skip
        letters.move(DEMO_CODE, period=DEMO_PERIOD, letter=letter)
    sign_in(browser, "editor")
    first, last = (browser.get(f"{REMINDERS}{query}") for query in ("", "?trang-thu=3"))
    assert [page.text.count('<th scope="row">x') for page in (first, last)] == [50, 20]
    assert all("Tất cả 120 đơn vị 120 – – – – –" in page.words for page in (first, last))


def find_refusal(page: Page) -> str:
    """What the page says of the letter, apart from what it always says of letters."""
    (told,) = re.findall(r'<p class="note note-warn" role="alert">(.*?)</p>', page.text)
    return html.unescape(told)


# The telephone


@pytest.mark.parametrize("path", ["/nop/khong-co-duong-dan-nay", "/nop/{token}/ket-qua/x/y/z", "/nop/{token}"])
def test_the_offices_telephone_stands_wherever_a_unit_may_be_stuck(
    browser: Browser, programme: Programme, token: str, path: str
) -> None:
    assert DEMO_PHONE in browser.get(path.replace("{token}", token)).words


def test_the_telephone_stands_beside_errors_and_in_the_forms_help(
    browser: Browser, programme: Programme, now: datetime
) -> None:
    token, _ = create_link(programme, WRONG, expires=now + timedelta(days=9), now=now)
    path, _ = send(browser, token, make_workbook(programme, WRONG), now)
    assert (
        f"Không rõ cách sửa, xin liên hệ Phòng PV05 – Công an tỉnh, điện thoại {DEMO_PHONE}" in browser.get(path).words
    )
    form, period = programme.form_by_code[DEMO_FORM], programme.period_by_code[DEMO_PERIOD]
    blank = make_template(programme, form, programme.unit_by_code[GOOD], period)
    help_sheet = load_workbook(io.BytesIO(blank))["Hướng dẫn"]
    (note,) = (str(cell.value) for row in help_sheet for cell in row if DEMO_PHONE in str(cell.value))
    (way,) = re.findall("bấm “(.+?)”", note)
    assert f">{way}</a>" in browser.get(f"/nop/{token}").text


# What a closed period became

FEEDBACK = f"/pv05/nhan-xet/{DEMO_CODE}/{DEMO_PERIOD}"


@pytest.fixture
def closed(browser: Browser, programme: Programme, now: datetime, monkeypatch: pytest.MonkeyPatch) -> str:
    """Bình Gia has reported, and the period is locked; gives the unit's page."""
    lock = programme.period_by_code[DEMO_PERIOD].lock
    token, _ = create_link(programme, GOOD, expires=lock + timedelta(days=30), now=now)
    send(browser, token, make_workbook(programme, GOOD), now)
    programmes.forget()
    monkeypatch.setattr(web_request, "read_now", lambda: lock + timedelta(hours=1))
    return f"/nop/{token}"


def publish(programme: Programme) -> None:
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=programme.period_by_code[DEMO_PERIOD].lock, actor="thử")


def test_after_closing_a_unit_sees_its_figures_as_they_stand_in_the_report(
    browser: Browser, programme: Programme, closed: str
) -> None:
    assert f'{closed[1:]}/trong-bao-cao/{DEMO_PERIOD}"' in browser.get(closed).text
    page = f"{closed}/trong-bao-cao/{DEMO_PERIOD}"
    assert "báo cáo tổng hợp chưa phát hành" in browser.get(page).words
    publish(programme)
    words = browser.get(page).words
    address = Address(programme=DEMO_CODE, period=DEMO_PERIOD, form=DEMO_FORM, unit=GOOD)
    value = list_revisions(address)[0].values["B05"].value
    assert f"{programme.indicator_by_code['B05'].label} {words_of(programme, 'B05')} {value}" in words
    edition = find_latest_edition(DEMO_CODE, period=DEMO_PERIOD)
    assert edition
    targets = read_unit_targets(edition, GOOD)
    assert targets
    told = words.partition("Đạt được / cần đạt")[2]
    labels = programme.indicator_by_code
    for one in targets:
        assert f"{one.title} {labels[one.result.indicator].label} {TARGET[one.result.state]} " in told


def words_of(programme: Programme, code: str) -> str:
    return programme.indicator_by_code[code].measure_unit


@pytest.mark.promise("told")
def test_the_office_sees_which_unit_has_looked_and_the_unit_what_the_office_says(
    browser: Browser, programme: Programme, closed: str
) -> None:
    publish(programme)
    sign_in(browser, "editor")
    assert "0/11 đơn vị đã xem" in browser.get(FEEDBACK).words
    form = browser.get(f"{FEEDBACK}?don-vi={GOOD}")
    remark = "Số liệu đủ, <b>đúng hạn</b>."
    fields = {"mau": form.seal, "don-vi": GOOD, "lan-doi": "0", "nhan-xet": remark}
    assert browser.post(FEEDBACK, fields).status == 303
    assert browser.post(FEEDBACK, fields | {"nhan-xet": "Khác."}).status == 409
    page = browser.get(f"{closed}/trong-bao-cao/{DEMO_PERIOD}")
    assert remark in page.words
    assert "<b>đúng" not in page.text
    assert "1/11 đơn vị đã xem" in browser.get(FEEDBACK).words
    assert "Bình Gia" not in browser.get(f"{FEEDBACK}?loc=chua-xem").words
    assert "Bình Gia" in browser.get(f"{FEEDBACK}?loc=co-nhan-xet").words
    found = browser.get(f"{FEEDBACK}?tim={GOOD}").words
    assert "Bình Gia" in found, "by its code"
    assert "Chi Lăng" not in found


def test_nothing_of_a_report_is_shown_to_units_before_the_period_is_locked(browser: Browser, token: str) -> None:
    assert browser.get(f"/nop/{token}/trong-bao-cao/{DEMO_PERIOD}").status == 404
    assert "trong-bao-cao" not in browser.get(f"/nop/{token}").text


@pytest.mark.promise("isolated")
def test_a_unit_whose_report_did_not_count_is_told_so_and_sees_nothing_of_another(
    browser: Browser, programme: Programme, closed: str
) -> None:
    publish(programme)
    remark = {"text": "Lời riêng cho Bình Gia.", "seen": 0, "stamp": Stamp("pv05:an", NOW)}
    write_remark(programme, programme.period_by_code[DEMO_PERIOD], GOOD, **remark)
    lock = programme.period_by_code[DEMO_PERIOD].lock
    token, _ = create_link(programme, "180", expires=lock + timedelta(days=30), now=lock)
    words = browser.get(f"/nop/{token}/trong-bao-cao/{DEMO_PERIOD}").words
    assert "không có trong báo cáo tổng hợp, vì khi tổng hợp chưa có bản nộp nào có giá trị" in words
    assert "Bình Gia" not in words
    assert "lấy từ bản nộp" not in words


def test_the_page_costs_few_calls(browser: Browser, programme: Programme, closed: str) -> None:
    publish(programme)
    page = f"{closed}/trong-bao-cao/{DEMO_PERIOD}"
    browser.get(page)
    with counted() as calls:
        browser.get(page)
    assert Counter(calls) == {"GetItem": 3, "Query": 2, "GetObject": 1}
