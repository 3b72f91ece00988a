"""The page of a period checked anew: true workbooks, a rule that came later, and one click for a correction."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from chalicelib.domain.audit import Action, Stamp
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.anew import Recheck, Verdict
from chalicelib.domain.submission.records import Address, Review
from chalicelib.external import functions
from chalicelib.intake.check import check_workbook
from chalicelib.office.programme import import_programme
from chalicelib.office.recheck import recheck_period
from chalicelib.office.review import Subject, approve_submission
from chalicelib.store import obligations, programmes, rechecks
from chalicelib.store.audit import query_month
from chalicelib.web import request as web_request
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD, read_demo_files
from tests.links import create_link
from tests.web.client import Browser, Page
from tests.web.conftest import DUE, NOW
from tests.web.intake import GOOD, make_workbook, send
from tests.web.people import sign_in

PAGE = f"/pv05/kiem-tra-lai/{DEMO_CODE}/{DEMO_PERIOD}"
ASK = f"{PAGE}/de-nghi-sua"
CHOSEN, COMMENT = f"chon:{DEMO_FORM}/{GOOD}", f"y-kien:{DEMO_FORM}/{GOOD}"
ADDRESS = Address(programme=DEMO_CODE, period=DEMO_PERIOD, form=DEMO_FORM, unit=GOOD)
OTHER = "180"
RULE = '\n[[rules]]\nid = "BC6-99"\ncheck = "B05 <= 1"\nmessage = "Số buổi phải được <duyệt> trước."\n'


@pytest.fixture
def sent(browser: Browser, programme: Programme, token: str, now: datetime) -> None:
    """Two reports are in by the rules of then; that of Bình Gia has many meetings, that of Tràng Định one."""
    send(browser, token, make_workbook(programme, GOOD), now)
    other, _ = create_link(programme, OTHER, expires=now + timedelta(days=60), now=now, actor="thử")
    one = dict.fromkeys(("B05", "B06", "B07", "B08", "B09", "B10"), 1)
    send(browser, other, make_workbook(programme, OTHER, **one), now)


@pytest.fixture
def editor(browser: Browser, sent: None) -> Browser:
    sign_in(browser, "editor")
    return browser


def change_rules(form: str = f"{DEMO_FORM}.toml") -> None:
    files = read_demo_files(DUE)
    files[form] += RULE
    import_programme({name: text.encode() for name, text in files.items()}, stamp=Stamp("thử", NOW))
    programmes.forget()


def run(at: datetime = NOW) -> Recheck:
    return recheck_period(DEMO_CODE, period=DEMO_PERIOD, now=at, actor="pv05:an", check=check_workbook)


@pytest.fixture
def found(editor: Browser) -> Recheck:
    change_rules()
    return run()


def choose(editor: Browser) -> dict[str, str]:
    page = editor.get(PAGE)
    seen = re.search(rf'name="{CHOSEN}" value="([0-9]+)"', page.text)
    return {"mau": page.seal, CHOSEN: seen[1] if seen else "0"}


def confirm(editor: Browser, comment: str = "Xin sửa số buổi.") -> Page:
    return editor.post(ASK, choose(editor) | {COMMENT: comment, "xac-nhan": "co"})


def test_what_was_accepted_comes_out_the_same_by_the_same_rules(editor: Browser) -> None:
    assert (run().counts, run().found) == ({"same": 2}, ())
    assert "Không bản nộp nào có kết quả khác." in editor.get(PAGE).words


def test_before_the_first_run_the_page_says_so(editor: Browser) -> None:
    assert "Chưa có kết quả kiểm tra lại nào" in editor.get(PAGE).words


def test_a_rule_that_came_later_is_told_by_unit_with_its_cell_and_changes_nothing(
    editor: Browser, found: Recheck
) -> None:
    assert [(each.address.unit, each.verdict) for each in found.found] == [(GOOD, Verdict.REJECTED)]
    page = editor.get(PAGE)
    assert "Huyện Bình Gia: Báo cáo 6 tháng Sẽ bị từ chối" in page.words
    assert "Số buổi phải được <duyệt> trước." in page.words  # escaped
    assert "Huyện Tràng Định" not in page.words
    assert "Sẽ bị từ chối 1 Không thay đổi 1" in page.words
    assert f"ban-nop/{DEMO_CODE}/{DEMO_PERIOD}/{DEMO_FORM}/{GOOD}" in page.text
    state = obligations.find_state(ADDRESS)
    assert (state.change, state.review, state.counts) == (1, Review.RECEIVED, True)


def test_the_run_is_asked_for_from_its_own_function_and_waited_for(
    editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        asked.append((request.url.split("/")[-2], json.loads(request.body or "")))
        return AWSResponse(request.url, 202, {}, io.BytesIO())

    run(NOW - timedelta(hours=1))
    monkeypatch.setenv("TONGHOP_RECHECK", "kiem-tra")
    functions._lambda.cache_clear()
    functions._lambda().meta.events.register_first("before-send.lambda.Invoke", answer)
    page = editor.follow(editor.post(PAGE, {"mau": editor.get(PAGE).seal}))
    assert asked == [("kiem-tra", {"programme": DEMO_CODE, "period": DEMO_PERIOD, "actor": "pv05:can-bo-editor"})]
    assert "Đang kiểm tra lại" in page.words
    lines = query_month(DEMO_CODE, month=f"{NOW + timedelta(hours=7):%Y-%m}")
    assert [line.actor for line in lines if line.action == Action.RECHECK_ASKED] == ["pv05:can-bo-editor"]
    progress = f"{PAGE}/tien-trinh?tu={int(NOW.timestamp())}"
    assert editor.get_json(progress).data == {"state": "waiting"}
    monkeypatch.setattr(web_request, "read_now", lambda: NOW + timedelta(minutes=20))
    assert editor.get_json(progress).data == {"state": "long"}
    assert "Việc kiểm tra lại chưa xong" in editor.get(f"{PAGE}?tu={int(NOW.timestamp())}").words
    run(NOW + timedelta(minutes=1))
    assert editor.get_json(progress).data == {"state": "done"}


def test_the_page_says_when_the_programme_has_changed_again(editor: Browser, found: Recheck) -> None:
    assert found.programme_version == 2
    assert "Xin kiểm tra lại lần nữa" not in editor.get(PAGE).words
    change_rules("bao-cao-nam.toml")
    assert "Chương trình đang dùng là phiên bản 3. Xin kiểm tra lại lần nữa" in editor.get(PAGE).words


@pytest.mark.usefixtures("found")
def test_one_click_shows_the_effect_and_only_the_confirmation_returns(editor: Browser) -> None:
    page = editor.post(ASK, choose(editor))
    assert "Đề nghị sửa: 1 bản nộp" in page.words
    assert "không tính vào báo cáo tổng hợp cho đến khi đơn vị nộp lại" in page.words
    assert "Kiểm tra lại theo quy tắc hiện hành, báo cáo đã nhận có nội dung cần xem lại: (1) Ô" in page.words
    assert "Số buổi phải được <duyệt> trước." in page.words  # what the programme's own rule asks
    assert obligations.find_state(ADDRESS).review is Review.RECEIVED
    done = editor.follow(confirm(editor))
    assert "Đã trả lại các bản nộp đã chọn" in done.words
    state = obligations.find_state(ADDRESS)
    assert (state.review, state.comment, state.counts) == (Review.RETURNED, "Xin sửa số buổi.", False)
    assert "Trả lại" in done.words
    assert CHOSEN not in done.text  # nothing is left to be asked
    lines = query_month(DEMO_CODE, month=f"{NOW + timedelta(hours=7):%Y-%m}")
    assert [line.actor for line in lines if line.action == Action.SUBMISSION_RETURNED] == ["pv05:can-bo-editor"]


@pytest.mark.usefixtures("found")
def test_the_audit_quotes_no_cell(editor: Browser) -> None:
    page = editor.post(ASK, choose(editor))
    comment = re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.S)
    value = obligations.find_state(ADDRESS).submission.values["B05"].value  # type: ignore[union-attr]
    assert comment
    assert str(value) not in re.sub(r"Ô [A-Z]+[0-9]+", "", comment[1])


def approve(programme: Programme) -> None:
    approve_submission(Subject(programme, ADDRESS), stamp=Stamp("pv05:khac", NOW))


@pytest.mark.usefixtures("found")
def test_a_submission_that_was_decided_on_since_is_not_returned(editor: Browser, programme: Programme) -> None:
    fields = choose(editor)
    approve(programme)
    page = editor.post(ASK, fields | {COMMENT: "Xin sửa.", "xac-nhan": "co"})
    assert "Đã trả lại 0 bản nộp; 1 bản chưa trả lại được" in page.words
    assert "Huyện Bình Gia: Có thay đổi khác vừa được ghi trước." in page.words
    assert obligations.find_state(ADDRESS).review is Review.APPROVED
    again = editor.get(PAGE)
    assert "Đã duyệt" in again.words
    assert CHOSEN not in again.text


REFUSED: list[tuple[str, Callable[[dict[str, str]], dict[str, str]], int, str]] = [
    ("nothing is chosen", lambda fields: {"mau": fields["mau"]}, 400, "Xin chọn ít nhất một bản nộp."),
    ("without the page's seal", lambda fields: fields | {"mau": "0"}, 403, "không đến từ trang của hệ thống"),
    ("what would not come out otherwise", lambda fields: {"mau": fields["mau"], f"chon:{DEMO_FORM}/{OTHER}": "1"}, 400,
     "Xin chọn ít nhất một bản nộp."),
    ("without a word", lambda fields: fields | {COMMENT: " ", "xac-nhan": "co"}, 200, "Xin điền mục “Ý kiến”."),
]  # fmt: skip


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(("name", "alter", "status", "sentence"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_cannot_be_asked_is_refused(
    editor: Browser, name: str, alter: Callable[[dict[str, str]], dict[str, str]], status: int, sentence: str
) -> None:
    page = editor.post(ASK, alter(choose(editor)))
    assert (page.status, sentence in page.words) == (status, True), page.words
    assert obligations.find_state(ADDRESS).change == 1


@pytest.mark.usefixtures("found")
def test_after_the_lock_the_confirmation_says_who_cannot_send(
    editor: Browser, monkeypatch: pytest.MonkeyPatch, programme: Programme
) -> None:
    lock = programme.period_by_code[DEMO_PERIOD].lock
    fields = choose(editor)
    monkeypatch.setattr(web_request, "read_now", lambda: lock)
    assert "Kỳ báo cáo đã khóa đối với: Huyện Bình Gia." in editor.post(ASK, fields).words


@pytest.mark.usefixtures("found")
def test_a_viewer_sees_the_list_and_asks_nobody(browser: Browser) -> None:
    sign_in(browser, "viewer")
    page = browser.get(PAGE)
    assert "Huyện Bình Gia" in page.words
    assert ("checkbox" in page.text, "de-nghi-sua" in page.text and "<button" in page.text.split("<main")[1]) == (
        False,
        False,
    )


def test_a_long_list_comes_in_pages_and_by_kind(editor: Browser, found: Recheck) -> None:
    (one,) = found.found
    many = tuple(
        one.model_copy(
            update={
                "address": one.address.model_copy(update={"unit": f"x{number}"}),
                "verdict": Verdict.OTHER_WARNINGS if number == 7 else one.verdict,
            }
        )
        for number in range(120)
    )
    rechecks.put_recheck(found.model_copy(update={"found": many}))
    assert [editor.get(f"{PAGE}?trang={page}").text.count("<section") for page in ("1", "3", "99")] == [50, 20, 20]
    page = editor.get(f"{PAGE}?loai=other_warnings")
    assert (page.text.count("<section"), "x7: Báo cáo 6 tháng" in page.words) == (1, True)
    assert "Cảnh báo khác (1)" in page.words
