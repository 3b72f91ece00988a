"""A unit's page: what it says, what it takes, and whose things it shows."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.clock import VIETNAM, local_date
from chalicelib.domain.issues.telling import HEADINGS, tell_issues
from chalicelib.domain.language.vietnamese import format_day, format_number, render_deadline
from chalicelib.domain.programme.model import Programme
from chalicelib.intake.links import hash_token
from chalicelib.office.programme import put_in_force, read_file
from chalicelib.store import links, obligations, submissions
from chalicelib.store.audit import query_month
from chalicelib.web import request as web_request
from chalicelib.web.unit.visits import _MOST_UNKNOWN
from chalicelib.workbook.form.filling import fill_in
from chalicelib.workbook.form.template import make_template
from chalicelib.workbook.lists import read_list
from infra.demo.programme import DEMO_FORM, DEMO_PERIOD
from infra.demo.samples import make_contents
from tests.links import create_link, revoke_link
from tests.web.client import Browser, Page
from tests.web.conftest import DUE, NOW
from tests.web.intake import DUTY, GOOD, WRONG, make_workbook, prepare, read_handout, send, store, take_in


def test_the_page_says_whose_it_is_and_what_is_due(browser: Browser, token: str) -> None:
    words = browser.get(f"/nop/{token}").words
    assert "Huyện Bình Gia" in words
    assert "Còn 4 ngày : Báo cáo 6 tháng" in words
    assert f"{render_deadline(DUE)}, giờ Việt Nam" in words
    assert "Chưa nộp" in words


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (timedelta(days=-2, hours=9), "Còn 1 ngày"),
        (timedelta(minutes=-1), "Hôm nay là ngày cuối"),
        (timedelta(minutes=1), "Đã quá hạn 1 ngày"),
        (timedelta(days=5, hours=12), "Đã quá hạn 6 ngày"),
    ],
)
def test_days_are_counted_in_viet_nam(
    browser: Browser, token: str, monkeypatch: pytest.MonkeyPatch, after: timedelta, said: str
) -> None:
    monkeypatch.setattr(web_request, "read_now", lambda: DUE + after)
    assert said in browser.get(f"/nop/{token}").words


@pytest.mark.promise("isolated")
def test_links_that_expired_or_were_revoked_or_never_were_look_alike(
    browser: Browser, programme: Programme, now: datetime
) -> None:
    expired, _ = create_link(programme, GOOD, expires=now, now=now - timedelta(days=1))
    revoked, link = create_link(programme, GOOD, expires=now + timedelta(days=1), now=now, actor="thử")
    revoke_link(link, now=now, actor="thử")
    pages = [browser.get(f"/nop/{token}") for token in (expired, revoked, "never-was")]
    assert {page.status for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert programme.office.helpdesk in pages[0].words
    assert "cấp đường dẫn mới" in pages[0].words


def test_who_tries_many_tokens_is_stopped_and_a_neighbour_with_a_good_one_is_not(browser: Browser, token: str) -> None:
    for number in range(_MOST_UNKNOWN):
        assert browser.get(f"/nop/guess{number}").status == 404
    assert browser.get("/nop/another").status == 429
    assert browser.get(f"/nop/{token}").status == 200  # offices share an address; a token cannot be guessed anyway


def test_the_blank_form_comes_from_storage_under_its_own_name(browser: Browser, token: str) -> None:
    answer = browser.get(f"/nop/{token}/bieu-mau/{DUTY}")
    assert answer.status == 303
    query = parse_qs(urlsplit(answer.header("Location")).query)
    assert "Huy%E1%BB%87n%20B%C3%ACnh%20Gia" in query["response-content-disposition"][0]
    assert int(query["X-Amz-Expires"][0]) <= 900


def test_an_upload_needs_the_confirmation(browser: Browser, token: str) -> None:
    seal = browser.get(f"/nop/{token}").seal
    answer = browser.post(f"/nop/{token}/gui", {"mau": seal, "nghia-vu": DUTY}, accept="application/json")
    assert answer.status == 400
    assert "bí mật nhà nước" in answer.data["problem"]["text"]


@pytest.mark.parametrize(
    ("seal", "site"), [("", "same-origin"), ("0" * 64, "same-origin"), ("own", "cross-site"), ("own", "same-site")]
)
@pytest.mark.promise("isolated")
def test_a_form_of_another_site_is_refused(browser: Browser, token: str, seal: str, site: str) -> None:
    own = browser.get(f"/nop/{token}").seal
    fields = {"mau": own if seal == "own" else seal, "nghia-vu": DUTY, "xac-nhan": "co"}
    assert browser.post(f"/nop/{token}/gui", fields, **{"sec-fetch-site": site}).status == 403


@pytest.mark.promise("isolated")
def test_the_minted_post_is_for_one_key_of_this_unit(browser: Browser, token: str) -> None:
    minted = prepare(browser, token)
    fields = minted["fields"]
    assert isinstance(fields, dict)
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert fields["key"].startswith(f"inbox/ct138-demo/{DUTY}/{GOOD}/")
    assert ["content-length-range", 1, 10 * 1024 * 1024] in policy["conditions"]
    assert {"key": fields["key"]} in policy["conditions"]


def test_a_good_workbook_ends_in_a_receipt(browser: Browser, token: str, programme: Programme, now: datetime) -> None:
    outcome, receipt = send(browser, token, make_workbook(programme, GOOD), now)
    words = browser.get(outcome).words
    assert f"Biên nhận số {receipt.number}" in words
    assert receipt.sha256 in words
    assert "Đã nhận, đúng hạn" in browser.get(f"/nop/{token}").words
    assert browser.get_json(outcome).data == {"state": "done"}


def test_a_wrong_workbook_shows_every_error_with_its_cell_and_the_marked_copy(
    browser: Browser, programme: Programme, now: datetime
) -> None:
    token, _ = create_link(programme, WRONG, expires=now + timedelta(days=1), now=now, actor="thử")
    outcome, receipt = send(browser, token, make_workbook(programme, WRONG), now)
    page = browser.get(outcome)
    for told in tell_issues(receipt.issues):
        assert told.issue.message in page.words
        number, _, sheet, cell, *parts = told.parts
        assert " ".join([number, cell, sheet, *parts]) in page.words
    assert "chính tệp này, hoặc là biểu mẫu mới" in page.words
    marked = browser.get(f"/nop/{token}/ban-danh-dau/{DUTY}/{receipt.upload_id}")
    assert marked.status == 303
    assert "/marked/" in marked.header("Location")
    assert "Có lỗi, chưa nhận" in browser.get(f"/nop/{token}").words


@pytest.mark.promise("isolated")
def test_another_units_receipt_marked_copy_and_history_do_not_exist(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    other, _ = create_link(programme, WRONG, expires=now + timedelta(days=1), now=now, actor="thử")
    outcome, receipt = send(browser, other, make_workbook(programme, WRONG), now)
    assert browser.get(outcome).status == 200
    for path in (
        f"/nop/{token}/ket-qua/{DUTY}/{receipt.upload_id}",
        f"/nop/{token}/ban-danh-dau/{DUTY}/{receipt.upload_id}",
        f"/nop/{token}/danh-sach-loi/{DUTY}/{receipt.upload_id}",
        f"/nop/{token}/ket-qua/nam/bao-cao-nam/{receipt.upload_id}",
        f"/nop/{token}/ket-qua/{DUTY}/{'0' * 32}",
        f"/nop/{token}/ket-qua/{DUTY}/..%2f..",
        f"/nop/{token}/lich-su/ke-hoach/ke-hoach-khac",
        f"/nop/{token}/bieu-mau/{DEMO_PERIOD}/bao-cao-nam",
    ):
        assert browser.get(path).status == 404, path


@pytest.mark.promise("isolated")
def test_another_units_warnings_cannot_be_justified(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    other, _ = create_link(programme, "180", expires=now + timedelta(days=1), now=now, actor="thử")
    _, receipt = send(browser, other, make_workbook(programme, "180"), now)
    seal = browser.get(f"/nop/{token}").seal
    path = f"/nop/{token}/giai-trinh/{DUTY}/{receipt.upload_id}"
    assert browser.post(path, {"mau": seal, "giai-trinh": "x"}).status == 404


def test_an_upload_is_waited_for_and_the_page_says_what_happens_next(
    browser: Browser, programme: Programme, token: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    minted = prepare(browser, token)
    outcome = f"/nop/{token}/{minted['outcome']}"
    assert browser.get_json(outcome).data == {"state": "missing"}
    assert "gửi lại tệp" in browser.get(outcome).words
    store(minted, make_workbook(programme, GOOD))
    assert browser.get_json(outcome).data == {"state": "checking"}
    assert 'http-equiv="refresh"' in browser.get(outcome).text
    monkeypatch.setattr(web_request, "read_now", lambda: now + timedelta(minutes=5))
    late = browser.get(outcome)
    assert "Không cần gửi lại" in late.words
    assert 'http-equiv="refresh"' not in late.text
    assert "Chưa có kết quả" in browser.get(f"/nop/{token}").words


def test_without_script_the_form_leads_to_a_page_that_posts_to_storage_and_back(browser: Browser, token: str) -> None:
    page = browser.get(f"/nop/{token}")
    step = browser.post(f"/nop/{token}/gui", {"mau": page.seal, "nghia-vu": DUTY, "xac-nhan": "co"})
    assert 'enctype="multipart/form-data"' in step.text
    assert f"https://bao-cao.test/nop/{token}/da-gui/{DUTY}" in step.text
    upload = next(word for word in step.text.split('"') if word.startswith("inbox/")).rpartition("/")[2]
    back = browser.get(f"/nop/{token}/da-gui/{DUTY}?bucket=b&key=inbox%2Fx%2F{upload}&etag=e")
    assert browser.follow(back).path.endswith(f"/nop/{token}/ket-qua/{DUTY}/{upload}")


def test_what_is_sent_without_script_is_called_as_its_sender_calls_it(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    page = browser.get(f"/nop/{token}")
    step = browser.post(f"/nop/{token}/gui", {"mau": page.seal, "nghia-vu": DUTY, "xac-nhan": "co"})
    key = store({"fields": step.hidden()}, make_workbook(programme, GOOD), file_name="Số liệu <Bình Gia>.xlsx")
    take_in(key, now)
    outcome = browser.get(f"/nop/{token}/ket-qua/{DUTY}/{key.rpartition('/')[2]}")
    assert "Số liệu <Bình Gia>.xlsx" in outcome.words
    assert "Số liệu <Bình Gia>.xlsx" in browser.get(f"/nop/{token}").words


@pytest.mark.promise("refused-in-words")
@pytest.mark.parametrize("way", ["da-gui", "da-gui-thu"])
@pytest.mark.parametrize("duty", ["..%2F..%2Fpv05/x", "6-thang/khac%3Fx=1", "khac/bao-cao-6-thang"])
def test_the_way_back_from_storage_leads_to_a_form_of_the_programme_and_nowhere_else(
    browser: Browser, token: str, way: str, duty: str
) -> None:
    page = browser.get(f"/nop/{token}/{way}/{duty}?bucket=b&key=inbox%2Fx%2F{'0' * 32}&etag=e")
    assert (page.status, page.header("Location")) == (404, None)


def read_unfolded(page: Page) -> str:
    """What a person reads without opening anything."""
    return page._replace(text=re.sub(r"<details(?! class=.kind)\b.*?</details>", " ", page.text, flags=re.S)).words


def test_codes_rules_and_hashes_are_folded_away(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    for data in (make_workbook(programme, GOOD, B06=1, B05="44 lần/704 lượt"), make_workbook(programme, GOOD, D32=0)):
        outcome, receipt = send(browser, token, data, now)
        page = browser.get(outcome)
        rules = [issue.rule for issue in receipt.issues if issue.rule]
        secrets = [receipt.sha256, receipt.upload_id, *rules, *(issue.code for issue in receipt.issues)]
        assert rules
        assert all(each in page.words for each in secrets)
        assert [each for each in secrets if each in read_unfolded(page)] == []


def test_issues_are_listed_by_cell_or_by_kind_with_their_numbers(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    outcome, _ = send(browser, token, make_workbook(programme, GOOD, B05="44 lần/704 lượt", B07=None, B09=None), now)
    by_cell, by_kind = browser.get(outcome), browser.get(outcome + "?xem=loai")
    assert "Ô còn trống (2)" in by_cell.words
    assert "<summary>Ô còn trống (2)</summary>" not in by_cell.text
    assert "<summary>Ô còn trống (2)</summary>" in by_kind.text


def test_the_list_of_issues_can_be_passed_on_as_a_workbook(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    _, receipt = send(browser, token, make_workbook(programme, GOOD, B05="44 lần/704 lượt", B07=None), now)
    answer = browser.get(f"/nop/{token}/danh-sach-loi/{DUTY}/{receipt.upload_id}")
    assert answer.status == 303
    assert read_list(read_handout(answer)) == [
        list(HEADINGS),
        *(list(told.parts) for told in tell_issues(receipt.issues)),
    ]


def test_the_receipt_shows_what_was_read_otherwise_than_typed_and_every_figure(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    form, period, unit = programme.form_by_code[DEMO_FORM], programme.period_by_code[DEMO_PERIOD], GOOD
    sample = make_contents(programme, form, programme.unit_by_code[unit], period).values["B06"]
    typed = f"{format_number(sample)} lượt"
    outcome, receipt = send(browser, token, make_workbook(programme, GOOD, B06=typed), now)
    page = browser.get(outcome)
    (revision,) = submissions.list_revisions(receipt.address)
    assert f"{typed} {typed.removesuffix(' lượt')} số viết bằng chữ, kèm chữ hoặc dấu phân cách" in page.words
    assert all(f'<span class="cell">{figure.cell}</span>' in page.text for figure in revision.values.values())


def test_the_home_page_says_that_the_last_upload_was_rejected(
    browser: Browser, programme: Programme, token: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(browser, token, make_workbook(programme, GOOD, B06="hơn 500"), now)
    words = browser.get(f"/nop/{token}").words
    assert "Bản gửi gần nhất bị từ chối" in words
    assert "Xem lỗi và cách sửa" in words
    monkeypatch.setattr(web_request, "read_now", lambda: now + timedelta(minutes=1))
    send(browser, token, make_workbook(programme, GOOD), now)
    assert "bị từ chối" not in browser.get(f"/nop/{token}").words
    monkeypatch.setattr(web_request, "read_now", lambda: now + timedelta(minutes=2))
    send(browser, token, make_workbook(programme, GOOD, B06="hơn 500"), now)
    assert "bị từ chối vì có lỗi; bản đã nhận lần 1 vẫn giữ nguyên giá trị" in browser.get(f"/nop/{token}").words


def test_what_was_prepared_and_never_sent_is_nothing_to_wait_for(
    browser: Browser, token: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(browser, token, file_name="chưa gửi.xlsx")
    assert "Tệp chưa đến" in browser.get(f"/nop/{token}").words
    assert "Chưa có kết quả" not in browser.get(f"/nop/{token}").words
    monkeypatch.setattr(web_request, "read_now", lambda: now + timedelta(minutes=16))
    assert "chưa gửi.xlsx" not in browser.get(f"/nop/{token}").words


def test_a_warning_takes_a_justification_and_pv05_sees_it_on_the_state(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    outcome, receipt = send(browser, token, make_workbook(programme, GOOD, D32=0), now)
    page = browser.get(outcome)
    sent = browser.post(
        f"/nop/{token}/giai-trinh/{DUTY}/{receipt.upload_id}", {"mau": page.seal, "giai-trinh": "Do <b>mưa lũ</b>."}
    )
    assert sent.status == 303
    state = obligations.find_state(receipt.address)
    assert state.submission
    assert state.submission.justification == "Do <b>mưa lũ</b>."
    assert submissions.list_revisions(receipt.address)[0].justification == ""
    history = browser.get(f"/nop/{token}/lich-su/{DUTY}")
    assert "Do <b>mưa lũ</b>." in history.words
    assert "<b>mưa" not in history.text


def test_the_history_of_a_duty_without_a_report_is_a_page(browser: Browser, token: str) -> None:
    page = browser.get(f"/nop/{token}/lich-su/{DUTY}")
    assert (page.status, "Chưa có lần nộp nào được nhận." in page.words) == (200, True)


def test_revisions_show_what_changed(browser: Browser, programme: Programme, token: str, now: datetime) -> None:
    form, period = programme.form_by_code[DEMO_FORM], programme.period_by_code[DEMO_PERIOD]
    unit = programme.unit_by_code[GOOD]
    contents = make_contents(programme, form, unit, period)
    send(browser, token, fill_in(make_template(programme, form, unit, period), contents), now)
    before = contents.values["B05"]
    contents.values["B05"] = before + 1
    send(browser, token, fill_in(make_template(programme, form, unit, period), contents), now)
    words = browser.get(f"/nop/{token}/lich-su/{DUTY}").words
    assert "Thay đổi so với lần 1" in words
    assert f"{before} {before + 1} ô " in words


def test_the_token_stays_out_of_records_and_referrers(browser: Browser, token: str) -> None:
    page = browser.get(f"/nop/{token}")
    assert page.header("Referrer-Policy") == "no-referrer"
    assert page.header("Cache-Control") == "no-store"
    prepare(browser, token)
    assert token not in "".join(
        line.model_dump_json() for line in query_month("ct138-demo", month=f"{NOW.astimezone(VIETNAM):%Y-%m}")
    )
    assert links.find_link(hash_token(token))


@pytest.mark.parametrize("path", ["/nop/x", "/static/trang.css", "/static/khong-co.css"])
def test_every_answer_has_the_strict_headers(browser: Browser, path: str) -> None:
    policy = browser.get(path).header("Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.promise("disarmed")
def test_text_from_a_file_name_is_escaped(browser: Browser, token: str) -> None:
    prepare(browser, token, file_name='<img src=x onerror="alert(1)">.xlsx')
    page = browser.get(f"/nop/{token}")
    assert "<img src=x" not in page.text
    assert "<img src=x" in page.words


def test_who_downloaded_an_older_form_is_told_what_the_new_one_asks_and_how_long_theirs_is_taken(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    assert browser.get(f"/nop/{token}/bieu-mau/{DUTY}").status == 303
    assert "phiên bản" not in browser.get(f"/nop/{token}").words
    name = f"{DEMO_FORM}.toml"
    before, version = read_file(programme, name), programme.form_by_code[DEMO_FORM].version
    told = f"""accepts = [{version}]
accepts_until = {local_date(now)}
changes = [{{version = {version + 1}, changed = ["B05"], note = "đếm cả buổi trực tuyến"}}]
"""
    after = told + re.sub(r"(?m)^accepts = .*\n", "", before).replace(
        f"version = {version}", f"version = {version + 1}", 1
    )
    put_in_force(programme, {name: after.encode()}, what="phiên bản mới", stamp=Stamp("thử", now))
    words = browser.get(f"/nop/{token}").words
    assert f"Biểu đã tải vẫn được nhận đến hết ngày {format_day(local_date(now))}." in words
    assert "sửa B05" in words
    assert "đếm cả buổi trực tuyến" in words
