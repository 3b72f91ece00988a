"""PV05's console without a browser: what each page says, and what each form does."""

from __future__ import annotations

import html
import io
import json
import re
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import unquote, urljoin

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from openpyxl import Workbook, load_workbook

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.clock import VIETNAM, local_date
from chalicelib.domain.language.vietnamese import format_day, format_number
from chalicelib.domain.period import shown
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.period.draft_files import Keeping
from chalicelib.domain.period.edition import Difference, EditionInfo
from chalicelib.domain.programme.confirming import list_unconfirmed
from chalicelib.domain.programme.loading import read_csv
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.writing import write_csv
from chalicelib.domain.submission.letters import PATIENCE
from chalicelib.domain.submission.records import Address, Receipt, Review
from chalicelib.external import functions, mail
from chalicelib.intake.check import check_workbook
from chalicelib.intake.receive import receive
from chalicelib.office import outcome_letters
from chalicelib.office import paper as office_paper
from chalicelib.office.contacts import change_contact
from chalicelib.office.draft_files import remove_drafts
from chalicelib.office.letters import Result
from chalicelib.office.programme import import_programme
from chalicelib.office.reminders import send_due
from chalicelib.office.undelivered import take_event
from chalicelib.report.console_pages import find_figures_page
from chalicelib.report.publish import publish_edition
from chalicelib.report.rendering import Rendered
from chalicelib.report.sheets.layout import Layout
from chalicelib.store import obligations, programmes, records, submissions, table, uploads, whole
from chalicelib.store.addresses import upload_key
from chalicelib.store.audit import append, query_month
from chalicelib.store.clients import s3
from chalicelib.store.contacts import find_contacts
from chalicelib.store.errors import Unavailable
from chalicelib.store.links import list_links
from chalicelib.store.papers import list_papers
from chalicelib.store.settings import read_settings
from chalicelib.web import request as web_request
from chalicelib.web.console.audit_words import ACTIONS
from chalicelib.web.console.editions import fold_by_unit
from chalicelib.workbook.form.filling import fill_in
from chalicelib.workbook.lists import read_list
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD, read_demo_files
from infra.demo.samples import make_contents
from tests.links import create_link
from tests.office.returned import RETURNED, make_event
from tests.store.engine import counted
from tests.web.client import Browser, Page
from tests.web.conftest import DUE, NOW
from tests.web.intake import GOOD, make_workbook, read_handout, send
from tests.web.people import sign_in

SUBMISSION = f"/pv05/ban-nop/{DEMO_CODE}/{DEMO_PERIOD}/{DEMO_FORM}/{GOOD}"
ADDRESS = Address(programme=DEMO_CODE, period=DEMO_PERIOD, form=DEMO_FORM, unit=GOOD)


@pytest.fixture
def sent(browser: Browser, programme: Programme, token: str, now: datetime) -> None:
    """Bình Gia's report is in."""
    send(browser, token, make_workbook(programme, GOOD), now)


@pytest.fixture
def editor(browser: Browser, sent: None) -> Browser:
    sign_in(browser, "editor")
    return browser


@pytest.fixture
def admin(browser: Browser, programme: Programme) -> Browser:
    sign_in(browser, "admin")
    return browser


CONFIRMED = {"xac-nhan": "co"}


def submit(browser: Browser, page: str, path: str, **fields: str) -> Page:
    """Posts a form of `page` with its hidden fields."""
    hidden = browser.get(page).hidden("mau", "lan-doi", "phien-ban", "key", "mot-lan")
    named = {name if ":" in name else name.replace("_", "-"): value for name, value in fields.items()}
    return browser.post(path, hidden | named)


def audited(action: str) -> list[str]:
    """Who did it, this month."""
    return [
        line.actor for line in query_month(DEMO_CODE, month=f"{NOW.astimezone(VIETNAM):%Y-%m}") if line.action == action
    ]


# Submissions


def test_a_submission_stands_beside_the_cells_it_came_from(editor: Browser) -> None:
    words, figure = editor.get(SUBMISSION).words, submissions.list_revisions(ADDRESS)[0].values["B05"]
    assert "Huyện Bình Gia: Báo cáo 6 tháng" in words
    assert f"{format_number(figure.value)} ô {figure.cell}, trang Số liệu" in words
    assert "Số liệu được chuẩn hóa khi đọc" in words


def test_what_a_unit_has_changed_stands_before_all_its_figures_and_whom_to_call(
    editor: Browser, programme: Programme, token: str, now: datetime
) -> None:
    send(editor, token, make_workbook(programme, GOOD, B05=999), now)
    change_contact(programme, Contact(unit=GOOD, name="Bà <Hoa>", phone="0205 381"), stamp=Stamp("thử", now))
    page = editor.get(SUBMISSION)
    first, _, rest = page.words.partition("Bản nộp Lần")
    label = programme.indicator_by_code["B05"].label
    assert f"{label} 999 Đã sửa lần 1 ghi " in first
    assert label in rest
    assert "Người liên hệ Bà <Hoa> Điện thoại 0205 381" in rest
    assert "<Hoa>" not in page.text
    sign_in(editor, "viewer")
    assert "Hoa" not in editor.get(SUBMISSION).text


def test_what_a_unit_remarks_stands_beside_its_figure(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    book = load_workbook(io.BytesIO(make_workbook(programme, GOOD)))
    sheet = book["Số liệu"]
    (tokens,) = (row for row in sheet.iter_rows() if row[0].value == "@ma")
    column = next(cell.column for cell in tokens if cell.value == "@ghi_chu")
    next(row for row in sheet.iter_rows() if row[0].value == "A03")[column - 1].value = "Giảm do <dịch>"
    out = io.BytesIO()
    book.save(out)
    send(browser, token, out.getvalue(), now)
    sign_in(browser, "editor")
    assert "Ghi chú: Giảm do &lt;dịch&gt;" in browser.get(SUBMISSION).text


def test_returned_then_restored_then_approved(editor: Browser) -> None:
    shown = submit(editor, SUBMISSION, f"{SUBMISSION}/xu-ly", viec="tra-lai", y_kien="Xin <b>xem</b> lại.")
    assert "1 báo cáo không còn tính là đã nộp" in shown.words
    assert "lại.”" in shown.words
    assert "lại.”." not in shown.words
    assert obligations.find_state(ADDRESS).counts
    assert editor.confirm(shown).status == 303
    state = obligations.find_state(ADDRESS)
    assert (state.review, state.comment, state.counts) == (Review.RETURNED, "Xin <b>xem</b> lại.", False)
    assert "<b>xem</b>" not in editor.get(SUBMISSION).text
    assert "Trả lại, chờ sửa" in editor.get(SUBMISSION).words
    assert submit(editor, SUBMISSION, f"{SUBMISSION}/xu-ly", viec="duyet").status == 400
    editor.confirm(submit(editor, SUBMISSION, f"{SUBMISSION}/xu-ly", viec="khoi-phuc"))
    assert "Chờ xem xét" in editor.get(SUBMISSION).words
    submit(editor, SUBMISSION, f"{SUBMISSION}/xu-ly", viec="duyet")
    assert obligations.find_state(ADDRESS).review is Review.APPROVED
    assert audited("submission.approved") == ["pv05:can-bo-editor"]


def test_the_offices_people_note_beside_a_submission_what_its_unit_never_reads(editor: Browser, token: str) -> None:
    for text in ("Đã gọi <b>chị</b> Hoa", "Đã gọi <b>chị</b> Hoa", "Chờ công văn"):
        page = submit(editor, SUBMISSION, f"{SUBMISSION}/ghi-chu", ghi_chu=text)
        assert page.status == 303
    words = editor.follow(page).words
    assert words.index("Chờ công văn can-bo-editor") < words.index("Đã gọi <b>chị</b> Hoa can-bo-editor")
    assert words.count("Đã gọi") == 1
    assert audited("note.written") == ["pv05:can-bo-editor"] * 2
    assert not any("Hoa" in str(line) for line in query_month(DEMO_CODE, month=f"{NOW.astimezone(VIETNAM):%Y-%m}"))
    for text in (" ", "x" * 1001):
        assert submit(editor, SUBMISSION, f"{SUBMISSION}/ghi-chu", ghi_chu=text).status == 400
    sign_in(editor, "viewer")
    assert "Chờ công văn" not in editor.get(SUBMISSION).words


def test_a_decision_on_an_older_state_is_refused(editor: Browser) -> None:
    fields = {"mau": editor.get(SUBMISSION).seal, "lan-doi": "0", "viec": "duyet"}
    assert editor.post(f"{SUBMISSION}/xu-ly", fields).status == 409
    assert obligations.find_state(ADDRESS).review is Review.RECEIVED


def test_an_exception_lets_a_unit_send_after_the_lock(
    editor: Browser, programme: Programme, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = programme.period_by_code[DEMO_PERIOD].lock + timedelta(days=1)
    until = (locked + timedelta(days=2)).astimezone(VIETNAM).isoformat()[:16]
    with monkeypatch.context() as later:
        later.setattr(web_request, "read_now", lambda: locked)
        assert "Gửi báo cáo đã điền" not in editor.get(f"/nop/{token}").words
    assert "Gia hạn cho đơn vị này" in editor.get(SUBMISSION).words
    granted = submit(editor, SUBMISSION, f"{SUBMISSION}/gia-han", den_luc=until, ly_do="Mưa lũ")
    assert "Đã lưu gia hạn." in editor.follow(granted).words  # which may be shorter than before
    assert "Sửa hoặc hủy gia hạn" in editor.get(SUBMISSION).words
    monkeypatch.setattr(web_request, "read_now", lambda: locked)
    assert "Được gia hạn" in editor.get(f"/nop/{token}").words
    assert "Gửi báo cáo đã điền" in editor.get(f"/nop/{token}").words
    monkeypatch.setattr(web_request, "read_now", lambda: NOW)
    editor.confirm(submit(editor, SUBMISSION, f"{SUBMISSION}/gia-han", viec="thoi"))
    assert obligations.find_state(ADDRESS).exception_until is None


def test_the_original_is_handed_out_by_a_short_lived_address_and_noted(editor: Browser) -> None:
    page = editor.get(f"{SUBMISSION}/goc/1")
    assert page.status == 303
    assert "X-Amz-Expires=900" in page.header("Location")
    assert "Báo cáo.xlsx" in unquote(unquote(page.header("Location")))
    assert audited("file.downloaded") == ["pv05:can-bo-editor"]
    assert editor.get(f"{SUBMISSION}/goc/2").status == 404


# Paper

PAPER = f"/pv05/nhap-giay/{DEMO_CODE}/{DEMO_PERIOD}/{DEMO_FORM}/{GOOD}"
PAPER_CAME = (NOW - timedelta(days=1)).astimezone(VIETNAM).isoformat()[:16]
SCAN = f"handouts/scans/{'a' * 32}"
AS_IT_IS = {"viec": "van-gui"}
"""The paper itself is wrong."""


def type_in(programme: Programme, **changes: str) -> dict[str, str]:
    """The fields of the page as somebody fills them in from the paper."""
    form, period = programme.form_by_code[DEMO_FORM], programme.period_by_code[DEMO_PERIOD]
    contents = make_contents(programme, form, programme.unit_by_code[GOOD], period)
    fields = {f"o:{code}": show(value) for code, value in contents.values.items()}
    for bang, rows in contents.tables.items():
        fields |= {
            f"b:{bang}:{number}:{column}": show(value)
            for number, row in enumerate(rows, start=1)
            for column, value in row.items()
        }
    return fields | CONFIRMED | {"nhan-luc": PAPER_CAME} | {f"o:{code}": text for code, text in changes.items()}


def show(value: object) -> str:
    """As somebody types it."""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value).replace(".", ",")


@pytest.fixture
def paper(browser: Browser, programme: Programme) -> Browser:
    """An editor with a scan in the bucket."""
    sign_in(browser, "editor")
    s3().put_object(Bucket=read_settings().reports, Key=SCAN, Body=b"%PDF-")
    return browser


def enter(paper: Browser, path: str, now: datetime, fields: dict[str, str]) -> Receipt:
    """Sends the page, and takes in what it made."""
    before = list_papers(ADDRESS).keys()
    page = submit(paper, path, f"{PAPER}/so-lieu", **fields)
    assert page.status == 303, page.words
    (upload,) = list_papers(ADDRESS).keys() - before
    assert "Có tệp đang được kiểm tra" in paper.get(SUBMISSION).words
    assert paper.get_json(SUBMISSION).data == {"state": "waiting"}
    return receive(upload_key(ADDRESS, upload), now=lambda: now, check=check_workbook)


def test_a_report_on_paper_is_accepted_like_a_workbook(paper: Browser, programme: Programme, now: datetime) -> None:
    assert "đính kèm bản quét" in paper.get(PAPER).words
    receipt = enter(paper, f"{PAPER}/so-lieu?key={SCAN}", now, type_in(programme))
    assert (receipt.answer, [i.message for i in receipt.issues if i.severity == "error"]) == ("accepted", [])
    assert paper.get_json(SUBMISSION).data == {"state": "done"}
    assert "Bản quét" in paper.get(SUBMISSION).words
    assert paper.get(f"{PAPER}/ban-quet/{receipt.upload_id}").status == 303
    assert paper.get(f"{PAPER}/so-lieu?key=handouts/x").status == 404
    state = obligations.find_state(ADDRESS)
    assert state.first_received == datetime.fromisoformat(PAPER_CAME).replace(tzinfo=VIETNAM)
    assert audited("submission.entered") == ["pv05:can-bo-editor"]


def test_a_mistake_in_an_entry_is_corrected_without_typing_all_again(
    paper: Browser, programme: Programme, now: datetime
) -> None:
    receipt = enter(paper, f"{PAPER}/so-lieu?key={SCAN}", now, type_in(programme, B05="hơn 12") | AS_IT_IS)
    assert receipt.answer == "rejected"
    assert "“hơn 12”" in paper.get(SUBMISSION).words
    again = f"{PAPER}/so-lieu?tu={receipt.upload_id}"
    page = paper.get(again)
    assert 'value="hơn 12"' in page.text
    typed = re.findall(r'<input type="text"[^>]* name="([^"]+)" value="([^"]*)"', page.text)
    chosen = re.findall(r'<select[^>]* name="([^"]+)".*?<option selected>([^<]*)<', page.text)
    long = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)<', page.text)
    fields = (
        {name: html.unescape(text) for name, text in (*typed, *chosen, *long)} | CONFIRMED | {"nhan-luc": PAPER_CAME}
    )
    corrected = enter(paper, again, now, fields | {"o:B05": type_in(programme)["o:B05"]})
    assert (corrected.answer, [i.message for i in corrected.issues if i.severity == "error"]) == ("accepted", [])


def test_the_workbook_of_a_paper_is_made_once_for_its_check_and_its_sending(
    paper: Browser, programme: Programme, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[bytes] = []
    monkeypatch.setattr(office_paper, "fill_in", lambda *given: made.append(fill_in(*given)) or made[-1])
    enter(paper, f"{PAPER}/so-lieu?key={SCAN}", now, type_in(programme))
    assert len(made) == 1


def test_the_page_of_the_programmes_looks_each_up_once(browser: Browser, programme: Programme) -> None:
    sign_in(browser, "viewer")
    browser.get("/pv05/chuong-trinh")
    with counted() as calls:
        assert browser.get("/pv05/chuong-trinh").status == 200
    assert calls == ["Query"] * 3, "the programmes, the one that there is, and this one as the page's own"


def test_figures_on_paper_are_typed_in_the_unit_in_which_the_form_asks(paper: Browser, now: datetime) -> None:
    files = {name: text.encode() for name, text in read_demo_files(DUE).items()}
    rows = [row for _, row in read_csv(files["indicators.csv"].decode())]
    scaled = write_csv("indicators", [row | {"asked_in": "triệu đồng" * (row["code"] == "C28")} for row in rows])
    forms = {name: text.replace(b"\nversion = 1\n", b"\nversion = 2\n") for name, text in files.items()}
    import_programme(forms | {"indicators.csv": scaled.encode()}, stamp=Stamp("thử", now))
    programme, path = programmes.load_in_force(DEMO_CODE), f"{PAPER}/so-lieu?key={SCAN}"
    assert re.search(r'<label class="plain" for="o:C28">[^<]* <span[^>]*>\(triệu đồng\)<', paper.get(path).text)
    receipt = enter(paper, path, now, type_in(programme, C28="1,5"))
    assert (receipt.answer, [i.message for i in receipt.issues if i.severity == "error"]) == ("accepted", [])
    state = obligations.find_state(ADDRESS)
    assert state.submission
    assert state.submission.values["C28"].value == 1_500_000
    assert re.search(r"1\.500\.000 đồng\s*hỏi theo triệu đồng", paper.get(SUBMISSION).words)
    again = enter(paper, path, now, type_in(programme, C28="1.500.000") | AS_IT_IS)
    assert [(issue.code, issue.indicator) for issue in again.issues if issue.severity == "error"] == [
        ("cell.ambiguous", "C28")
    ]


def test_a_section_without_events_on_paper_is_one_mark_and_stays_marked_in_a_correction(
    paper: Browser, programme: Programme, now: datetime
) -> None:
    marked = {
        name: text for name, text in type_in(programme).items() if not name.startswith(("o:I91", "o:I92", "o:I93"))
    }
    path, mark = f"{PAPER}/so-lieu?key={SCAN}", {"o:khen-thuong": "x"}
    receipt = enter(paper, path, now, marked | mark | {"o:B05": "hơn 12"} | AS_IT_IS)
    page = paper.get(f"{PAPER}/so-lieu?tu={receipt.upload_id}")
    assert re.findall(r'name="o:([^"]+)" value="x" checked', page.text) == ["khen-thuong"]
    corrected = enter(paper, path, now, marked | mark)
    assert (corrected.answer, [i.message for i in corrected.issues if i.severity == "error"]) == ("accepted", [])
    submission = obligations.find_state(ADDRESS).submission
    assert submission
    assert (submission.confirmed, submission.values["I93a"].value) == (("khen-thuong",), 0)


def test_when_a_paper_came_is_asked_first_and_is_now_until_somebody_says_otherwise(
    paper: Browser, programme: Programme, now: datetime
) -> None:
    form = paper.get(f"{PAPER}/so-lieu?key={SCAN}").text.partition("data-enter")[2]
    assert form.index('name="nhan-luc"') < form.index('name="o:')
    assert f'name="nhan-luc" value="{now.astimezone(VIETNAM):%Y-%m-%dT%H:%M}"' in form
    receipt = enter(paper, f"{PAPER}/so-lieu?key={SCAN}", now, type_in(programme, B05="hơn 12") | AS_IT_IS)
    assert f'name="nhan-luc" value="{PAPER_CAME}' in paper.get(f"{PAPER}/so-lieu?tu={receipt.upload_id}").text


def test_what_was_typed_is_not_lost_where_the_page_comes_again(paper: Browser, programme: Programme) -> None:
    path, fields = f"{PAPER}/so-lieu?key={SCAN}", type_in(programme, B05='12 "buổi"')
    page = submit(paper, path, f"{PAPER}/so-lieu", **(fields | {"xac-nhan": ""}))
    assert page.status == 400
    assert "Xin đánh dấu xác nhận" in page.words
    assert 'value="12 &#34;buổi&#34;"' in page.text
    more = submit(paper, path, f"{PAPER}/so-lieu", **fields, **{"r:mo-hinh": "3", "them": "mo-hinh"})
    assert more.status == 200
    assert 'name="b:mo-hinh:8:ten"' in more.text
    assert 'name="b:mo-hinh:9:ten"' not in more.text


def test_what_is_wrong_stands_at_its_field_and_leads_there_before_anything_is_sent(
    paper: Browser, programme: Programme
) -> None:
    typed = type_in(programme, B05="hơn 12") | {"b:mo-hinh:1:diem": "2 hoặc 3", "nhan-luc": "", "xac-nhan": ""}
    page = submit(paper, f"{PAPER}/so-lieu?key={SCAN}", f"{PAPER}/so-lieu", **typed)
    assert page.status == 400
    names = ("o:B05", "b:mo-hinh:1:diem", "nhan-luc", "xac-nhan")
    for name in names:
        assert f'<a href="#{name}">' in page.text
        assert re.search(rf'id="{name}"[^>]* aria-invalid="true" aria-describedby="[^"]*loi-{name}"', page.text)
        assert page.text.count(f'id="loi-{name}"') == 1
    assert page.text.count('aria-invalid="true"') == len(names)
    assert 'value="hơn 12"' in page.text
    assert "Gửi dù còn lỗi" not in page.words, "the day and the confirmation cannot be left out"
    assert "Số điểm, dòng 1 : “2 hoặc 3” có nhiều hơn một con số" in page.words
    assert list_papers(ADDRESS) == {}


def test_a_paper_that_is_wrong_itself_can_be_sent_as_it_is(paper: Browser, programme: Programme, now: datetime) -> None:
    path, fields = f"{PAPER}/so-lieu?key={SCAN}", type_in(programme, B05="hơn 12")
    assert "Gửi dù còn lỗi" in submit(paper, path, f"{PAPER}/so-lieu", **fields).words
    assert enter(paper, path, now, fields | AS_IT_IS).answer == "rejected"


@pytest.mark.promise("nothing-lost")
def test_figures_typed_in_a_session_that_ended_come_back_after_sign_in(paper: Browser, programme: Programme) -> None:
    page = paper.get(f"{PAPER}/so-lieu?key={SCAN}")
    hidden = page._replace(text=page.text.partition("data-enter>")[2]).hidden()
    typed = hidden | type_in(programme, B05="1234") | {"b:mo-hinh:1:ten": 'Tổ "số <8>"'}
    paper.cookies = {}
    ended = paper.post(f"{PAPER}/so-lieu", typed)
    assert (ended.status, "Số liệu đã nhập chưa được gửi và còn nguyên" in ended.words) == (401, True)
    kept = {
        name: html.unescape(text)
        for name, text in re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', ended.text, re.S)
    }
    assert kept == {name: text for name, text in typed.items() if name != "mau"}
    sign_in(paper, "editor")
    paper.cookies["__Host-phien"] = "phien-moi"
    again = paper.post(f"{PAPER}/so-lieu", kept)
    assert 'value="1234"' in again.text
    assert 'value="Tổ &#34;số &lt;8&gt;&#34;"' in again.text
    assert list_papers(ADDRESS) == {}
    assert paper.post(f"{PAPER}/so-lieu", kept | {"mau": again.seal}).status == 303
    assert paper.post(f"{PAPER}/so-lieu", kept, **{"sec-fetch-site": "cross-site"}).status == 403


def test_the_scan_lies_beside_the_form_and_nothing_else_of_the_storage_may_be_framed(paper: Browser) -> None:
    page = paper.get(f"{PAPER}/so-lieu?key={SCAN}")
    assert re.search(r'<iframe src="https://[^"]+X-Amz-Expires=900[^"]*" title="Bản quét', page.text)
    storage = next(part for part in page.header("Content-Security-Policy").split("; ") if part.startswith("frame-src"))
    assert re.search(r'<iframe src="(https://[^/]+)/', page.text)[1] in storage  # type: ignore[index]
    assert "frame-src" not in paper.get(SUBMISSION).header("Content-Security-Policy")
    s3().put_object(Bucket=read_settings().reports, Key=SCAN, Body=b"\xff\xd8\xff\xe0")
    assert '<img src="https://' in paper.get(f"{PAPER}/so-lieu?key={SCAN}").text
    s3().put_object(Bucket=read_settings().reports, Key=SCAN, Body=b"II*\x00")
    page = paper.get(f"{PAPER}/so-lieu?key={SCAN}")
    assert ("<iframe" in page.text, "không hiện được ảnh TIFF" in page.words) == (False, True)


@pytest.mark.promise("one-receipt")
def test_an_entry_sent_twice_is_one_upload(paper: Browser, programme: Programme) -> None:
    page = paper.get(f"{PAPER}/so-lieu?key={SCAN}")
    hidden = page.hidden("mau", "key", "mot-lan")
    assert paper.post(f"{PAPER}/so-lieu", hidden | type_in(programme)).status == 303
    assert paper.post(f"{PAPER}/so-lieu", hidden | type_in(programme)).status == 409
    assert len(list_papers(ADDRESS)) == 1


@pytest.mark.promise("nothing-lost")
def test_where_storage_does_not_answer_the_figures_stay_on_the_page(
    paper: Browser, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unavailable("thử")

    page = paper.get(f"{PAPER}/so-lieu?key={SCAN}")
    hidden = page.hidden("mau", "key", "mot-lan")
    with monkeypatch.context() as broken:
        broken.setattr(uploads, "put_entered", fail)
        again = paper.post(f"{PAPER}/so-lieu", hidden | type_in(programme, B05="1234"))
    assert (again.status, 'value="1234"' in again.text) == (503, True)
    assert hidden["mot-lan"] in again.text
    assert paper.post(f"{PAPER}/so-lieu", hidden | type_in(programme, B05="1234")).status == 303
    assert len(list_papers(ADDRESS)) == 1


@pytest.mark.promise("nothing-left")
def test_of_a_classified_paper_neither_the_entry_nor_the_scan_is_kept(
    paper: Browser, programme: Programme, now: datetime
) -> None:
    narrative = programme.form_by_code[DEMO_FORM].narratives[0].code
    receipt = enter(paper, f"{PAPER}/so-lieu?key={SCAN}", now, type_in(programme) | {f"o:{narrative}": "TUYỆT MẬT"})
    assert not receipt.bytes_kept
    assert not list(whole.list_versions(whole.REPORTS, prefix="records/scans/"))
    assert paper.get(f"{PAPER}/so-lieu?tu={receipt.upload_id}").status == 404


def test_a_scan_is_a_picture_of_the_paper(paper: Browser) -> None:
    other = f"handouts/scans/{'c' * 32}"
    s3().put_object(Bucket=read_settings().reports, Key=other, Body=b"PK\x03\x04")
    page = paper.get(f"{PAPER}/so-lieu?key={other}")
    assert page.status == 400
    assert "PDF" in page.words
    shown = unquote(paper.get(f"{PAPER}/so-lieu?key={SCAN}").text)
    assert "response-content-type=application/pdf" in shown
    assert "response-content-disposition=inline" in shown


def test_an_entry_of_another_duty_is_not_opened(paper: Browser, programme: Programme, now: datetime) -> None:
    receipt = enter(paper, f"{PAPER}/so-lieu?key={SCAN}", now, type_in(programme))
    other = PAPER.replace(GOOD, "180")
    assert paper.get(f"{other}/so-lieu?tu={receipt.upload_id}").status == 404
    assert paper.get(f"{other}/ban-quet/{receipt.upload_id}").status == 404


# Units, periods, duties


def export_roster(browser: Browser) -> Workbook:
    """The roster's workbook as it goes out."""
    out = browser.get(f"/pv05/don-vi/{DEMO_CODE}/xuat")
    return load_workbook(io.BytesIO(read_handout(out)))


def import_roster(book: Workbook) -> str:
    """Posts it as a browser does; gives the path of the preview."""
    changed = io.BytesIO()
    book.save(changed)
    key = f"handouts/imports/{'b' * 32}"
    s3().put_object(Bucket=read_settings().reports, Key=key, Body=changed.getvalue())
    return f"/pv05/don-vi/{DEMO_CODE}/xem-truoc?key={key}"


def test_the_roster_goes_out_and_comes_back_as_a_workbook(admin: Browser, programme: Programme) -> None:
    path = f"/pv05/don-vi/{DEMO_CODE}"
    book = export_roster(admin)
    rows = list(book.active.iter_rows())  # type: ignore[union-attr]
    next(row for row in rows if row[0].value == "181")[2].value = "Huyện Bình Gia (sửa)"
    preview = import_roster(book)
    assert "Huyện Bình Gia (sửa)" in admin.get(preview).words
    assert "Đơn vị thay đổi (1)" in admin.get(preview).words
    assert submit(admin, preview, path, viec="nhap", **{"xac-nhan": "co"}).status == 303
    assert programmes.load_in_force(DEMO_CODE).unit_by_code["181"].full_name == "Huyện Bình Gia (sửa)"


def test_contacts_come_in_with_the_rosters_workbook(admin: Browser, programme: Programme) -> None:
    path, book = f"/pv05/don-vi/{DEMO_CODE}", export_roster(admin)
    rows = list(book.active.iter_rows())  # type: ignore[union-attr]
    headings = [cell.value for cell in rows[0]]
    row = next(row for row in rows if row[0].value == "181")
    row[headings.index("Người liên hệ")].value = "Ông Nguyễn Văn A"
    row[headings.index("Điện thoại")].value = "0205 000 000"
    preview = import_roster(book)
    assert "Liên hệ thay đổi (1)" in admin.get(preview).words
    assert submit(admin, preview, path, viec="nhap", **{"xac-nhan": "co"}).status == 303
    assert find_contacts(DEMO_CODE)["181"].phone == "0205 000 000"
    assert programmes.load_in_force(DEMO_CODE).version == 1  # contacts are no part of the programme
    sign_in(admin, "viewer")
    assert "Người liên hệ" not in [cell.value for cell in export_roster(admin).active[1]]  # type: ignore[index]


def test_a_change_from_an_old_version_is_refused(admin: Browser) -> None:
    path = f"/pv05/don-vi/{DEMO_CODE}"
    fields = {
        "mau": admin.get(path).seal,
        "phien-ban": "0",
        "viec": "dong",
        "ma-cu": "181",
        "ngay": "2022-01-01",
    } | CONFIRMED
    assert admin.post(path, fields).status == 409
    assert programmes.load_in_force(DEMO_CODE).unit_by_code["181"].valid_to is None


def test_units_are_merged_from_the_page(admin: Browser) -> None:
    path = f"/pv05/don-vi/{DEMO_CODE}"
    day = NOW.date().isoformat()
    new = {"code": "990", "name": "Mới", "full_name": "Huyện Mới", "type": "district", "ngay": day}
    hidden = {"mau": admin.get(path).seal, "phien-ban": "1"}
    merged = hidden | new | {"viec": "hop-nhat", "cac-ma": "180; 181"}
    page = admin.post(path, merged)
    assert "hợp nhất Huyện Tràng Định, Huyện Bình Gia thành Huyện Mới" in page.words
    assert "Huyện Bình Gia thôi hoạt động" in page.words
    assert "990" not in {unit.code for unit in programmes.load_in_force(DEMO_CODE).units}
    page = admin.post(path, merged | CONFIRMED)
    assert page.status == 303, page.words
    assert "Hợp nhất từ Huyện Tràng Định, Huyện Bình Gia" in admin.get(path).words
    assert admin.post(path, hidden | new | {"viec": "hop-nhat", "cac-ma": "180"}).status == 400


def test_what_a_closed_unit_sent_is_still_there(editor: Browser, programme: Programme) -> None:
    sign_in(editor, "admin")
    path = f"/pv05/don-vi/{DEMO_CODE}"
    hidden = {"mau": editor.get(path).seal, "phien-ban": "1"}
    closed = {"viec": "dong", "ma-cu": GOOD, "ngay": (NOW - timedelta(days=9)).date().isoformat()}
    assert "1 báo cáo đã nhận vẫn được giữ" in editor.post(path, hidden | closed).words
    assert editor.post(path, hidden | closed | CONFIRMED).status == 303
    programmes.forget()
    assert "Báo cáo đã nhận của đơn vị thôi hoạt động" in editor.get(f"/pv05/ky/{DEMO_CODE}/{DEMO_PERIOD}").words
    assert editor.get(SUBMISSION).status == 200
    assert editor.get(f"{SUBMISSION}/goc/1").status == 303
    assert editor.get(f"{SUBMISSION}/goc/²").status == 404


@pytest.mark.promise("nothing-lost")
def test_two_administrators_at_once_do_not_lose_each_others_change(
    admin: Browser, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/pv05/nghia-vu/{DEMO_CODE}/{DEMO_PERIOD}/nghia-vu"
    fields = {"mau": admin.get(f"/pv05/nghia-vu/{DEMO_CODE}").seal, "phien-ban": "1"}
    duty = {"loai": "border_guard", "bieu": DEMO_FORM, "viec": "bat"}
    check = programmes.load_files

    def another_is_faster(code: str, number: int) -> dict[str, bytes]:
        files = check(code, number)
        import_programme(files | {"ghi-chu.txt": b"x"}, stamp=Stamp("pv05:khac", NOW))
        return files

    monkeypatch.setattr(programmes, "load_files", another_is_faster)
    assert admin.post(path, fields | duty | CONFIRMED).status == 409
    monkeypatch.undo()
    kept = programmes.load_in_force(DEMO_CODE)
    assert (kept.version, len(kept.obligations(DEMO_PERIOD))) == (2, 11)


def test_a_clock_of_a_period_needs_its_time_of_day(admin: Browser) -> None:
    path = f"/pv05/nghia-vu/{DEMO_CODE}"
    days = {"mo": "2026-04-15", "han": "2026-05-15", "khoa": "2026-06-15"}
    page = submit(admin, path, f"{path}/{DEMO_PERIOD}/thoi-han", an_han="0", **days)
    assert page.status == 400
    assert "ngày và giờ" in page.words


def test_the_page_of_the_programme_says_what_is_to_be_confirmed(admin: Browser) -> None:
    words = admin.get(f"/pv05/nghia-vu/{DEMO_CODE}").words
    points = list_unconfirmed(programmes.load_in_force(DEMO_CODE))
    assert f"Cần xác nhận ({len(points)})" in words
    assert all(" ".join(str(point).split()) in words for point in points)
    assert "Chương trình: chưa có số, ký hiệu văn bản" in words


def test_a_period_is_moved_and_a_duty_switched_on(admin: Browser) -> None:
    path = f"/pv05/nghia-vu/{DEMO_CODE}"
    due = (DUE + timedelta(days=3)).astimezone(VIETNAM)
    clocks = {"mo": due - timedelta(days=30), "han": due, "khoa": due + timedelta(days=30)}
    fields = {name: moment.isoformat()[:16] for name, moment in clocks.items()}
    preview = submit(admin, path, f"{path}/{DEMO_PERIOD}/thoi-han", an_han="0", **fields)
    before = programmes.load_in_force(DEMO_CODE).period_by_code[DEMO_PERIOD].due
    assert f"Hạn {format_day(before.astimezone(VIETNAM).date())} {format_day(due.date())} " in preview.words
    assert programmes.load_in_force(DEMO_CODE).version == 1
    assert submit(admin, path, f"{path}/{DEMO_PERIOD}/thoi-han", an_han="0", **fields, **CONFIRMED).status == 303
    assert programmes.load_in_force(DEMO_CODE).period_by_code[DEMO_PERIOD].due == due
    duty = {"loai": "border_guard", "bieu": DEMO_FORM, "viec": "bat"}
    assert "11 báo cáo phải nộp thành 12" in submit(admin, path, f"{path}/{DEMO_PERIOD}/nghia-vu", **duty).words
    assert submit(admin, path, f"{path}/{DEMO_PERIOD}/nghia-vu", **duty, **CONFIRMED).status == 303
    assert len(programmes.load_in_force(DEMO_CODE).obligations(DEMO_PERIOD)) == 12
    wrong = fields | {"han": fields["mo"]}
    assert "phải theo thứ tự mở" in submit(admin, path, f"{path}/{DEMO_PERIOD}/thoi-han", an_han="0", **wrong).words
    assert submit(admin, path, f"{path}/{DEMO_PERIOD}/thoi-han", an_han="0", **wrong, **CONFIRMED).status == 400


@pytest.mark.parametrize("role", ["editor", "admin"])
def test_who_may_move_a_deadline_is_led_to_it_from_where_it_is_read(
    browser: Browser, programme: Programme, role: str
) -> None:
    """On the page of the period, and where a period that is not locked allows no official edition."""
    sign_in(browser, role)
    target = f'/nghia-vu/{DEMO_CODE}#ky-{DEMO_PERIOD}"'
    for page in ("ky", "lan-phat-hanh"):
        assert (target in browser.get(f"/pv05/{page}/{DEMO_CODE}/{DEMO_PERIOD}").text) == (role == "admin")
    assert f'id="ky-{DEMO_PERIOD}"' in browser.get(f"/pv05/nghia-vu/{DEMO_CODE}").text


def test_a_locked_period_is_the_one_at_hand_until_the_next_one_opens(programme: Programme) -> None:
    """Its official edition is made after the lock; the pages without a period of their own lead back to it."""
    first, *_, last = ordered = sorted(programme.periods, key=lambda period: period.due)
    own = programme.period_by_code[DEMO_PERIOD]
    following = ordered[ordered.index(own) + 1]
    assert own.lock < following.opens
    expected = {
        first.opens - timedelta(days=1): first,
        own.due: own,
        own.lock: own,
        following.opens - timedelta(seconds=1): own,
        following.opens: following,
        last.lock + timedelta(days=1): last,
    }
    assert {now: programme.current_period(now) for now in expected} == expected


# Editions


def test_an_edition_is_downloaded_by_a_short_lived_address_and_compared(
    editor: Browser, programme: Programme, token: str, now: datetime
) -> None:
    old = submissions.list_revisions(ADDRESS)[0].values["B05"].value
    assert isinstance(old, int)
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now, actor="thử")
    send(editor, token, make_workbook(programme, GOOD, B05=99), now)
    programmes.forget()
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now + timedelta(minutes=1), actor="thử")
    path = f"/pv05/lan-phat-hanh/{DEMO_CODE}/{DEMO_PERIOD}"
    page = editor.get(f"{path}/2/bao-cao-tong-hop.xlsx")
    assert page.status == 303
    assert "X-Amz-Expires=900" in page.header("Location")
    assert audited("edition.downloaded") == ["pv05:can-bo-editor"]
    assert editor.get(f"{path}/2/khong-co.xlsx").status == 404
    compared = editor.get(f"{path}/so-sanh?a=1&b=2").words
    assert "So sánh lần phát hành 2 với lần 1" in compared
    assert f"{programme.indicator_by_code['B05'].label} {format_number(old)} 99 " in compared


def test_after_the_official_edition_the_next_one_is_a_supplement_and_asks_for_its_reason(
    editor: Browser, programme: Programme, token: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, lock = f"/pv05/lan-phat-hanh/{DEMO_CODE}/{DEMO_PERIOD}", programme.period_by_code[DEMO_PERIOD].lock
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=lock, actor="thử")
    send(editor, token, make_workbook(programme, GOOD, B05=99), now)
    programmes.forget()
    monkeypatch.setattr(web_request, "read_now", lambda: lock + timedelta(hours=1))
    page = editor.get(path)
    assert "Phát hành bản bổ sung" in page.words
    assert "Để trống thì báo cáo ghi: “Bổ sung, điều chỉnh số liệu của Bình Gia.”" in page.words
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=lock + timedelta(hours=1), reason="Thêm 02 xã.", actor="thử")
    assert "Lần phát hành 2 (bổ sung)" in editor.get(f"{path}/2").words
    assert "Phát hành bản bổ sung" not in editor.get(path).words


@pytest.mark.usefixtures("token")
def test_an_edition_without_its_word_document_says_why_on_its_pages(editor: Browser, now: datetime) -> None:
    mistakes = Rendered({"tong-hop.json": b"{}"}, {"bao-cao-tong-hop.docx": "Mẫu Word có lỗi:\nđoạn 3 (“<b>”): sai"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chalicelib.report.publish.make_files", lambda *_: mistakes)
        publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now, actor="thử")
    path = f"/pv05/lan-phat-hanh/{DEMO_CODE}/{DEMO_PERIOD}"
    for page in (editor.get(path), editor.get(f"{path}/1")):
        assert "Lần phát hành 1 chưa có bao-cao-tong-hop.docx." in page.words
        assert "đoạn 3 (“<b>”): sai" in page.words
        assert "<b>" not in page.text
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now + timedelta(minutes=1), actor="thử")
    page = editor.get(path)
    assert "chưa có bao-cao-tong-hop.docx" not in page.words
    assert "Thiếu: bao-cao-tong-hop.docx" in page.words


def test_two_editions_are_compared_with_the_province_first_and_then_by_unit(
    editor: Browser, programme: Programme, token: str, now: datetime
) -> None:
    old = submissions.list_revisions(ADDRESS)[0].values["B05"].value
    assert isinstance(old, int)
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now, actor="thử")
    send(editor, token, make_workbook(programme, GOOD, B05=2 * old), now)
    programmes.forget()
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now + timedelta(minutes=1), actor="thử")
    words = editor.get(f"/pv05/lan-phat-hanh/{DEMO_CODE}/{DEMO_PERIOD}/so-sanh?a=2&b=1").words
    province, units = (words.index(title) for title in ("Số chung (", "Đơn vị ("))
    assert province < units
    label = programme.indicator_by_code["B05"].label
    assert f"{label} {old} {2 * old} +{old} +100% 1 " in words[province:units]
    own = words.index("Huyện Bình Gia (", units)
    assert "số đổi; Báo cáo 6 tháng" in words[own:]
    assert f"{label} {old} {2 * old} " in words[own:]


def test_the_preview_is_drawn_from_the_download_which_is_audited(editor: Browser, now: datetime) -> None:
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now, actor="thử")
    path = f"/pv05/lan-phat-hanh/{DEMO_CODE}/{DEMO_PERIOD}/1"
    (link,) = re.findall('href="([^"]+/xem)"', editor.get(path).text)
    page = editor.get(urljoin(path, link))
    assert not audited("edition.downloaded")
    assert "không hiện được báo cáo ở đây. Xin bấm “Tải tệp Word”" in page.words  # for a browser without script
    assert "Chỗ ngắt trang, số trang và phông chữ đúng như khi in chỉ có trong Word" in page.words
    (address,) = re.findall('data-document="([^"]+)"', page.text)
    assert editor.get(urljoin(page.path, address)).status == 303
    assert audited("edition.downloaded") == ["pv05:can-bo-editor"]
    for script in re.findall('src="([^"]+)"', page.text):
        assert editor.get(urljoin(page.path, script)).status == 200
    assert editor.get("/static/README.md").status == 404
    assert editor.get(f"{path}9/xem").status == 404


def test_a_draft_that_lost_its_files_says_so_and_gives_out_its_data(
    editor: Browser, programme: Programme, token: str, now: datetime
) -> None:
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now - timedelta(days=8), actor="thử")
    send(editor, token, make_workbook(programme, GOOD, B05=99), now)
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now, actor="thử")
    path = f"/pv05/lan-phat-hanh/{DEMO_CODE}/{DEMO_PERIOD}/1"
    assert "Đây là bản dự thảo chưa ai tải." in editor.get(path).words
    remove_drafts(now=now, keeping=Keeping(latest=1, days=7))
    page = editor.get(path)
    assert f"đã được xóa ngày {format_day(local_date(now))}" in page.words
    assert re.findall(r'href="[^"]+/1/([^"]+)"', page.text) == ["tong-hop.json"]
    assert editor.get(f"{path}/tong-hop.json").status == 303
    for gone in ("bao-cao-tong-hop.docx", "xem"):
        refused = editor.get(f"{path}/{gone}")
        assert (refused.status, "vì hết hạn lưu mà không ai tải" in refused.words) == (400, True)
    assert editor.get(f"{path.removesuffix('/1')}/so-sanh?a=1&b=1").status == 200


@pytest.mark.usefixtures("token")
def test_a_draft_that_was_downloaded_says_nothing_of_losing_files(editor: Browser, now: datetime) -> None:
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now, actor="thử")
    path = f"/pv05/lan-phat-hanh/{DEMO_CODE}/{DEMO_PERIOD}/1"
    editor.get(f"{path}/bao-cao-tong-hop.docx")
    assert "chưa ai tải" not in editor.get(path).words


# Reminders


def test_only_those_who_are_missing_are_reminded_and_once(
    editor: Browser, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting, value in (("FROM", "pv05@example.vn"), ("EVENTS", "tonghop")):
        monkeypatch.setenv(f"TONGHOP_MAIL_{setting}", value)
    mail._ses.cache_clear()
    boto3.client("ses").verify_email_identity(EmailAddress="pv05@example.vn")
    roster = f"/pv05/don-vi/{DEMO_CODE}"
    for unit in (GOOD, "180", "187"):
        contact = {"nguoi": "Ông A", "dien-thoai": "0205 000 000", "thu": f"u{unit}@example.vn"}
        assert submit(editor, roster, f"{roster}/{unit}/lien-he", **contact).status == 303
    path = f"/pv05/nhac/{DEMO_CODE}/{DEMO_PERIOD}"
    assert "Có 2 đơn vị có địa chỉ thư" in editor.get(path).words
    page = editor.follow(submit(editor, path, path))
    assert "Đã gửi 2 thư; 0 thư không gửi được" in page.words
    assert "Có 0 đơn vị" in page.words
    assert boto3.client("ses").get_send_statistics()["SendDataPoints"][0]["DeliveryAttempts"] == 2
    assert "example.vn" not in str(
        [line.details for line in query_month(DEMO_CODE, month=f"{NOW.astimezone(VIETNAM):%Y-%m}")]
    )
    assert send_due(now=NOW) == Result()
    monkeypatch.setattr(table, "pack", partial(records.pack, largest=100))  # what large records need is needed here too
    letter = {"luc": "overdue", "tieu-de": "Quá hạn", "noi-dung": "Xin nộp."}
    submit(editor, path, f"{path}/loi-nhac", **letter)
    submit(editor, SUBMISSION, f"{SUBMISSION}/xu-ly", viec="duyet")
    programmes.forget()
    assert send_due(now=DUE).sent == 2


def test_a_letter_that_came_back_is_shown_wherever_the_contact_is_and_ends_the_letters(
    editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGHOP_MAIL_FROM", "pv05@example.vn")
    roster, reminders = f"/pv05/don-vi/{DEMO_CODE}", f"/pv05/nhac/{DEMO_CODE}/{DEMO_PERIOD}"
    contact = {"nguoi": "Ông A", "dien-thoai": "0205 381", "thu": RETURNED}
    submit(editor, roster, f"{roster}/180/lien-he", **contact)
    assert "Có 1 đơn vị có địa chỉ thư" in editor.get(reminders).words
    take_event(make_event(sent=NOW), now=NOW)
    told = f"Thư không tới: địa chỉ không nhận thư, ngày {format_day(local_date(NOW))}"
    for page in (roster, f"{roster}/180", reminders):
        assert told in editor.get(page).words, page
    assert "Có 0 đơn vị có địa chỉ thư" in editor.get(reminders).words
    assert audited("contact.unreached") == ["intake"]
    submit(editor, roster, f"{roster}/180/lien-he", **contact)
    assert told in editor.get(roster).words
    submit(editor, roster, f"{roster}/180/lien-he", **contact, gui_lai="co")
    assert "Thư không tới" not in editor.get(roster).words
    assert "Có 1 đơn vị có địa chỉ thư" in editor.get(reminders).words


def test_how_far_letters_about_uploads_have_come_is_shown_per_unit(
    editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting, value in (("FROM", "pv05@example.vn"), ("EVENTS", "tonghop")):
        monkeypatch.setenv(f"TONGHOP_MAIL_{setting}", value)
    mail._ses.cache_clear()
    path, roster = f"/pv05/nhac/{DEMO_CODE}/{DEMO_PERIOD}", f"/pv05/don-vi/{DEMO_CODE}"
    assert "Huyện Bình Gia – – – – – 1" in editor.get(path).words
    submit(editor, roster, f"{roster}/{GOOD}/lien-he", nguoi="Ông A", **{"dien-thoai": "", "thu": "a@example.vn"})
    assert outcome_letters.send_due(now=NOW) == Result(failed=1)  # the sender's address is not verified yet
    page = editor.get(path).words
    assert "Huyện Bình Gia – 1 – – – –" in page
    assert "Gửi lại 1 thư báo kết quả" in page
    assert audited("outcome.failed") == ["schedule"]
    boto3.client("ses").verify_email_identity(EmailAddress="pv05@example.vn")
    assert "Đã gửi 1 thư; 0 thư không gửi được" in editor.follow(submit(editor, path, path, viec="gui-ket-qua")).words
    page = editor.get(path).words
    assert "Huyện Bình Gia 1 – – – – –" in page
    assert "Gửi lại" not in page


def test_a_reminder_that_may_not_have_left_is_shown_and_sent_again_by_hand(
    editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGHOP_MAIL_FROM", "pv05@example.vn")
    path, roster = f"/pv05/nhac/{DEMO_CODE}/{DEMO_PERIOD}", f"/pv05/don-vi/{DEMO_CODE}"
    submit(editor, roster, f"{roster}/180/lien-he", nguoi="Ông A", **{"dien-thoai": "", "thu": "a@example.vn"})

    def break_off(*_: str, **__: str) -> None:
        raise Unavailable("mail")

    with monkeypatch.context() as broken:
        broken.setattr(mail, "send", break_off)
        assert send_due(now=NOW - PATIENCE) == Result(failed=1)
    page = editor.get(path).words
    assert "(không rõ đã gửi hay chưa)" in page
    assert "Có 0 đơn vị" in page
    sent: list[str] = []
    monkeypatch.setattr(mail, "send", lambda to, **_: sent.append(to))
    assert "Đã gửi 1 thư" in editor.follow(submit(editor, path, path, viec="gui-lai")).words
    assert sent == ["a@example.vn"]


def test_the_text_of_a_reminder_is_kept_shown_and_restored(editor: Browser) -> None:
    path = f"/pv05/nhac/{DEMO_CODE}/{DEMO_PERIOD}"
    text = {"luc": "midway", "tieu-de": "Nhắc {bao_cao}", "noi-dung": "Gửi {don_vi}: {han} <b>"}
    assert submit(editor, path, f"{path}/loi-nhac", **text).status == 303
    page = editor.get(path)
    assert "Nhắc Báo cáo 6 tháng Gửi Thành phố Lạng Sơn: trước ngày" in page.words
    assert "<b>" not in page.text.partition("<main")[2]
    shown = submit(editor, path, f"{path}/loi-nhac", luc="midway", viec="mau-goc")
    assert "không được giữ lại" in shown.words
    assert editor.confirm(shown).status == 303
    assert "Gửi Thành phố Lạng Sơn: trước ngày" not in editor.get(path).words


def test_without_a_sender_nothing_is_sent_and_the_page_says_so(editor: Browser) -> None:
    path = f"/pv05/nhac/{DEMO_CODE}/{DEMO_PERIOD}"
    assert "Chưa khai báo địa chỉ gửi thư, nên không gửi thư nhắc" in editor.get(path).words
    assert "Thư được gửi tự động" not in editor.get(path).words
    assert send_due(now=NOW) == Result()


# The audit


def test_the_audit_is_filtered_and_exported(admin: Browser, programme: Programme, now: datetime) -> None:
    create_link(programme, "180", expires=now + timedelta(days=1), now=now, actor="pv05:ai-do")
    path = f"/pv05/nhat-ky/{DEMO_CODE}"
    assert "Cập nhật chương trình" in admin.get(path).text.partition("<tbody>")[2]  # the choice of verbs has it always
    found = admin.get(f"{path}?ai=ai-do&viec=link.created")
    assert "Huyện Tràng Định" in found.words
    assert found.text.count("<tr>") == 2
    assert "Không có dòng nào" in admin.get(f"{path}?ve=khong-co-chu-nay").words
    assert admin.get(f"{path}?thang=2022").status == 400
    assert admin.get(f"{path}/xuat?ai=ai-do").status == 303


# Figures and editions


def test_a_figure_is_followed_to_its_cell(editor: Browser, programme: Programme) -> None:
    figures = editor.get(f"/pv05/so-lieu/{DEMO_CODE}/{DEMO_PERIOD}").words
    value, label = submissions.list_revisions(ADDRESS)[0].values["B05"], programme.indicator_by_code["B05"].label
    assert f" {value.value} – {label} 1/11 " in figures
    words = editor.get(f"/pv05/so-lieu/{DEMO_CODE}/{DEMO_PERIOD}/B05").words
    assert f"1 Huyện Bình Gia {value.value} – bản nộp của Huyện Bình Gia 100% ô {value.cell}, trang Số liệu" in words
    assert "– Huyện Tràng Định thiếu" in words


def test_the_units_of_a_figure_go_out_as_a_workbook_with_their_places(editor: Browser) -> None:
    page = editor.get(f"/pv05/so-lieu/{DEMO_CODE}/{DEMO_PERIOD}/B05/xuat")
    rows = read_list(read_handout(page))
    value = submissions.list_revisions(ADDRESS)[0].values["B05"]
    assert rows[0][:4] == ["Hạng", "Đơn vị", "Loại đơn vị", "Số liệu"]
    assert rows[1][:4] == ["1", "Huyện Bình Gia", "Huyện, thành phố", str(value.value)]
    assert rows[1][-4:] == ["Số liệu", value.cell, "1", "Báo cáo.xlsx"]
    assert len(rows) > 2


def test_differences_of_many_units_are_all_counted_and_listed_until_the_page_is_full(programme: Programme) -> None:
    differences = [
        Difference(unit.code, f"B{number:03}", "", 1, None if number % 2 else 2)
        for unit in programme.units[:5] for number in range(700)
    ]  # fmt: skip
    folded = fold_by_unit(differences, programme)
    assert [each.listed is not None for each in folded] == [True, True, False, False, False]
    assert {each.summary for each in folded} == {"350 số đổi, 350 số không còn"}
    own = fold_by_unit(differences, programme, only=programme.units[4].code)
    assert [each.listed is not None for each in own] == [False] * 4 + [True]


def test_of_a_figure_of_many_units_a_page_shows_a_part_and_the_workbook_has_all(
    editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "A_PAGE", 4)
    path = f"/pv05/so-lieu/{DEMO_CODE}/{DEMO_PERIOD}/B05"
    pages = [editor.get(f"{path}?trang={number}").text for number in ("1", "2", "3", "99", "x")]
    assert [text.count("bản nộp của") for text in pages] == [4, 4, 3, 3, 4]
    assert "Huyện Bình Gia" in pages[0]
    assert editor.get(f"{path}?loai=khong-co").status == 200


def test_a_units_page_tells_how_punctual_it_was_what_it_sent_and_whom_to_call(
    editor: Browser, programme: Programme, token: str
) -> None:
    change_contact(programme, Contact(unit=GOOD, name="Bà <Hoa>", phone="0205 381"), stamp=Stamp("thử", NOW))
    page = editor.get(f"/pv05/don-vi/{DEMO_CODE}/{GOOD}")
    assert "<Hoa>" not in page.text
    words = page.words
    assert "Đúng hạn 1/1 Muộn 0" in words
    assert "Điện thoại 0205 381" in words
    assert "mở gần nhất" in words
    label = programme.indicator_by_code["B05"].label
    assert f"{label} {submissions.list_revisions(ADDRESS)[0].values['B05'].value}" in words
    name = programme.period_by_code[DEMO_PERIOD].name
    assert re.search(rf"{name} Báo cáo 6 tháng , .* Đúng hạn .* 1 lần được nhận", words)
    assert editor.get(f"/pv05/don-vi/{DEMO_CODE}/nao-do").status == 404
    sign_in(editor, "viewer")
    words = editor.get(f"/pv05/don-vi/{DEMO_CODE}/{GOOD}").words
    assert "Đúng hạn 1/1" in words
    assert not any(told in words for told in ("0205", "mở gần nhất"))


def test_a_total_of_the_workbook_leads_to_the_page_of_its_figure(editor: Browser, programme: Programme) -> None:
    outlines = tuple(each.model_copy(update={"console_address": "https://bao-cao.vn/"}) for each in programme.outlines)
    known = programme.model_copy(update={"outlines": outlines})
    made = consolidate(known, DEMO_PERIOD, (), as_of=NOW)
    address = Layout(made, find_figures_page(made, EditionInfo(1, NOW, is_frozen=False))).find_page("B05")
    page = editor.get(address.removeprefix("https://bao-cao.vn"))
    assert page.status == 200
    assert programme.indicator_by_code["B05"].label in page.words


def test_an_edition_is_asked_for_from_the_function_that_publishes(
    editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        asked.append(json.loads(request.body or ""))
        return AWSResponse(request.url, 202, {}, io.BytesIO())

    monkeypatch.setenv("TONGHOP_PUBLISH", "cong-bo")
    functions._lambda.cache_clear()
    functions._lambda().meta.events.register_first("before-send.lambda.Invoke", answer)
    path = f"/pv05/lan-phat-hanh/{DEMO_CODE}/{DEMO_PERIOD}"
    page = editor.follow(submit(editor, path, path))
    submit(editor, path, path, **{"ly-do": "Bổ sung\r\n02 xã."})
    own = {"programme": DEMO_CODE, "period": DEMO_PERIOD, "actor": "pv05:can-bo-editor"}
    assert asked == [own, own | {"reason": "Bổ sung 02 xã."}]
    assert "Đang tổng hợp" in page.words
    assert editor.get_json(f"{path}/tien-trinh?tu={int(NOW.timestamp())}").data == {"state": "waiting"}


def test_the_audit_tells_who_opened_which_link_when(admin: Browser, programme: Programme, token: str) -> None:
    admin.get(f"/nop/{token}")
    admin.get(f"/nop/{token}")  # within the hour: one opening
    (link,) = list_links(DEMO_CODE)
    page = admin.get(f"/pv05/nhat-ky/{DEMO_CODE}?viec=link.opened&ve={link.token_hash[:12]}")
    assert page.words.count("Huyện Bình Gia") == 2  # who, and about whose link
    assert f"viec=link.opened&amp;ve={link.token_hash[:12]}" in admin.get(f"/pv05/duong-dan/{DEMO_CODE}").text


def test_the_audit_page_folds_openings_and_holds_nothing_that_only_a_machine_reads(
    admin: Browser, programme: Programme, token: str, now: datetime
) -> None:
    send(admin, token, make_workbook(programme, GOOD, B06=1), now)
    (link,) = list_links(DEMO_CODE)
    for seconds in (1, 2, 3):
        stamp = Stamp(f"unit:{GOOD}", now + timedelta(seconds=seconds))
        append(make_line(Action.LINK_OPENED, f"unit:{GOOD}", programme=DEMO_CODE, stamp=stamp, link=link.name))
    page = admin.get(f"/pv05/nhat-ky/{DEMO_CODE}")
    told = page._replace(text=page.text.partition("<tbody>")[2]).words
    assert told.count("Mở đường dẫn") == 1
    assert "4 lần trong ngày" in told
    assert not re.search(r"[0-9a-f]{12}", told)
    assert "lần: 0" not in told
    assert "Bản nộp có lỗi BN-" in told
    single = admin.get(f"/pv05/nhat-ky/{DEMO_CODE}?viec=link.opened")
    assert single.text.count("<tr>") == 5


def test_every_action_has_its_words_and_the_other_way_round() -> None:
    assert set(ACTIONS) == set(Action)
    assert len(set(ACTIONS.values())) == len(ACTIONS)
