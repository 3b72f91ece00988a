"""“Không phát sinh” on the pages: a unit confirms a whole form, gets its receipt, and PV05 sees by whom; once only."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.renewal import rehearse
from chalicelib.domain.submission.records import Address, Receipt
from chalicelib.intake.check import check_workbook
from chalicelib.intake.receive import receive
from chalicelib.office.programme import import_programme
from chalicelib.office.roles import Role
from chalicelib.store import obligations, prepared, programmes
from chalicelib.store.addresses import upload_key
from chalicelib.store.clients import s3
from chalicelib.store.settings import read_settings
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template
from tests.links import create_link
from tests.nothing_to_report import FORM, PERIOD, WHOLE, read_markable
from tests.office.audit import read_audit
from tests.web.client import Browser, Page
from tests.web.conftest import DUE
from tests.web.intake import prepare, store
from tests.web.people import sign_in

CODE, UNIT = "nho-thu", "001"
DUTY = f"{PERIOD}/{WHOLE}"
ADDRESS = Address(programme=CODE, period=PERIOD, form=WHOLE, unit=UNIT)
WHO = "Nguyễn Văn An, Chủ tịch UBND xã"
OFFER = "/khong-phat-sinh/"


@pytest.fixture
def programme(stores: None, now: datetime) -> Programme:
    """The small one with marks, its first period due in five days."""
    texts = {name: data.decode() for name, data in read_markable().items()}
    renewed = rehearse(texts, code=CODE, period=PERIOD, due=DUE).files
    import_programme({name: text.encode() for name, text in renewed.items()}, stamp=Stamp("thử", now))
    return programmes.load_in_force(CODE)


@pytest.fixture
def token(programme: Programme, now: datetime) -> str:
    made, _ = create_link(programme, UNIT, expires=now + timedelta(days=60), now=now, actor="thử")
    return made


def read_fields(page: Page, duty: str = DUTY) -> dict[str, str]:
    """The hidden fields of the duty's form, filled in as a person does."""
    form = re.search(rf'action="[^"]*/khong-phat-sinh/{duty}">(.*?)</form>', page.text, re.S)
    assert form
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[1])
    return dict(hidden) | {"nguoi-xac-nhan": WHO, "xac-nhan": "co"}


def confirm(browser: Browser, token: str, duty: str = DUTY, **changes: str) -> Page:
    fields = read_fields(browser.get(f"/nop/{token}")) | changes
    return browser.post(f"/nop/{token}/khong-phat-sinh/{duty}", fields)


def take_in(page: Page, now: datetime) -> Receipt:
    upload_id = page.header("Location").rpartition("/")[2]
    return receive(upload_key(ADDRESS, upload_id), now=lambda: now, check=check_workbook)


def fill(programme: Programme, **values: object) -> bytes:
    form, unit = programme.form_by_code[WHOLE], programme.units[0]
    return fill_in(make_template(programme, form, unit, programme.period_by_code[PERIOD]), Contents(values))


def test_the_button_is_offered_where_all_that_is_required_may_be_marked(browser: Browser, token: str) -> None:
    page = browser.get(f"/nop/{token}")
    assert re.findall(r"/khong-phat-sinh/([^\"]+)", page.text) == [DUTY]
    assert f"{PERIOD}/{FORM}" in page.text
    assert "bản gửi sau thay cho xác nhận này" in page.words


def test_a_confirmation_ends_in_a_receipt_that_says_who_confirmed_what(
    browser: Browser, token: str, now: datetime
) -> None:
    answer = confirm(browser, token)
    assert "Tệp đã đến nơi" in browser.follow(answer).words  # it is on its way, as any upload
    receipt = take_in(answer, now)
    assert (receipt.answer, receipt.revision, receipt.timeliness) == ("accepted", 1, "on_time")
    words = browser.follow(answer).words
    assert f"Xác nhận: I. Số liệu. Người xác nhận: {WHO}, lúc" in words
    assert "bản gửi sau thay cho xác nhận này" in words
    assert "0 (xác nhận không phát sinh)" in words


def test_what_is_kept_are_confirmed_noughts_and_the_persons_words(browser: Browser, token: str, now: datetime) -> None:
    take_in(confirm(browser, token), now)
    state = obligations.find_state(ADDRESS)
    assert state.submission
    assert state.counts
    assert (state.submission.confirmed, state.submission.confirmed_by) == (("bo-sung",), WHO)
    assert {code: (each.value, each.confirmed) for code, each in state.submission.values.items()} == {
        "A02": (0, True), "A06": (0, True),
    }  # fmt: skip


def test_a_page_stays_small_however_many_rows_a_table_has(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    form, unit, period = programme.form_by_code[FORM], programme.units[0], programme.period_by_code[PERIOD]
    row = {"ten": "a" * 1000, "loai": form.tables[0].column("loai").choices[0], "ngay": period.data_from, "nguoi": 1}
    contents = Contents(dict.fromkeys(("A01", "A02", "A03", "A04"), 1), {"to": [row] * 1000})
    minted = prepare(browser, token, duty=f"{PERIOD}/{FORM}")
    receive(
        store(minted, fill_in(make_template(programme, form, unit, period), contents)),
        now=lambda: now, check=check_workbook,
    )  # fmt: skip
    page = browser.get(f"/nop/{token}/{minted['outcome']}")
    assert "Còn 800 dòng không hiện ở đây" in page.words
    assert len(page.text.encode()) < 1_000_000


def test_pv05_sees_it_in_the_overview_and_on_the_submission(browser: Browser, token: str, now: datetime) -> None:
    take_in(confirm(browser, token), now)
    sign_in(browser, Role.VIEWER)
    assert "Xác nhận không phát sinh: I. Số liệu" in browser.get(f"/pv05/ky/{CODE}/{PERIOD}").words
    words = browser.get(f"/pv05/ban-nop/{CODE}/{PERIOD}/{WHOLE}/{UNIT}").words
    assert f"Người xác nhận: {WHO}, lúc" in words
    assert "0 (xác nhận không phát sinh)" in words
    assert "(xác nhận không phát sinh)" in browser.get(f"/pv05/so-lieu/{CODE}/{PERIOD}/A06").words


def test_the_audit_has_that_it_was_confirmed_and_not_the_persons_name(
    browser: Browser, token: str, now: datetime
) -> None:
    answer = confirm(browser, token)
    (line,) = read_audit("submission.confirmed", programme=CODE, month=f"{now.astimezone(VIETNAM):%Y-%m}")
    assert line[0] == f"unit:{UNIT}"
    assert line[3]["upload"] == answer.header("Location").rpartition("/")[2]
    assert WHO not in str(line)


def test_a_second_click_of_the_same_button_makes_no_second_upload(browser: Browser, token: str) -> None:
    fields = read_fields(browser.get(f"/nop/{token}"))
    first, second = (browser.post(f"/nop/{token}/khong-phat-sinh/{DUTY}", fields) for _ in range(2))
    assert (first.status, second.status) == (303, 303)
    assert first.header("Location") == second.header("Location")
    assert len(prepared.list_latest(ADDRESS)) == 1


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"nguoi-xac-nhan": "  "}, 400, "Họ tên, chức vụ người xác nhận"),
        ({"nguoi-xac-nhan": "\u200b\u202e\x00"}, 400, "Họ tên, chức vụ người xác nhận"),
        ({"nguoi-xac-nhan": "a" * 101}, 400, "dài quá 100 ký tự"),
        ({"xac-nhan": ""}, 400, "Xin đánh dấu xác nhận"),
        ({"mau": "0" * 64}, 403, "không đến từ trang của hệ thống"),
        ({"mot-lan": "x"}, 409, "Xin tải lại trang"),
    ],
    ids=["nobody", "nobody that is seen", "too long", "not confirmed", "without the seal", "without its number"],
)
def test_what_is_not_whole_confirms_nothing(
    browser: Browser, token: str, changes: dict[str, str], status: int, words: str
) -> None:
    page = confirm(browser, token, **changes)
    assert (page.status, words in page.words) == (status, True)
    assert prepared.list_latest(ADDRESS) == []


def test_a_form_that_requires_more_is_not_confirmed_whatever_is_posted(browser: Browser, token: str) -> None:
    page = confirm(browser, token, f"{PERIOD}/{FORM}")
    assert page.status == 400
    assert "nội dung bắt buộc không xác nhận không phát sinh được" in page.words
    assert confirm(browser, token, f"{PERIOD}/khong-co").status == 400


@pytest.mark.promise("one-order")
def test_figures_sent_later_undo_it(browser: Browser, token: str, programme: Programme, now: datetime) -> None:
    take_in(confirm(browser, token), now)
    later = now + timedelta(seconds=2)
    key = store(prepare(browser, token, duty=DUTY), fill(programme, A02=3, A06=40))
    assert receive(key, now=lambda: later, check=check_workbook).revision == 2
    state = obligations.find_state(ADDRESS)
    assert state.submission
    assert (state.submission.confirmed, state.submission.confirmed_by) == ((), "")
    assert state.submission.values["A06"].value == 40
    assert "Người xác nhận" not in browser.get(f"/nop/{token}").words


@pytest.mark.promise("one-order")
def test_noughts_never_replace_figures_that_count(
    browser: Browser, token: str, programme: Programme, now: datetime
) -> None:
    fields = read_fields(browser.get(f"/nop/{token}"))
    receive(
        store(prepare(browser, token, duty=DUTY), fill(programme, A02=3, A06=40)), now=lambda: now, check=check_workbook
    )
    assert OFFER not in browser.get(f"/nop/{token}").text
    page = browser.post(f"/nop/{token}/khong-phat-sinh/{DUTY}", fields)
    assert page.status == 400
    assert "đã có bản nộp được nhận" in page.words


def test_the_persons_words_are_escaped(browser: Browser, token: str, now: datetime) -> None:
    answer = confirm(browser, token, **{"nguoi-xac-nhan": "<b>An</b> & Bình"})
    take_in(answer, now)
    page = browser.follow(answer)
    assert "&lt;b&gt;An&lt;/b&gt; &amp; Bình" in page.text
    assert "<b>An</b>" not in page.text


def test_nothing_is_offered_while_a_file_is_being_checked(browser: Browser, token: str, now: datetime) -> None:
    answer = confirm(browser, token)
    assert OFFER not in browser.get(f"/nop/{token}").text
    take_in(answer, now)
    assert OFFER not in browser.get(f"/nop/{token}").text


def test_a_section_marked_in_a_workbook_is_told_in_a_trial_and_in_the_receipt(
    browser: Browser, token: str, programme: Programme, now: datetime
) -> None:
    data = fill(programme, **{"bo-sung": "x"})
    fields = {"mau": browser.get(f"/nop/{token}").seal, "nghia-vu": DUTY, "xac-nhan": "co", "ten-tep": "a.xlsx"}
    minted = browser.post(f"/nop/{token}/kiem-tra-thu", fields, accept="application/json").data
    s3().put_object(
        Bucket=read_settings().reports, Key=minted["fields"]["key"], Body=data,
        Metadata={name.removeprefix("x-amz-meta-"): text for name, text in minted["fields"].items() if "meta" in name},
    )  # fmt: skip
    tried = browser.get(f"/nop/{token}/{minted['outcome']}").words
    sent = prepare(browser, token, duty=DUTY)
    receive(store(sent, data), now=lambda: now, check=check_workbook)
    taken = browser.get(f"/nop/{token}/{sent['outcome']}").words
    assert "Không phát sinh I. Số liệu" in tried
    assert "Không phát sinh Xác nhận: I. Số liệu" in taken
    for words in (tried, taken):
        assert "0 (xác nhận không phát sinh)" in words
        assert "Người xác nhận" not in words
